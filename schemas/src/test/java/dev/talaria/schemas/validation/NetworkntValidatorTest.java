package dev.talaria.schemas.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import java.util.List;

class NetworkntValidatorTest {

    private static final List<String> DRAFTS =
            List.of(
                    "http://json-schema.org/draft-04/schema#",
                    "http://json-schema.org/draft-06/schema#",
                    "http://json-schema.org/draft-07/schema#",
                    "https://json-schema.org/draft/2019-09/schema",
                    "https://json-schema.org/draft/2020-12/schema");

    @Test
    void aValidTextHasNoViolations() {
        SchemaValidator validator =
                NetworkntValidator.of(
                        """
                        {"type": "object", "properties": {"total": {"type": "number"}}}\
                        """);

        assertThat(validator.validate("{\"total\": 12.50}")).isEmpty();
    }

    @Test
    void everyViolationNamesItsPlaceAndKeyword() {
        SchemaValidator validator =
                NetworkntValidator.of(
                        """
                        {"properties": {"a/b": {"minimum": 3}}, "required": ["c"]}\
                        """);

        assertThat(validator.validate("{\"a/b\": 1}"))
                .extracting(Violation::pointer, Violation::keyword)
                .containsExactlyInAnyOrder(tuple("/a~1b", "minimum"), tuple("", "required"));
    }

    @Test
    void formatsAreAsserted() {
        SchemaValidator validator = NetworkntValidator.of("{\"format\": \"date\"}");

        assertThat(validator.validate("\"2026-02-29\"")).hasSize(1);
        assertThat(validator.validate("\"2028-02-29\"")).isEmpty();
    }

    @Test
    void textThatIsNotOneJsonValueIsASingleParseViolation() {
        SchemaValidator validator = NetworkntValidator.of("true");

        for (String text :
                new String[] {
                    "", " ", "{", "1 2", "{\"a\":1,\"a\":2}", "nul", "01", "[1,]", "NaN"
                }) {
            assertThat(validator.validate(text))
                    .as(text)
                    .singleElement()
                    .extracting(Violation::keyword)
                    .isEqualTo("parse");
        }
    }

    @Test
    void aTextNestedBeyondReasonIsAParseViolation() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThat(NetworkntValidator.of("true").validate(deep))
                .singleElement()
                .extracting(Violation::keyword)
                .isEqualTo("parse");
    }

    @Test
    void aRecursionWithoutEndIsAViolationAndNoCrash() {
        SchemaValidator validator =
                NetworkntValidator.of(
                        """
                        {"$ref": "#/$defs/a",
                         "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}}\
                        """);

        assertThat(validator.validate("1"))
                .singleElement()
                .extracting(Violation::keyword)
                .isEqualTo("depth");
    }

    @Test
    void aRecursiveSchemaJudgesADeepInstance() {
        SchemaValidator validator =
                NetworkntValidator.of("{\"type\": \"array\", \"items\": {\"$ref\": \"#\"}}");

        assertThat(validator.validate("[".repeat(100) + "]".repeat(100))).isEmpty();
        assertThat(validator.validate("[".repeat(100) + "1" + "]".repeat(100))).hasSize(1);
    }

    @Test
    void theDraftDecidesWhatAKeywordMeans() {
        SchemaValidator draft04 =
                NetworkntValidator.of(
                        """
                        {"$schema": "http://json-schema.org/draft-04/schema#",
                         "minimum": 3, "exclusiveMinimum": true}\
                        """);

        assertThat(draft04.validate("3")).hasSize(1);
        assertThat(draft04.validate("4")).isEmpty();
        assertThatThrownBy(
                        () -> NetworkntValidator.of("{\"minimum\": 3, \"exclusiveMinimum\": true}"))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("#/exclusiveMinimum");
    }

    @Test
    void whatIsNoSchemaIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> NetworkntValidator.of("{\"properties\": {\"a\": {\"type\": 7}}}"))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("#/properties/a/type");
        assertThatThrownBy(() -> NetworkntValidator.of("{\"type\": \"object\""))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("line 1");
        assertThatThrownBy(() -> NetworkntValidator.of("{\"pattern\": \"(\"}"))
                .isInstanceOf(InvalidSchemaException.class);
        assertThatThrownBy(() -> NetworkntValidator.of("{\"$schema\": \"http://example.com/x\"}"))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("http://example.com/x");
    }

    @Test
    void aReferenceOutOfTheDocumentIsRefusedByName() {
        assertThatThrownBy(() ->
                        NetworkntValidator.of(
                                """
                                {"items": {"$ref": "http://example.com/other.json#/a"}}\
                                """))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("#/items/$ref")
                .hasMessageContaining("http://example.com/other.json#/a");
    }

    @Test
    void aReferenceToNowhereIsRefusedByName() {
        assertThatThrownBy(
                        () -> NetworkntValidator.of("{\"items\": {\"$ref\": \"#/$defs/absent\"}}"))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("#/$defs/absent");
    }

    @Test
    void referencesInsideTheDocumentAreFollowed() {
        SchemaValidator validator =
                NetworkntValidator.of(
                        """
                        {"$id": "http://example.com/root.json",
                         "properties": {
                           "a": {"$ref": "#/$defs/a~1b%25"},
                           "b": {"$ref": "root.json#/$defs/a~1b%25"},
                           "c": {"$ref": "item.json"},
                           "d": {"$ref": "#anchor"},
                           "enum": {"enum": [{"$ref": "http://example.com/not-a-reference"}]}},
                         "$defs": {
                           "a/b%": {"type": "integer"},
                           "c": {"$id": "item.json", "type": "string"},
                           "d": {"$anchor": "anchor", "type": "null"}}}\
                        """);

        assertThat(validator.validate("{\"a\": 1, \"b\": 1, \"c\": \"x\", \"d\": null}")).isEmpty();
        assertThat(validator.validate("{\"a\": \"\", \"b\": \"\", \"c\": 1, \"d\": 1}")).hasSize(4);
    }

    @Test
    void formatsMayBeLeftAside() {
        String schema = "{\"$schema\": \"%s\", \"format\": \"date\", \"minLength\": 3}";
        for (String draft :
                List.of(
                        "http://json-schema.org/draft-04/schema#",
                        "http://json-schema.org/draft-07/schema#",
                        "https://json-schema.org/draft/2020-12/schema")) {
            SchemaValidator ignoring =
                    NetworkntValidator.of(
                            schema.formatted(draft), SchemaSource.NONE, FormatAssertion.IGNORED);
            assertThat(ignoring.validate("\"2024-02-30\"")).as(draft).isEmpty();
            assertThat(ignoring.validate("\"20\"")).as(draft).hasSize(1);
            assertThat(NetworkntValidator.of(schema.formatted(draft)).validate("\"2024-02-30\""))
                    .as(draft)
                    .extracting(Violation::keyword)
                    .containsExactly("format");
        }
    }

    @Test
    void onlyDraftFourHasIdsWithoutADollar() {
        String schema = "{%s\"properties\": {\"a\": {\"id\": \"/a\", \"type\": \"null\"}}}";
        for (String draft : DRAFTS) {
            SchemaValidator validator =
                    NetworkntValidator.of(schema.formatted("\"$schema\": \"" + draft + "\", "));

            assertThat(validator.validate("{\"a\": null}")).as(draft).isEmpty();
            assertThat(validator.validate("{\"a\": 1}")).as(draft).hasSize(1);
        }
        assertThat(NetworkntValidator.of(schema.formatted("")).validate("{\"a\": 1}")).hasSize(1);
    }

    @Test
    void aSchemaThatIsFalseRefusesEveryValueWhereverItStands() {
        assertThat(NetworkntValidator.of("false").validate("1")).isNotEmpty();
        SchemaValidator within =
                NetworkntValidator.of(
                        """
                        {"properties": {"a": false, "b": true}, "not": {"required": ["c"]},
                         "additionalProperties": {"not": true}}\
                        """);
        assertThat(within.validate("{\"a\": 1}")).isNotEmpty();
        assertThat(within.validate("{\"b\": 1}")).isEmpty();
        assertThat(within.validate("{\"d\": 1}")).isNotEmpty();
    }

    @Test
    void whatTheLibraryAddsToTheDraftsSaysNothing() {
        for (String draft : DRAFTS) {
            SchemaValidator validator =
                    NetworkntValidator.of(
                            """
                            {"$schema": "%s", "notAllowed": ["a"], "true": true, "false": false,
                             "propertyDependencies": {"a": {"b": false}}, "unionType": [],
                             "discriminator": {"propertyName": "c"}, "nullable": false}\
                            """
                                    .formatted(draft));

            assertThat(validator.validate("{\"a\": \"b\"}")).as(draft).isEmpty();
            assertThat(validator.validate("null")).as(draft).isEmpty();
        }
    }

    @Test
    void whatAStringHoldsIsNotLookedAt() {
        for (String draft : DRAFTS) {
            SchemaValidator validator =
                    NetworkntValidator.of(
                            """
                            {"$schema": "%s", "contentEncoding": "base64",
                             "contentMediaType": "application/json"}\
                            """
                                    .formatted(draft));

            assertThat(validator.validate("\"{%\"")).as(draft).isEmpty();
        }
    }

    @Test
    void aNumberThatNoDigitsHoldIsAViolationAndNoCrash() {
        SchemaValidator validator = NetworkntValidator.of("{\"type\": \"object\"}");

        assertThat(validator.validate("{\"a\": 1e99999999999}"))
                .singleElement()
                .asString()
                .contains("exponent");
        assertThatThrownBy(() -> NetworkntValidator.of("{\"minimum\": 1e-99999999999}"))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("exponent");
    }

    @Test
    void patternsThatRecurseOverALongTextAreMatchedAllTheSame() {
        SchemaValidator validator = NetworkntValidator.of("{\"pattern\": \"^(a|b)*$\"}");

        assertThat(validator.validate('"' + "ab".repeat(10_000) + '"')).isEmpty();
        assertThat(validator.validate('"' + "ab".repeat(10_000) + "c\""))
                .extracting(Violation::keyword)
                .containsExactly("pattern");
        assertThat(validator.validate('"' + "ab".repeat(500_000) + '"'))
                .extracting(Violation::keyword)
                .containsExactly("depth");
    }
}
