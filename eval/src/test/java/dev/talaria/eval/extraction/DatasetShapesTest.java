package dev.talaria.eval.extraction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.WriteOptions;
import dev.talaria.datasets.synthetic.SyntheticCorpus;
import dev.talaria.eval.SharedData;
import dev.talaria.eval.suite.Answer;
import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Item;
import dev.talaria.eval.suite.Judgement;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.RowSelection;
import dev.talaria.eval.suite.TextItem;
import dev.talaria.eval.suite.Verdict;
import dev.talaria.inference.TextRequest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Sets of documents as they come.
class DatasetShapesTest {

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"corpus.parquet", "corpus.jsonl", "corpus.arrow"})
    void theGoldFieldsOfAMadeUpCorpusPassInAnyFormat(String name) throws IOException {
        SyntheticCorpus corpus = new SyntheticCorpus(SyntheticCorpus.MIXED, 5, true);
        Path file = folder.resolve(name);
        try (RecordSink sink = RecordFiles.create(file, corpus.type(), WriteOptions.DEFAULT)) {
            for (long i = 0; i < 40; i++) {
                sink.write(corpus.row(i));
            }
            sink.finish();
        }
        Dataset dataset = read(file);
        ExtractionSuite suite = ExtractionSuite.over(dataset, ExtractionOptions.usual());

        assertThat(suite.options()).containsEntry("schemaSource", "of each row");
        assertThat(suite.groups()).containsExactly("kind");
        assertGoldPasses(suite, dataset);
    }

    @ParameterizedTest
    @CsvSource({
        "sroie_receipts.train200.jsonl, '{address=text, company=text, date=date, total=amount}'",
        "e2e_restaurants.500.jsonl, '{area=text, customer rating=text, eattype=text,"
                + " familyfriendly=text, food=text, name=text, near=text, pricerange=text}'",
        "kleister_nda.20.jsonl, '{effective_date[]=date, jurisdiction[]=text, party[]=text,"
                + " term[]=text}'",
    })
    void theGoldFieldsOfRealDocumentsPass(String name, String types) throws IOException {
        Path file = SharedData.file("data/documents/" + name);
        Dataset dataset = read(file);
        ExtractionSuite suite = ExtractionSuite.over(dataset, ExtractionOptions.usual());

        assertThat(suite.options())
                .containsEntry("schemaSource", "derived from the gold fields of the set")
                .containsEntry("fieldTypes", types);
        assertGoldPasses(suite, dataset);
    }

    @Test
    void aListOfOneObjectIsThatObject() throws IOException {
        Path file = SharedData.file("data/documents/invoice2data_invoices.jsonl");
        Dataset dataset = read(file);
        ExtractionSuite suite = ExtractionSuite.over(dataset, ExtractionOptions.usual());

        JsonNode schema = JsonMapper.shared().readTree(suite.options().get("schema"));
        assertThat(schema.path("type").stringValue()).isEqualTo("object");
        assertThat(suite.options().get("fieldTypes"))
                .contains("{amount=amount", " date=date", "invoice_number=text");
        assertGoldPasses(suite, dataset);
    }

    @Test
    void goldFieldsMayBeJsonInATextColumn() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("rows.csv"),
                        "body,answer\nOne pen.,\"{\"\"item\"\": \"\"pen\"\"}\"\n");
        Dataset dataset = read(file);

        Item item =
                ExtractionSuite.over(dataset, ExtractionOptions.usual())
                        .item(dataset.rows().getFirst());

        assertThat(item.expected().toString()).isEqualTo("{\"item\":\"pen\"}");
        assertThat(item.prompt(Mode.CONSTRAINED)).contains("\nOne pen.<|im_end|>");
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithThoseThatAre() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("rows.jsonl"), "{\"page\": \"x\", \"gold\": {}}\n");
        Dataset dataset = read(file);

        assertThatThrownBy(() -> ExtractionSuite.over(dataset, ExtractionOptions.usual()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--text-column")
                .hasMessageContaining("there are page, gold");
    }

    @Test
    void goldFieldsThatAreNoJsonAreNamedWithTheirRow() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("rows.jsonl"),
                        "{\"text\": \"x\", \"gold\": \"{}\"}\n"
                                + "{\"text\": \"x\", \"gold\": \"{oops\"}\n");
        Dataset dataset = read(file);

        assertThatThrownBy(() -> ExtractionSuite.over(dataset, ExtractionOptions.usual()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1: column 'gold' is no JSON: line 1, column 2");
    }

    @Test
    void bothModesAskTheSame() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("rows.jsonl"),
                        "{\"text\": \"A pen.\", \"gold\": {\"item\": \"pen\"}}\n");
        Dataset dataset = read(file);
        TextItem item =
                (TextItem)
                        ExtractionSuite.over(dataset, ExtractionOptions.usual())
                                .item(dataset.rows().getFirst());

        TextRequest held = item.request(Mode.CONSTRAINED, 7);
        TextRequest free = item.request(Mode.UNCONSTRAINED, 7);

        assertThat(held.schemaJson()).isPresent();
        assertThat(held.system()).isEqualTo(free.system());
        assertThat(free.schemaJson()).isEmpty();
        assertThat(free.system().orElseThrow())
                .endsWith("<schema>\n" + held.schemaJson().orElseThrow() + "\n</schema>");
        assertThat(free.prompt())
                .isEqualTo(held.prompt())
                .isEqualTo("Extract the data from this text.\nA pen.");
        assertThat(free.sampling().seed()).isEqualTo(7);
    }

    private static void assertGoldPasses(ExtractionSuite suite, Dataset dataset) {
        for (DatasetRow row : dataset.rows()) {
            Item item = suite.item(row);
            Judgement judgement = item.judge(Answer.recorded(item.expected().toString()));
            assertThat(judgement.published().verdict())
                    .as("row %d: %s", row.number(), judgement.published().reasons())
                    .isEqualTo(Verdict.PASSED);
            assertThat(judgement.strict().verdict())
                    .as("row %d: %s", row.number(), judgement.strict().reasons())
                    .isEqualTo(Verdict.PASSED);
            assertThat(judgement.attributes())
                    .containsAllEntriesOf(
                            Map.of(
                                    "schemaValid",
                                    JsonMapper.shared().getNodeFactory().booleanNode(true)));
        }
    }

    private static Dataset read(Path file) throws IOException {
        return Dataset.read(file, Optional.empty(), RowSelection.ALL);
    }
}
