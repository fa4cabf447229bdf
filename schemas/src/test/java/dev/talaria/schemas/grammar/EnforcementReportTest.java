package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.SchemaSource;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is enforced is said of every key of every schema object.
class EnforcementReportTest {

    private static final String BACK_REFERENCE = "{\"pattern\": \"(a)\\\\1\"}";

    private static final GrammarOptions HYBRID = GrammarOptions.DEFAULT.with(Enforcement.HYBRID);

    private static EnforcementTier tier(EnforcementReport report, String pointer) {
        return report.occurrences().stream()
                .filter(each -> each.pointer().equals(pointer))
                .findAny()
                .orElseThrow()
                .tier();
    }

    @Test
    void everyKeyOfEverySchemaObjectOfTheSampleIsReported() {
        for (Path file : SharedData.files("maskbench")) {
            JsonNode schema = SharedData.read(file).get("schema");
            EnforcementReport report;
            try {
                report = EnforcementReport.of(schema.toString(), GrammarOptions.DEFAULT);
            } catch (InvalidSchemaException e) {
                continue;
            }
            Set<String> reported = new HashSet<>();
            report.occurrences().forEach(each -> reported.add(each.pointer()));
            Set<String> keys = new HashSet<>();
            collect("#", schema, keys);
            assertThat(reported).as(file.toString()).containsAll(keys);
            assertThat(report.isUsable()).isEqualTo(report.problems().isEmpty());
            assertThat(report.isUsable() && report.count(EnforcementTier.REFUSED) > 0).isFalse();
        }
    }

    // Written down apart from the survey, from the drafts' own lists.
    private static void collect(String pointer, JsonNode schema, Set<String> keys) {
        if (!schema.isObject()) {
            return;
        }
        for (Map.Entry<String, JsonNode> each : schema.properties()) {
            String at = pointer + "/" + SchemaDocument.escape(each.getKey());
            keys.add(at);
            JsonNode value = each.getValue();
            switch (each.getKey()) {
                case "properties", "patternProperties", "$defs", "definitions", "dependencies" ->
                        value.properties()
                                .forEach(child ->
                                        collect(
                                                at + "/" + SchemaDocument.escape(child.getKey()),
                                                child.getValue(),
                                                keys));
                case "allOf", "anyOf", "oneOf", "prefixItems", "items" -> {
                    collect(at, value, keys);
                    for (int i = 0; value.isArray() && i < value.size(); i++) {
                        collect(at + "/" + i, value.get(i), keys);
                    }
                }
                case "not",
                        "if",
                        "then",
                        "else",
                        "contains",
                        "propertyNames",
                        "additionalItems",
                        "additionalProperties" ->
                        collect(at, value, keys);
                default -> {}
            }
        }
    }

    @Test
    void aProblemMarksItsKeyword() {
        EnforcementReport report =
                EnforcementReport.of(
                        "{\"properties\": {\"a~/b\": "
                                + BACK_REFERENCE
                                + ", \"c\": {\"type\":"
                                + " \"null\", \"x-mine\": 1, \"format\": \"mine\"}}}",
                        GrammarOptions.DEFAULT);

        assertThat(report.isUsable()).isFalse();
        assertThat(report.problems()).hasSize(1);
        assertThat(tier(report, "#/properties")).isEqualTo(EnforcementTier.ENFORCED);
        assertThat(tier(report, "#/properties/a~0~1b/pattern")).isEqualTo(EnforcementTier.REFUSED);
        assertThat(tier(report, "#/properties/c/type")).isEqualTo(EnforcementTier.ENFORCED);
        assertThat(tier(report, "#/properties/c/x-mine")).isEqualTo(EnforcementTier.ANNOTATION);
        assertThat(tier(report, "#/properties/c/format")).isEqualTo(EnforcementTier.ANNOTATION);
    }

    @Test
    void whatNothingLeadsToIsUnused() {
        EnforcementReport report =
                EnforcementReport.of(
                        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"type\": \"null\"}, \"b\": "
                                + BACK_REFERENCE
                                + "}}",
                        GrammarOptions.DEFAULT);

        assertThat(report.isUsable()).isTrue();
        assertThat(tier(report, "#/$defs/a/type")).isEqualTo(EnforcementTier.ENFORCED);
        assertThat(tier(report, "#/$defs/b/pattern")).isEqualTo(EnforcementTier.UNUSED);
        assertThat(report.shortestBytes()).hasValue(4);
    }

    @Test
    void olderDraftsReadNothingBesideAReference() {
        String schema =
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"definitions\":"
                        + " {\"a\": {\"type\": \"string\"}}, \"$ref\": \"#/definitions/a\","
                        + " \"maxLength\": 3}";

        EnforcementReport report = EnforcementReport.of(schema, GrammarOptions.DEFAULT);

        assertThat(tier(report, "#/maxLength")).isEqualTo(EnforcementTier.UNUSED);
        assertThat(tier(report, "#/$ref")).isEqualTo(EnforcementTier.ENFORCED);
    }

    @Test
    void hybridEnforcementLeavesTheRestToValidation() {
        String schema =
                "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": {\"type\":"
                        + " \"string\", \"minLength\": 2, \"pattern\": \"(a)\\\\1\"}}}";

        EnforcementReport report = EnforcementReport.of(schema, HYBRID);
        Grammar grammar = GrammarCompiler.compile(schema, HYBRID);

        assertThat(report.isUsable()).isTrue();
        assertThat(tier(report, "#/properties/a/pattern")).isEqualTo(EnforcementTier.VALIDATED);
        assertThat(tier(report, "#/properties/a/minLength")).isEqualTo(EnforcementTier.ENFORCED);
        assertThat(Walk.accepts(grammar, "{\"a\": \"bb\"}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"a\": \"b\"}")).isFalse();
        assertThat(Walk.accepts(grammar, "{}")).isFalse();
        assertThatThrownBy(() -> GrammarCompiler.compile(schema, GrammarOptions.DEFAULT))
                .isInstanceOf(UnsupportedSchemaException.class);
    }

    @Test
    void whatIsLeftOutNeverForbidsAnythingItAllowed() {
        String schema =
                "{\"anyOf\": [{\"not\": {\"type\": \"string\", \"pattern\": \"(a)\\\\1\"}}]}";

        Grammar grammar = GrammarCompiler.compile(schema, HYBRID);

        for (String valid : List.of("1", "\"b\"", "null", "[\"aa\"]")) {
            assertThat(Walk.accepts(grammar, valid)).as(valid).isTrue();
        }
    }

    @Test
    void whatOtherSchemasSayIsLeftToValidationToo() {
        String schema =
                "{\"properties\": {\"b\": {\"type\": \"null\"}, \"a\": {\"$ref\":"
                        + " \"https://example.com/code#/$defs/code\"}}}";
        SchemaSource source =
                SchemaSource.of(
                        Map.of(
                                "https://example.com/code",
                                "{\"$defs\": {\"code\": {\"type\": \"string\", \"minLength\": 2,"
                                        + " \"pattern\": \"(a)\\\\1\"}}}"));

        Grammar grammar = GrammarCompiler.compile(schema, source, HYBRID.with(PropertyOrder.ANY));

        assertThat(Walk.accepts(grammar, "{\"a\": \"bb\", \"b\": null}")).isTrue();
        assertThat(Walk.accepts(grammar, "{\"a\": \"b\"}")).isFalse();
        assertThatThrownBy(() -> GrammarCompiler.compile(schema, source))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("https://example.com/code#/$defs/code/pattern");
    }

    @Test
    void whatDependsOnWhatIsLeftOutIsLeftOutWithIt() {
        String open =
                "{\"type\": \"object\", \"patternProperties\": {\"(a)\\\\1\": {\"type\":"
                        + " \"null\"}}, \"additionalProperties\": false}";
        String referring =
                "{\"not\": {\"$ref\": \"#/$defs/twice\"}, \"type\": \"string\", \"$defs\":"
                        + " {\"twice\": {\"type\": \"string\", \"pattern\": \"(a)\\\\1\"}}}";
        String unevaluated =
                "{\"type\": \"object\", \"allOf\": [{\"if\": {\"required\": [\"a\"],"
                        + " \"properties\": {\"a\": {\"pattern\": \"(a)\\\\1\"}}}, \"then\":"
                        + " {\"properties\": {\"b\": {}}}}], \"unevaluatedProperties\": false}";

        assertThat(Walk.accepts(GrammarCompiler.compile(open, HYBRID), "{\"aa\": null}")).isTrue();
        assertThat(Walk.accepts(GrammarCompiler.compile(referring, HYBRID), "\"a\"")).isTrue();
        assertThat(Walk.accepts(GrammarCompiler.compile(referring, HYBRID), "1")).isFalse();
        String both = "{\"a\": \"aa\", \"b\": 1}";
        assertThat(Walk.accepts(GrammarCompiler.compile(unevaluated, HYBRID), both)).isTrue();
        assertThat(tier(EnforcementReport.of(open, HYBRID), "#/additionalProperties"))
                .isEqualTo(EnforcementTier.VALIDATED);
        EnforcementReport report = EnforcementReport.of(unevaluated, HYBRID);
        assertThat(tier(report, "#/allOf/0/then")).isEqualTo(EnforcementTier.VALIDATED);
        assertThat(tier(report, "#/unevaluatedProperties")).isEqualTo(EnforcementTier.VALIDATED);
    }

    /// What a validator does not know, or cannot follow, it does not settle.
    @Test
    void whatMeansNothingToAValidatorIsNotLeftToIt() {
        for (String schema :
                List.of(
                        "{\"requred\": [\"a\"]}",
                        "{\"divisibleBy\": 2}",
                        "{\"$schema\": \"http://json-schema.org/draft-04/schema#\","
                                + " \"propertyNames\": {\"maxLength\": 3}}",
                        "{\"$ref\": \"elsewhere.json\"}",
                        "{\"$ref\": \"#\"}")) {
            EnforcementReport report = EnforcementReport.of(schema, HYBRID);

            assertThat(report.problems()).as(schema).hasSize(1);
        }
        String both = "{\"pattern\": \"(a)\\\\1\", \"items\": {\"$ref\": \"elsewhere.json\"}}";

        assertThat(EnforcementReport.of(both, HYBRID).problems())
                .extracting(SchemaProblem::pointer)
                .containsExactly("#/items/$ref");
    }

    @Test
    void nothingCanBeLeftOutOfWhatNoValueSatisfies() {
        assertThatThrownBy(() -> GrammarCompiler.compile("false", HYBRID))
                .isInstanceOf(UnsupportedSchemaException.class);
        assertThatThrownBy(() -> EnforcementReport.of("{\"type\": 3}", HYBRID))
                .isInstanceOf(InvalidSchemaException.class);
    }
}
