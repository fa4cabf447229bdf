package dev.talaria.schemas.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// Schemas that refer to others, made to stand alone with their meaning unchanged.
class SchemaBundleTest {

    private static String bundle(String json, Map<String, String> others) {
        return SchemaBundle.of(json, SchemaSource.of(others));
    }

    /// What validator and grammar both say of a value; they are to agree.
    private static boolean accepts(String schema, String value) {
        boolean valid = NetworkntValidator.of(schema).validate(value).isEmpty();
        Recognizer recognizer = GrammarCompiler.compile(schema).start();
        boolean read = true;
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            read = read && recognizer.push(octet);
        }
        assertThat(read && recognizer.isComplete()).as("%s of %s", value, schema).isEqualTo(valid);
        return valid;
    }

    @Test
    void aSchemaThatRefersToNothingOutsideKeepsItsText() {
        for (String schema :
                new String[] {
                    " {\"items\" : {\"$ref\": \"#/$defs/a\"}, \"$defs\": {\"a\": {}}}\n",
                    "true",
                    "[{\"$ref\": \"a@1\"}]",
                    "{\"$id\": \"http://x/r\", \"$ref\": \"i\", \"$defs\": {\"i\": {\"$id\":"
                            + " \"i\"}}}",
                    "{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}",
                    "{\"const\": {\"$ref\": \"a@1\"}, \"default\": {\"$ref\": \"a@1\"}}"
                }) {
            assertThat(bundle(schema, Map.of("a@1", "{}"))).isEqualTo(schema);
        }
    }

    @Test
    void whatItRefersToIsPutInsideUnderTheNameItIsReferredToBy() {
        String bundle =
                bundle(
                        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\":"
                                + " \"address@1\"}}}",
                        Map.of("address@1", "{\"type\": \"string\", \"maxLength\": 2}"));

        assertThat(bundle)
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"address@1\"}},"
                                + "\"$defs\":{\"address@1\":{\"$id\":\"address@1\","
                                + "\"type\":\"string\",\"maxLength\":2}}}");
        assertThat(accepts(bundle, "{\"a\": \"xy\"}")).isTrue();
        assertThat(accepts(bundle, "{\"a\": \"xyz\"}")).isFalse();
    }

    @Test
    void referencesAreFollowedThroughSeveralSchemasWithFragments() {
        String bundle =
                bundle(
                        "{\"properties\": {\"a\": {\"$ref\": \"address\"}, \"z\": {\"$ref\":"
                                + " \"country@2#/$defs/zip\"}}}",
                        Map.of(
                                "address",
                                "{\"properties\": {\"c\": {\"$ref\": \"country@2\"}, \"i\":"
                                        + " {\"$ref\": \"country@2#iso\"}}}",
                                "country@2",
                                "{\"enum\": [\"DE\"], \"$defs\": {\"zip\": {\"type\":"
                                        + " \"integer\"}, \"i\": {\"$anchor\": \"iso\", \"type\":"
                                        + " \"null\"}}}"));

        assertThat(accepts(bundle, "{\"a\": {\"c\": \"DE\", \"i\": null}, \"z\": 7}")).isTrue();
        assertThat(accepts(bundle, "{\"a\": {\"c\": \"FR\"}}")).isFalse();
        assertThat(accepts(bundle, "{\"a\": {\"i\": 1}}")).isFalse();
        assertThat(accepts(bundle, "{\"z\": \"7\"}")).isFalse();
    }

    @Test
    void aCircleBetweenSchemasEndsAtTheSchemaItself() {
        String person =
                "{\"type\": \"object\", \"properties\": {\"c\": {\"$ref\": \"company@1\"}},"
                        + " \"additionalProperties\": false}";
        String company =
                "{\"type\": \"object\", \"properties\": {\"p\": {\"$ref\": \"person@1\"}},"
                        + " \"additionalProperties\": false}";

        String bundle = bundle(person, Map.of("company@1", company, "person@1", person));

        assertThat(JsonText.schema(bundle).get("$id").stringValue()).isEqualTo("person@1");
        assertThat(JsonText.schema(bundle).get("$defs").propertyNames())
                .containsExactly("company@1");
        assertThat(accepts(bundle, "{\"c\": {\"p\": {\"c\": {}}}}")).isTrue();
        assertThat(accepts(bundle, "{\"c\": {\"p\": {\"p\": {}}}}")).isFalse();
    }

    @Test
    void booleanDocumentsMeanAnythingAndNothing() {
        String bundle =
                bundle(
                        "{\"properties\": {\"a\": {\"$ref\": \"any@1\"}, \"n\": {\"$ref\":"
                                + " \"none@1\"}}}",
                        Map.of("any@1", "true", "none@1", "false"));

        assertThat(accepts(bundle, "{\"a\": 1}")).isTrue();
        assertThat(accepts(bundle, "{\"n\": 1}")).isFalse();
    }

    @Test
    void aNameThatIsTakenAmongTheDefinitionsStaysWhatItIs() {
        String bundle =
                bundle(
                        "{\"type\": \"array\", \"prefixItems\": [{\"$ref\": \"a@1\"}, {\"$ref\":"
                                + " \"#/$defs/a@1\"}], \"$defs\": {\"a@1\": {\"type\": \"null\"}}}",
                        Map.of("a@1", "{\"type\": \"integer\"}"));

        assertThat(accepts(bundle, "[1, null]")).isTrue();
        assertThat(accepts(bundle, "[null, null]")).isFalse();
        assertThat(accepts(bundle, "[1, 1]")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"04, id", "06, $id", "07, $id"})
    void whatOldDraftsIgnoreBesideAReferenceStaysIgnored(String draft, String id) {
        String start = "{\"$schema\": \"http://json-schema.org/draft-" + draft + "/schema#\", ";
        String referred =
                start
                        + "\"$ref\": \"#/definitions/s\", \"maxLength\": 1, \""
                        + id
                        + "\": \"http://x/ignored\", \"definitions\": {\"s\": {\"type\":"
                        + " \"string\"}}}";

        String bundle =
                bundle(
                        start + "\"$ref\": \"text@1\", \"maxLength\": 1}",
                        Map.of("text@1", referred));

        assertThat(accepts(bundle, "\"abc\"")).isTrue();
        assertThat(accepts(bundle, "1")).isFalse();
        assertThat(JsonText.schema(bundle).at("/definitions/text@1").get(id).stringValue())
                .isEqualTo("text@1");
    }

    @Test
    void dynamicReferencesMeanTheOutermostAnchorAsBefore() {
        String bundle =
                bundle(
                        "{\"properties\": {\"l\": {\"$ref\": \"list@1\"}}, \"$defs\": {\"i\":"
                                + " {\"$dynamicAnchor\": \"item\", \"type\": \"integer\"}}}",
                        Map.of(
                                "list@1",
                                "{\"type\": \"array\", \"items\": {\"$dynamicRef\": \"#item\"},"
                                        + " \"$defs\": {\"d\": {\"$dynamicAnchor\": \"item\"}}}"));

        assertThat(accepts(bundle, "{\"l\": [1]}")).isTrue();
        assertThat(accepts(bundle, "{\"l\": [\"1\"]}")).isFalse();
    }

    @Test
    void anIdentifierNothingDependsOnGivesWayToTheName() {
        String bundle =
                bundle(
                        "{\"$ref\": \"a@1\"}",
                        Map.of(
                                "a@1",
                                "{\"$id\": \"http://x/a\", \"type\": \"array\", \"items\":"
                                        + " {\"$ref\": \"#/$defs/n\"}, \"$defs\": {\"n\":"
                                        + " {\"type\": \"null\"}}}"));

        assertThat(accepts(bundle, "[null]")).isTrue();
        assertThat(accepts(bundle, "[1]")).isFalse();
    }

    @Test
    void anIdentifierThatMattersIsRefused() {
        for (String reference : new String[] {"http://x/a#/$defs/n", "http://x/a"}) {
            String other =
                    "{\"$id\": \"http://x/a\", \"items\": {\"$ref\": \"" + reference + "\"}}";
            assertThatThrownBy(() -> bundle("{\"$ref\": \"a@1\"}", Map.of("a@1", other)))
                    .isInstanceOf(InvalidSchemaException.class)
                    .hasMessageContaining("a@1: schema #/$id")
                    .hasMessageContaining("'http://x/a'")
                    .hasMessageContaining("leave out the $id");
        }
        assertThatThrownBy(() ->
                        bundle(
                                "{\"$id\": \"http://x/r\", \"$ref\": \"a@1\"}",
                                Map.of("a@1", "true")))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("#/$ref")
                .hasMessageContaining("means 'http://x/a@1'")
                .hasMessageContaining("leave out the $id");
    }

    @Test
    void documentsOfDifferentDraftsAreRefused() {
        String old = "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}";

        assertThatThrownBy(() -> bundle("{\"items\": {\"$ref\": \"a@1\"}}", Map.of("a@1", old)))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("a@1: it is of draft-07")
                .hasMessageContaining("2020-12");
    }

    @Test
    void aNameThatSeveralDocumentsGiveTheirSchemasIsRefused() {
        String other = "{\"$defs\": {\"q\": {\"$id\": \"http://x/u\"}}}";

        assertThatThrownBy(() ->
                        bundle(
                                "{\"$ref\": \"a@1\", \"$defs\": {\"p\": {\"$id\":"
                                        + " \"http://x/u\"}}}",
                                Map.of("a@1", other)))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("'http://x/u'");
    }

    @Test
    void whatIsMissingIsNamedWithThePlaceAndWhatToRegister() {
        assertThatThrownBy(() ->
                        bundle(
                                "{\"items\": {\"$ref\": \"a@1\"}}",
                                Map.of("a@1", "{\"items\": {\"$ref\": \"b#/$defs/x\"}}")))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("a@1#/items/$ref")
                .hasMessageContaining("'b#/$defs/x'")
                .hasMessageContaining("register a schema under the name 'b@1'");
        assertThatThrownBy(() -> bundle("{\"$ref\": \"https://x/a.json\"}", Map.of()))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("'https://x/a.json'")
                .hasMessageContaining("refer to it by that name");
    }

    @Test
    void whatIsNoSchemaIsNamed() {
        for (String broken : new String[] {"{", "[]", "{\"$schema\": \"http://x/mine\"}"}) {
            assertThatThrownBy(() -> bundle("{\"$ref\": \"a@1\"}", Map.of("a@1", broken)))
                    .isInstanceOf(InvalidSchemaException.class)
                    .hasMessageStartingWith("a@1: ");
        }
        assertThatThrownBy(
                        () -> bundle("{\"$ref\": \"a@1\", \"$defs\": []}", Map.of("a@1", "true")))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("#/$defs");
    }

    @Test
    void endlessChainsAreRefused() {
        SchemaSource endless = uri -> Optional.of("{\"$ref\": \"" + uri + "x\"}");

        assertThatThrownBy(() -> SchemaBundle.of("{\"$ref\": \"a\"}", endless))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("refer to fewer");
    }
}
