package dev.talaria.pipeline.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.TaskRequest;
import dev.talaria.pipeline.task.TaskResolver.Resolution;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;

import org.junit.jupiter.api.Test;

import java.util.Optional;

/// What a record says of the spelling of its answer goes before what the configuration says.
class TaskResolverTest {

    private static final GrammarOptions HYBRID = GrammarOptions.DEFAULT.with(Enforcement.HYBRID);

    private static Resolution resolve(
            GrammarOptions usual,
            Optional<String> order,
            Optional<String> spelling,
            Optional<Integer> most) {
        SchemaDirectory schemas = new SchemaDirectory(new SchemaCatalog(), "schemas", usual);
        schemas.update("a@1", "{\"type\": \"object\"}");
        TaskDefaults standard = TaskDefaults.STANDARD;
        TaskDefaults defaults =
                new TaskDefaults(
                        Optional.of("a"),
                        standard.instruction(),
                        standard.sampling(),
                        standard.maxAttempts(),
                        usual);
        TaskRequest none = TaskRequest.DEFAULTS;
        TaskRequest request =
                new TaskRequest(
                        none.schema(),
                        none.instructions(),
                        none.temperature(),
                        none.topK(),
                        none.topP(),
                        none.minP(),
                        none.repetitionPenalty(),
                        none.frequencyPenalty(),
                        none.presencePenalty(),
                        none.seed(),
                        none.maxTokens(),
                        order,
                        spelling,
                        most);
        return new TaskResolver(Registry.of(schemas, "schemas"), defaults).resolve(request);
    }

    private static GrammarOptions grammar(
            GrammarOptions usual,
            Optional<String> order,
            Optional<String> spelling,
            Optional<Integer> most) {
        Resolution resolution = resolve(usual, order, spelling, most);
        assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
        return ((Resolution.Resolved) resolution).task().grammar();
    }

    @Test
    void theDefaultsHoldWhereTheRecordSaysNothing() {
        GrammarOptions usual = HYBRID.with(PropertyOrder.ANY).with(Spelling.flexible(5));

        assertThat(grammar(usual, Optional.empty(), Optional.empty(), Optional.empty()))
                .isEqualTo(usual);
    }

    @Test
    void theRecordSaysHowItsAnswerIsSpelled() {
        assertThat(grammar(HYBRID, Optional.of("any"), Optional.of("compact"), Optional.empty()))
                .isEqualTo(HYBRID.with(PropertyOrder.ANY).with(Spelling.COMPACT));
        assertThat(
                        grammar(
                                HYBRID.with(Spelling.flexible(5)),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(7)))
                .isEqualTo(HYBRID.with(Spelling.flexible(7)));
        assertThat(grammar(HYBRID, Optional.empty(), Optional.of("flexible"), Optional.empty()))
                .isEqualTo(HYBRID.with(Spelling.flexible(Spelling.Flexible.USUAL)));
    }

    @Test
    void whatIsNoSpellingIsRefused() {
        Resolution order =
                resolve(HYBRID, Optional.of("random"), Optional.empty(), Optional.empty());
        Resolution most =
                resolve(HYBRID, Optional.empty(), Optional.of("flexible"), Optional.of(65));

        assertThat(order)
                .isEqualTo(
                        new Resolution.Refused(
                                "InvalidOption",
                                "envelope: 'random' is neither schema nor any; change the value"));
        assertThat(most).isInstanceOf(Resolution.Refused.class);
    }
}
