package dev.talaria.pipeline.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.task.SchemaDirectory.Lookup;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;

/// Schemas on the topic that refer to each other, in whatever order they come and change.
class ReferringSchemasOnTheTopicTest {

    private static final String INTEGER = "{\"type\": \"integer\"}";
    private static final String STRING = "{\"type\": \"string\"}";

    private final SchemaDirectory directory = new SchemaDirectory(new SchemaCatalog(), "schemas");

    private OutputSchema found(String name) {
        assertThat(directory.lookup(name)).isInstanceOf(Lookup.Found.class);
        return ((Lookup.Found) directory.lookup(name)).schema();
    }

    private Lookup.NotFound refused(String name) {
        assertThat(directory.lookup(name)).isInstanceOf(Lookup.NotFound.class);
        return (Lookup.NotFound) directory.lookup(name);
    }

    private boolean accepts(String name, String value) {
        return NetworkntValidator.of(found(name).json()).validate(value).isEmpty();
    }

    @Test
    void theReferringSchemaMayComeFirst() {
        directory.update("invoice@1", "{\"items\": {\"$ref\": \"line@1\"}}");
        directory.update("line@1", "{\"items\": {\"$ref\": \"money@1\"}}");
        assertThat(refused("invoice@1").errorClass()).isEqualTo("InvalidSchema");
        assertThat(refused("invoice@1").message()).contains("'money@1'", "line@1#/items/$ref");

        directory.update("money@1", INTEGER);

        assertThat(accepts("invoice@1", "[[1]]")).isTrue();
        assertThat(accepts("invoice@1", "[[\"1\"]]")).isFalse();
        assertThat(accepts("line@1", "[\"1\"]")).isFalse();
    }

    @Test
    void schemasInACircleAreUsableOnceAllAreThere() {
        directory.update("a@1", "{\"type\": \"array\", \"items\": {\"$ref\": \"b@1\"}}");
        directory.update("b@1", "{\"type\": \"array\", \"items\": {\"$ref\": \"a@1\"}}");

        assertThat(accepts("a@1", "[[[]]]")).isTrue();
        assertThat(accepts("b@1", "[[1]]")).isFalse();
    }

    @Test
    void aChangeIsSeenByThoseThatReferToIt() {
        directory.update("money@1", INTEGER);
        directory.update("line@1", "{\"items\": {\"$ref\": \"money@1\"}}");
        directory.update("invoice@1", "{\"items\": {\"$ref\": \"line@1\"}}");
        String before = found("invoice@1").sha256();

        directory.update("money@1", STRING);

        assertThat(accepts("invoice@1", "[[\"1\"]]")).isTrue();
        assertThat(found("invoice@1").sha256()).isNotEqualTo(before);
    }

    @Test
    void aDeletionIsSeenByThoseThatReferToIt() {
        directory.update("money@1", INTEGER);
        directory.update("invoice@1", "{\"items\": {\"$ref\": \"money@1\"}}");

        directory.update("money@1", null);

        assertThat(refused("invoice@1").message()).contains("invoice@1", "register", "'money@1'");
        assertThat(refused("money@1").errorClass()).isEqualTo("UnknownSchema");
        assertThat(directory.refusedUpdates()).isEqualTo(1);
        directory.update("money@1", INTEGER);
        assertThat(accepts("invoice@1", "[1]")).isTrue();
    }

    @Test
    void aNameWithoutVersionFollowsTheHighestThatIsASchema() {
        directory.update("money@1", INTEGER);
        directory.update("invoice@1", "{\"items\": {\"$ref\": \"money\"}}");
        directory.update("money@2", STRING, true);
        assertThat(accepts("invoice@1", "[1]")).isFalse();

        directory.update("money@3", "{\"type\": \"coins\"}");
        assertThat(accepts("invoice@1", "[\"1\"]")).isTrue();

        directory.update("money@2", null);
        assertThat(accepts("invoice@1", "[1]")).isTrue();
    }

    @Test
    void aBrokenSchemaIsNamedByThoseThatReferToIt() {
        directory.update("money@1", "{\"type\": \"coins\"}");
        directory.update("invoice@1", "{\"items\": {\"$ref\": \"money@1\"}}");

        assertThat(refused("invoice@1").message()).contains("money@1");
        assertThat(directory.refusedUpdates()).isEqualTo(2);
    }

    @Test
    void whatStaysRefusedForTheSameReasonIsCountedOnce() {
        directory.update("invoice@1", "{\"items\": [{\"$ref\": \"money\"}]}");
        directory.update("order@1", "{\"items\": {\"$ref\": \"absent@1\"}}");
        directory.update("absent@2", INTEGER);

        assertThat(directory.refusedUpdates()).isEqualTo(2);
        assertThat(refused("order@1").message()).contains("absent@1");
    }

    @Test
    void aDeletedSchemaIsNotLookedAtAgain() {
        directory.update("invoice@1", "{\"items\": {\"$ref\": \"money@1\"}}");
        directory.update("invoice@1", null);

        directory.update("money@1", INTEGER);

        assertThat(refused("invoice@1").errorClass()).isEqualTo("UnknownSchema");
    }

    @Test
    void aKeywordThatNoMaskEnforcesCountsWhereverItComesFrom() {
        String code = "{\"pattern\": \"(a)\\\\1\", \"type\": \"string\"}";
        String list = "{\"items\": {\"$ref\": \"code@1\"}}";
        SchemaDirectory hybrid =
                new SchemaDirectory(
                        new SchemaCatalog(),
                        "schemas",
                        GrammarOptions.DEFAULT.with(Enforcement.HYBRID));
        for (SchemaDirectory each : new SchemaDirectory[] {directory, hybrid}) {
            each.update("list@1", list);
            each.update("code@1", code);
        }

        assertThat(refused("list@1").errorClass()).isEqualTo("UnsupportedSchema");
        assertThat(refused("list@1").message()).contains("#/$defs/code@1/pattern");
        assertThat(hybrid.lookup("list@1")).isInstanceOf(Lookup.Found.class);
    }
}
