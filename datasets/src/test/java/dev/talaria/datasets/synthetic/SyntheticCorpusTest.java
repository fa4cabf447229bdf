package dev.talaria.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.RowCheck;
import dev.talaria.datasets.record.Value;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the generator promises of its rows.
class SyntheticCorpusTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ROWS = 24;

    static List<String> documentKinds() {
        return SyntheticCorpus.kinds().stream()
                .filter(kind -> !kind.equals(SyntheticCorpus.TOOL_CALLS))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documentKinds")
    void goldIsValidUnderItsSchemaAndStandsInTheDocument(String kind) {
        for (boolean heldOut : new boolean[] {false, true}) {
            SyntheticCorpus corpus = new SyntheticCorpus(kind, 3, heldOut);
            for (int i = 0; i < ROWS; i++) {
                Sample sample = corpus.sample(i);
                SchemaValidator validator = NetworkntValidator.of(sample.schema());
                assertThat(validator.validate(sample.gold())).as(sample.toString()).isEmpty();
                stands(JSON.readTree(sample.gold()), sample.document());
                RowCheck.check(corpus.type(), corpus.row(i));
            }
        }
    }

    // Dates and flags are spelled in their own ways.
    private static void stands(JsonNode value, String document) {
        if (value.isContainer()) {
            value.forEach(part -> stands(part, document));
        } else if (value.isNumber()) {
            assertThat(document.replace(",", "")).contains(value.decimalValue().toPlainString());
        } else if (value.isString() && !value.stringValue().matches("\\d{4}-\\d\\d-\\d\\d")) {
            assertThat(document).contains(value.stringValue());
        } else if (value.isString()) {
            assertThat(document).contains(value.stringValue().substring(0, 4));
        }
    }

    @Test
    void callsFitTheirToolsAndTheirArgumentsStandInTheRequest() {
        SyntheticCorpus corpus = new SyntheticCorpus(SyntheticCorpus.TOOL_CALLS, 5, false);
        Set<Integer> numbersOfCalls = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Row row = corpus.row(i);
            RowCheck.check(corpus.type(), row);
            JsonNode tools = JSON.readTree(((Value.Text) row.value("tools")).value());
            JsonNode calls = JSON.readTree(((Value.Text) row.value("completion")).value());
            String request = row.value("prompt").toString();
            numbersOfCalls.add(calls.size());
            for (JsonNode call : calls) {
                JsonNode tool = null;
                for (JsonNode one : tools) {
                    if (one.at("/function/name").equals(call.get("name"))) {
                        tool = one;
                    }
                }
                assertThat(tool).as(row.toString()).isNotNull();
                String schema = tool.at("/function/parameters").toString();
                assertThat(NetworkntValidator.of(schema).validate(call.get("arguments").toString()))
                        .isEmpty();
                stands(call.get("arguments"), request);
            }
        }
        assertThat(numbersOfCalls).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void aRowDependsOnSeedAndPlaceAlone() {
        for (String kind : SyntheticCorpus.kinds()) {
            Row row = new SyntheticCorpus(kind, 1, false).row(7);
            assertThat(new SyntheticCorpus(kind, 1, false).row(7)).isEqualTo(row);
            assertThat(new SyntheticCorpus(kind, 2, false).row(7)).isNotEqualTo(row);
            assertThat(new SyntheticCorpus(kind, 1, false).row(8).values())
                    .isNotEqualTo(row.values());
        }
    }

    @Test
    void heldOutWordsAreNeverSeenWithoutTheOption() {
        List<Words> all =
                List.of(
                        Vocabulary.GIVEN_NAMES,
                        Vocabulary.FAMILY_NAMES,
                        Vocabulary.BRANDS,
                        Vocabulary.TRADES,
                        Vocabulary.CITIES,
                        Vocabulary.STREETS,
                        Vocabulary.PRODUCTS,
                        Vocabulary.JOBS,
                        Vocabulary.SKILLS,
                        Vocabulary.SUBJECTS,
                        Vocabulary.CURRENCIES);
        for (Words words : all) {
            assertThat(words.words(true)).hasSizeGreaterThan(1);
            assertThat(words.words(false)).doesNotContainAnyElementsOf(words.words(true));
            assertThat(words.words(false)).doesNotHaveDuplicates();
        }
        SyntheticCorpus train = new SyntheticCorpus("resume", 1, false);
        for (int i = 0; i < 200; i++) {
            String document = train.sample(i).document();
            for (String city : Vocabulary.CITIES.words(true)) {
                assertThat(document).doesNotContain(city);
            }
        }
    }

    @Test
    void anUnknownKindIsNamedWithThoseThereAre() {
        assertThatThrownBy(() -> new SyntheticCorpus("novel", 1, false))
                .hasMessageContaining("'novel'")
                .hasMessageContaining("invoice");
    }
}
