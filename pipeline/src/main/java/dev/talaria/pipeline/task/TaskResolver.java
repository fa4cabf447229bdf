package dev.talaria.pipeline.task;

import dev.talaria.connectors.kafka.TaskRequest;
import dev.talaria.pipeline.task.SchemaDirectory.Lookup;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.Penalties;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;

import java.util.Optional;

/// Makes tasks of requests: what a record asks for, completed by the defaults. For any number of
/// threads.
public final class TaskResolver {

    private final Registry registry;
    private final TaskDefaults defaults;

    /// What became of a request.
    public sealed interface Resolution {

        /// A task that can be worked on.
        ///
        /// @param name of the registered task it is of, if it is of one
        record Resolved(ExtractionTask task, Optional<SchemaReference> name)
                implements Resolution {}

        /// None, and why.
        record Refused(String errorClass, String message) implements Resolution {}
    }

    public TaskResolver(Registry registry, TaskDefaults defaults) {
        this.registry = registry;
        this.defaults = defaults;
    }

    /// The task a record asks for, or why there is none.
    public Resolution resolve(TaskRequest request) {
        boolean usual = request.task().isEmpty() && request.schema().isEmpty();
        Optional<String> task = usual ? defaults.task() : request.task();
        return task.isPresent()
                ? registered(task.get(), request)
                : ofSchema(request.schema().or(defaults::schema), request);
    }

    private Resolution registered(String name, TaskRequest request) {
        return switch (registry.tasks().lookup(name)) {
            case TaskDirectory.Lookup.NotFound(String errorClass, String message) ->
                    new Resolution.Refused(errorClass, message);
            case TaskDirectory.Lookup.Found found -> {
                Optional<String> other =
                        request.schema().filter(each -> !each.equals(schemaOf(found)));
                yield other.isPresent()
                        ? new Resolution.Refused(
                                "TaskConflict",
                                "record: task '%s' is for schema '%s', but schema '%s' is named too; name one of them"
                                        .formatted(found.name(), schemaOf(found), other.get()))
                        : withOptions(
                                request.over(found.request()),
                                found.schema(),
                                Optional.of(found.name()));
            }
        };
    }

    private static String schemaOf(TaskDirectory.Lookup.Found task) {
        return task.request().schema().orElseThrow();
    }

    private Resolution ofSchema(Optional<String> name, TaskRequest request) {
        if (name.isEmpty()) {
            return new Resolution.Refused(
                    "NoSchema",
                    "record: no schema is named; set header 'x-schema', for example to invoice@1,"
                            + " or 'x-task', or configure schema.default or task.default");
        }
        return switch (registry.schemas().lookup(name.get())) {
            case Lookup.NotFound(String errorClass, String message) ->
                    new Resolution.Refused(errorClass, message);
            case Lookup.Found(OutputSchema schema) ->
                    withOptions(request, schema, Optional.empty());
        };
    }

    private Resolution withOptions(
            TaskRequest request, OutputSchema schema, Optional<SchemaReference> name) {
        SamplingOptions sampling;
        GrammarOptions grammar;
        try {
            sampling = sampling(request, defaults.sampling());
            grammar = grammar(request, defaults.grammar());
        } catch (IllegalArgumentException e) {
            return new Resolution.Refused(
                    "InvalidOption", "envelope: " + e.getMessage() + "; change the value");
        }
        int attempts = request.maxAttempts().orElse(defaults.maxAttempts());
        if (attempts < 1) {
            return new Resolution.Refused(
                    "InvalidOption",
                    "max_attempts: %d is below 1; change the value".formatted(attempts));
        }
        String instruction = request.instructions().orElse(defaults.instruction());
        return new Resolution.Resolved(
                new ExtractionTask(schema, instruction, sampling, attempts, grammar), name);
    }

    private static GrammarOptions grammar(TaskRequest request, GrammarOptions defaults) {
        return defaults.with(request.order().map(PropertyOrder::named).orElse(defaults.order()))
                .with(spelling(request, defaults.spelling()));
    }

    private static Spelling spelling(TaskRequest request, Spelling usual) {
        // Checked also where the spelling leaves it without effect.
        request.whitespaceMax().ifPresent(Spelling::flexible);
        return switch (usual) {
            case Spelling.SingleSpace(), Spelling.Compact() -> {
                int most = request.whitespaceMax().orElse(Spelling.Flexible.USUAL);
                yield request.spelling().map(name -> Spelling.named(name, most)).orElse(usual);
            }
            case Spelling.Flexible(int bound) -> {
                int most = request.whitespaceMax().orElse(bound);
                yield request.spelling()
                        .map(name -> Spelling.named(name, most))
                        .orElseGet(() -> Spelling.flexible(most));
            }
        };
    }

    /// How tokens are chosen for a record.
    ///
    /// @throws IllegalArgumentException where a value cannot be
    public static SamplingOptions sampling(TaskRequest request, SamplingOptions defaults) {
        Penalties usual = defaults.penalties();
        return new SamplingOptions(
                        request.temperature().orElse(defaults.temperature()),
                        request.topK().orElse(defaults.topK()),
                        request.topP().orElse(defaults.topP()),
                        request.seed().orElse(defaults.seed()),
                        request.maxTokens().orElse(defaults.maxTokens()))
                .withMinP(request.minP().orElse(defaults.minP()))
                .withPenalties(
                        new Penalties(
                                request.repetitionPenalty().orElse(usual.repetition()),
                                request.frequencyPenalty().orElse(usual.frequency()),
                                request.presencePenalty().orElse(usual.presence())));
    }
}
