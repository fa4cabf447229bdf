package dev.talaria.pipeline.task;

import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.headers;
import static dev.talaria.pipeline.app.Samples.noteHeaders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.TopologyHarness;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.GrammarOptions;

import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

class SchemaTableTest {

    @TempDir Path state;

    @Test
    void aSchemaProducedWhileRunningServesTheNextDocument() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.send("before", "Hello", headers("x-schema", "memo@2"));
            topology.register("memo@2", Samples.NOTE_SCHEMA);
            topology.send("after", "Hello", headers("x-schema", "memo@2"));

            assertThat(header(topology.awaitRejected(1).getFirst().headers(), "x-doc-id"))
                    .isEqualTo("before");
            assertThat(header(topology.awaitExtractions(1).getFirst().headers(), "x-doc-id"))
                    .isEqualTo("after");
        }
    }

    @Test
    void aDeletedSchemaIsUnknown() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.register("note@1", null);
            topology.send("d", "Hello", noteHeaders());

            Headers found = topology.awaitRejected(1).getFirst().headers();

            assertThat(header(found, "x-error-class")).isEqualTo("UnknownSchema");
            assertThat(header(found, "x-error-message"))
                    .contains("note@1", "talaria.schemas", "produce it");
        }
    }

    @Test
    void documentsForASchemaThatIsNotValidAreRejectedWithItsReason() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.register("note@1", "this is not a schema");
            topology.send("d", "Hello", noteHeaders());

            Headers found = topology.awaitRejected(1).getFirst().headers();

            assertThat(header(found, "x-error-class")).isEqualTo("InvalidSchema");
            assertThat(header(found, "x-error-message")).contains("note@1", "cannot be used");
        }
    }

    @Test
    void aNameWithoutVersionIsTheHighestOne() {
        try (InferenceOperator operator = Samples.noteOperator();
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.register("note@10", Samples.NOTE_SCHEMA);
            topology.register("note@9", Samples.NOTE_SCHEMA);
            topology.send("d", "Hello", headers("x-schema", "note"));

            Headers found = topology.awaitExtractions(1).getFirst().headers();

            assertThat(header(found, "x-schema-version")).isEqualTo("10");
        }
    }

    @Test
    void theLastTextOfAVersionIsTheOneThatCounts() {
        SchemaDirectory directory = new SchemaDirectory(new SchemaCatalog(), "schemas");
        directory.update("note@1", "{\"type\": \"string\"}");

        directory.update("note@1", Samples.NOTE_SCHEMA);

        assertThat(directory.lookup("note"))
                .isInstanceOfSatisfying(
                        SchemaDirectory.Lookup.Found.class,
                        found -> assertThat(found.schema().json()).isEqualTo(Samples.NOTE_SCHEMA));
    }

    @Test
    void aSchemaThatNoMaskEnforcesIsRefusedWithEveryProblem() {
        String schema =
                "{\"items\": {\"pattern\": \"(a)\\\\1\"}, \"contains\": {\"pattern\":"
                        + " \"(b)\\\\1\"}}";
        SchemaDirectory strict = new SchemaDirectory(new SchemaCatalog(), "schemas");
        SchemaDirectory hybrid =
                new SchemaDirectory(
                        new SchemaCatalog(),
                        "schemas",
                        GrammarOptions.DEFAULT.with(Enforcement.HYBRID));
        strict.update("note@1", schema);
        hybrid.update("note@1", schema);

        assertThat(strict.lookup("note@1"))
                .isInstanceOfSatisfying(
                        SchemaDirectory.Lookup.NotFound.class,
                        refused -> {
                            assertThat(refused.errorClass()).isEqualTo("UnsupportedSchema");
                            assertThat(refused.message()).contains("#/items/pattern", "#/contains");
                        });
        assertThat(strict.refusedUpdates()).isEqualTo(1);
        assertThat(hybrid.lookup("note@1")).isInstanceOf(SchemaDirectory.Lookup.Found.class);
    }

    @Test
    void whatCannotBeUsedIsCounted() {
        SchemaDirectory directory = new SchemaDirectory(new SchemaCatalog(), "schemas");

        directory.update("no version", Samples.NOTE_SCHEMA);
        directory.update("note@1", "[");
        directory.update("note@2", Samples.NOTE_SCHEMA);

        assertThat(directory.refusedUpdates()).isEqualTo(2);
        assertThat(directory.lookup("note@2")).isInstanceOf(SchemaDirectory.Lookup.Found.class);
    }
}
