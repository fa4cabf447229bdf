package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.grammar.GrammarCompiler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class DocumentLoadTest {

    @TempDir Path folder;

    @Test
    void noInvoiceComesTwice() {
        DocumentLoad load = DocumentLoad.invoices(5, 3, 7, 100);

        assertThat(load.rounds()).hasSize(3).allSatisfy(round -> assertThat(round).hasSize(5));
        assertThat(load.all().map(Document::text)).hasSize(18).doesNotHaveDuplicates();
        assertThat(load.all().map(Document::id)).doesNotHaveDuplicates();
    }

    @Test
    void theSeedDecidesTheInvoices() {
        assertThat(DocumentLoad.invoices(4, 1, 7, 100))
                .isEqualTo(DocumentLoad.invoices(4, 1, 7, 100))
                .isNotEqualTo(DocumentLoad.invoices(4, 1, 8, 100));
    }

    @Test
    void theInvoicesSchemaIsEnforcedAndEndsEveryText() {
        String schema = DocumentLoad.invoices(1, 1, 1, 100).task().schema().json();

        assertThat(GrammarCompiler.compile(schema)).isNotNull();
        assertThat(schema.split("\"type\": \"string\"", -1))
                .hasSameSizeAs(schema.split("\"maxLength\"|\"format\"", -1));
    }

    @Test
    void aFolderOfTextsIsDividedAmongTheRounds() throws IOException {
        for (int i = 0; i < 5; i++) {
            Files.writeString(folder.resolve("d" + i + ".txt"), "text " + i);
        }

        DocumentLoad load = DocumentLoad.files(folder, schema(), 10, 2, 1, 100);

        assertThat(texts(load.rounds().get(0))).containsExactly("text 0", "text 1");
        assertThat(texts(load.rounds().get(1))).containsExactly("text 2", "text 3");
        assertThat(load.documents()).isEqualTo(2);
        assertThat(load.task().schema().json()).isEqualTo("{\"type\": \"boolean\"}");
    }

    @Test
    void linesOfJsonGiveTheirDocumentOrText() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("d.jsonl"), "{\"document\": \"a\"}\n\n{\"text\": \"b\"}\n");

        DocumentLoad load = DocumentLoad.files(file, schema(), 2, 1, 1, 100);

        assertThat(texts(load.rounds().getFirst())).containsExactly("a", "b");
    }

    @Test
    void whatIsNoDocumentIsNamedWithItsPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("d.jsonl"), "{\"text\": \"a\"}\n{\"id\": 1}");
        Path broken = Files.writeString(folder.resolve("e.jsonl"), "{\"text\"");

        assertThatThrownBy(() -> DocumentLoad.files(file, schema(), 1, 1, 1, 100))
                .hasMessageContainingAll("d.jsonl, line 2", "'document' or 'text'");
        assertThatThrownBy(() -> DocumentLoad.files(broken, schema(), 1, 1, 1, 100))
                .hasMessageContainingAll("e.jsonl, line 1", "no JSON");
    }

    @Test
    void tooFewDocumentsForTheRoundsAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("d.jsonl"), "{\"text\": \"a\"}");

        assertThatThrownBy(() -> DocumentLoad.files(file, schema(), 4, 3, 1, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1 documents", "3 rounds");
    }

    private Path schema() throws IOException {
        Path schemas = Files.createDirectories(folder.resolve("schemas"));
        return Files.writeString(schemas.resolve("s.json"), "{\"type\": \"boolean\"}");
    }

    private static List<String> texts(List<Document> documents) {
        return documents.stream().map(Document::text).toList();
    }
}
