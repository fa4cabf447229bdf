package dev.talaria.pipeline.cli;

import dev.talaria.inference.ChatFormat;
import dev.talaria.inference.ChatOptions;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.TokenProbability;
import dev.talaria.inference.ToolChoice;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.inference.embedded.LoadProgress;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.validation.InvalidSchemaException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/// One prompt or document, answered on the terminal.
@Command(
        name = "generate",
        description = {
            "Answer one prompt, or extract JSON from one document, token by token on the terminal.",
            "The prompt comes from --prompt or from standard input. With --schema the answer is"
                + " JSON that satisfies it; with --tools it is calls of them, whose arguments"
                + " satisfy their schemas, or text. Exit code 3 if the token limit cut the answer"
                + " short."
        })
final class GenerateCommand implements Callable<Integer> {

    private static final int CUT_SHORT = 3;

    @Mixin private StandardOptions standard;

    @Mixin private EngineArguments engine;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "A JSON Schema that the answer must satisfy.")
    private Path schema;

    @Option(
            names = {"-p", "--prompt"},
            paramLabel = "TEXT",
            description = "The prompt or document; standard input if left out.")
    private String prompt;

    @Option(
            names = "--instruction",
            paramLabel = "TEXT",
            description =
                    "With --schema: the line before the document (default: "
                            + ExtractionTask.DEFAULT_INSTRUCTION
                            + ").")
    private String instruction;

    @Option(names = "--system", paramLabel = "TEXT", description = "The system turn.")
    private String system;

    @Option(
            names = "--raw",
            description = "Continue the prompt as it stands, without chat turns around it.")
    private boolean raw;

    @Option(
            names = "--template",
            paramLabel = "NAME",
            defaultValue = "auto",
            description =
                    "How the turns are laid out: auto, chatml, hermes-json, hermes-tools,"
                            + " hermes-tools-json, hermes-tools-evaluator, hermes-tools-llama3,"
                            + " llama3, or model for the template that came with the model"
                            + " (default: ${DEFAULT-VALUE}).")
    private String template;

    @Option(
            names = "--tools",
            paramLabel = "FILE",
            description =
                    "A JSON array of the tools that the model may call. Calls are printed as JSON,"
                            + " one a line.")
    private Path tools;

    @Option(
            names = "--tool-choice",
            paramLabel = "CHOICE",
            defaultValue = "auto",
            description =
                    "With --tools: auto (calls or text), required (at least one call), none (text),"
                            + " free (nothing is enforced) or the name of the one tool to call"
                            + " (default: ${DEFAULT-VALUE}).")
    private String toolChoice;

    @Option(
            names = "--max-calls",
            paramLabel = "N",
            defaultValue = "" + ChatOptions.USUAL_MOST_CALLS,
            description = "With --tools: the most calls in one answer (default: ${DEFAULT-VALUE}).")
    private int mostCalls;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "End the answer before this text; may be given several times.")
    private List<String> stop = List.of();

    @Option(
            names = "--logprobs",
            paramLabel = "N",
            description =
                    "Tell every token's log-probability on the error stream at the end, and those"
                            + " of the N most probable ones.")
    private Integer logProbabilities;

    @Option(
            names = "--stats",
            description = "Tell tokens and times on the error stream at the end.")
    private boolean stats;

    @Mixin private SamplingArguments tokens;

    @Mixin private GrammarArguments grammar;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        TextRequest request = request();
        AnswerPrinter printer =
                new AnswerPrinter(spec.commandLine().getOut(), !request.chat().tools().isEmpty());
        try (EmbeddedOperator operator = EmbeddedOperator.open(engine.config(1), progress())) {
            TextAnswer answer = operator.generate(request, printer::print).join();
            printer.end(answer);
            answer.probabilities().forEach(this::tell);
            if (stats) {
                tell(answer);
            }
            return exitCode(answer);
        } catch (CompletionException e) {
            throw failure(e);
        }
    }

    private LoadProgress progress() {
        return LoadingLine.on(spec.commandLine().getErr());
    }

    private int exitCode(TextAnswer answer) {
        boolean isLate = answer.finish() == FinishReason.DEADLINE;
        if (!isLate && (answer.finish() != FinishReason.TOKEN_LIMIT || schema == null)) {
            return 0;
        }
        spec.commandLine()
                .getErr()
                .printf(
                        "talaria: the answer was cut short after %d tokens; raise %s%n",
                        answer.completionTokens(), isLate ? "--timeout" : "--max-tokens");
        return CUT_SHORT;
    }

    // The operator knows the schema's text, not its file.
    private RuntimeException failure(CompletionException e) {
        Throwable cause = e.getCause();
        boolean isAboutSchema =
                cause instanceof InvalidRequestException request
                        && (request.getCause() instanceof InvalidSchemaException
                                || request.getCause() instanceof UnsupportedSchemaException);
        if (isAboutSchema) {
            Path file = schema == null ? tools : schema;
            return new CommandException(file + ": " + cause.getMessage(), cause);
        }
        return cause instanceof RuntimeException failure ? failure : e;
    }

    private TextRequest request() throws IOException {
        if (raw && system != null) {
            throw new ParameterException(
                    spec.commandLine(), "--raw has no turns, so no --system; leave one out");
        }
        Optional<String> schemaText = Optional.empty();
        if (schema != null) {
            schemaText = Optional.of(ModelPaths.text(schema));
        }
        String text = prompt == null ? standardInput() : prompt;
        String line = instruction == null ? ExtractionTask.DEFAULT_INSTRUCTION : instruction;
        boolean extraction = schema != null && !raw && system == null && tools == null;
        ChatOptions chat = chat();
        GrammarOptions spelled = grammar.options();
        try {
            return new TextRequest(
                    extraction ? line + "\n" + text : text,
                    raw,
                    Optional.ofNullable(system),
                    schemaText,
                    sampling(),
                    chat,
                    spelled);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private ChatOptions chat() throws IOException {
        ChatFormat format =
                ChatFormat.named(template)
                        .orElseThrow(() ->
                                new ParameterException(
                                        spec.commandLine(),
                                        "--template = '%s' is unknown; choose %s"
                                                .formatted(template, formats())));
        ToolChoice choice = ToolChoice.of(toolChoice);
        if (tools == null) {
            if (choice instanceof ToolChoice.Auto) {
                return new ChatOptions(format, List.of(), List.of());
            }
            throw new ParameterException(
                    spec.commandLine(),
                    "--tool-choice = %s has no tools to choose from; give --tools"
                            .formatted(toolChoice));
        }
        List<ToolDefinition> definitions = definitions();
        try {
            return new ChatOptions(format, definitions, choice, mostCalls, List.of());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--tool-choice, --max-calls: " + e.getMessage(), e);
        }
    }

    private List<ToolDefinition> definitions() throws IOException {
        try {
            List<ToolDefinition> definitions = ToolDefinition.listOf(ModelPaths.text(tools));
            return new ChatOptions(ChatFormat.AUTO, definitions, List.of()).tools();
        } catch (IllegalArgumentException e) {
            throw new CommandException(tools + ": " + e.getMessage(), e);
        }
    }

    private static String formats() {
        return Arrays.stream(ChatFormat.values())
                .map(ChatFormat::text)
                .collect(Collectors.joining(", "));
    }

    private SamplingOptions sampling() {
        SamplingOptions sampling = tokens.options().withStop(stop);
        return logProbabilities == null
                ? sampling
                : sampling.withLogProbabilities(logProbabilities);
    }

    private String standardInput() throws IOException {
        if (System.console() != null && System.console().isTerminal()) {
            spec.commandLine().getErr().println("(reading the prompt; end it with Ctrl-D)");
        }
        String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        if (text.isBlank()) {
            throw new CommandException(
                    "standard input: is empty; give the prompt there or with --prompt");
        }
        return text;
    }

    private void tell(TokenProbability token) {
        String alternatives =
                token.alternatives().stream()
                        .map(each ->
                                "%s %.4f".formatted(quoted(each.token()), each.logProbability()))
                        .collect(Collectors.joining(", "));
        spec.commandLine()
                .getErr()
                .printf(
                        "%s\t%.4f\t%s%n",
                        quoted(token.token()), token.logProbability(), alternatives);
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
        return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"';
    }

    private void tell(TextAnswer answer) {
        double seconds = answer.latency().minus(answer.firstToken()).toNanos() / 1e9;
        spec.commandLine()
                .getErr()
                .printf(
                        "%d prompt tokens, first token after %.2f s, %d tokens, %.1f tokens/s,"
                                + " %s%n",
                        answer.promptTokens(),
                        answer.firstToken().toNanos() / 1e9,
                        answer.completionTokens(),
                        Math.max(0, answer.completionTokens() - 1) / Math.max(seconds, 1e-9),
                        answer.finish());
    }
}
