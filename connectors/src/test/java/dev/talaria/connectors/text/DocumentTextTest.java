package dev.talaria.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.talaria.connectors.text.DocumentText.Limits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;

class DocumentTextTest {

    private final DocumentText reader = new DocumentText(Limits.DEFAULT);

    @Test
    void linesOfAPdfAreLines() throws Exception {
        byte[] pdf = SampleDocuments.pdf("Invoice INV-20417", "Total: 1284.50 EUR");

        assertThat(reader.of(DocumentFormat.PDF, pdf, "a.pdf").lines())
                .containsSubsequence("Invoice INV-20417", "Total: 1284.50 EUR");
    }

    @Test
    void tablesOfAWordDocumentLookLikeThoseOfAPage() throws Exception {
        byte[] docx =
                SampleDocuments.docx(
                        SampleDocuments.paragraph("Offer")
                                + "<w:tbl><w:tr><w:tc>"
                                + SampleDocuments.paragraph("Bolt")
                                + "</w:tc><w:tc>"
                                + SampleDocuments.paragraph("3 EUR")
                                + "</w:tc></w:tr></w:tbl>");

        assertThat(reader.of(DocumentFormat.DOCX, docx, "a.docx").lines())
                .contains("Offer", "Bolt | 3 EUR");
    }

    @Test
    void pagesOfHtmlAreReadAsTheyAlwaysWere() throws Exception {
        byte[] page = "<html><body><p>Hello</p></body></html>".getBytes(StandardCharsets.UTF_8);

        assertThat(reader.of(DocumentFormat.HTML, page, "a.html")).isEqualTo("Hello");
    }

    @Test
    void aPdfWithoutTextIsTakenForAScan() throws IOException {
        assertRefused(DocumentFormat.PDF, SampleDocuments.pdf(), "NoText", "scan");
    }

    @Test
    void anEncryptedPdfSaysSo() throws IOException {
        assertRefused(
                DocumentFormat.PDF,
                SampleDocuments.encryptedPdf("secret"),
                "EncryptedDocument",
                "without a password");
    }

    @Test
    void aCompoundFileIsAnEncryptedOrAnOldDocument() {
        byte[] ole = {
            (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
        };

        assertRefused(DocumentFormat.DOCX, ole, "EncryptedDocument", "before 2007");
    }

    @Test
    void anArchiveThatIsNoWordDocumentSaysWhatIsMissing() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var zip = new java.util.zip.ZipOutputStream(bytes)) {
            zip.putNextEntry(new java.util.zip.ZipEntry("readme"));
        }

        assertRefused(
                DocumentFormat.DOCX, bytes.toByteArray(), "DamagedDocument", "word/document.xml");
    }

    @Test
    void anArchiveThatExplodesIsNotExpanded() throws IOException {
        byte[] bomb = SampleDocuments.docx(SampleDocuments.paragraph(" ".repeat(3_000_000)));

        assertThat(bomb.length).isLessThan(20_000);
        UnreadableDocumentException refused =
                refused(small(1_000_000, 1_000_000), DocumentFormat.DOCX, bomb);
        assertThat(refused.errorClass()).isEqualTo("DocumentTooLarge");
        assertThat(refused).hasMessageContaining("1000000 bytes once expanded");
    }

    @Test
    void aStreamOfAPdfThatExplodesIsNotExpanded() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("%PDF-1.4\n1 0 obj\n<</Filter/FlateDecode>>\nstream\r\n"));
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(bytes)) {
            deflated.write(new byte[3_000_000]);
        }
        bytes.writeBytes(ascii("\nendstream\nendobj\n"));

        UnreadableDocumentException refused =
                refused(small(1_000_000, 1_000_000), DocumentFormat.PDF, bytes.toByteArray());

        assertThat(refused.errorClass()).isEqualTo("DocumentTooLarge");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PDF", "DOCX"})
    void moreTextThanADocumentMayHaveIsRefused(DocumentFormat format) throws IOException {
        String line = "word ".repeat(15);
        byte[] source =
                format == DocumentFormat.PDF
                        ? SampleDocuments.pdf(line, line)
                        : SampleDocuments.docx(SampleDocuments.paragraph(line + line));

        UnreadableDocumentException refused = refused(small(1_000_000, 100), format, source);

        assertThat(refused.errorClass()).isEqualTo("DocumentTooLarge");
    }

    @Test
    void aDocumentThatTakesTooLongIsGivenUp() throws IOException {
        String[] lines = new String[30];
        Arrays.fill(lines, "some text");
        DocumentText hurried = new DocumentText(Limits.DEFAULT.withTime(Duration.ofNanos(1)));

        UnreadableDocumentException refused =
                refused(hurried, DocumentFormat.PDF, SampleDocuments.pdf(lines));

        assertThat(refused.errorClass()).isEqualTo("ExtractionTimeout");
    }

    @Test
    void entitiesOutsideOfADocumentAreNotFetched() throws IOException {
        try (ServerSocket stranger = new ServerSocket(0)) {
            byte[] docx =
                    SampleDocuments.docxOf(
                            """
                            <?xml version="1.0"?>
                            <!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:%d/secret">]>
                            <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">\
                            <w:body><w:p><w:r><w:t>before &e; after</w:t></w:r></w:p></w:body></w:document>
                            """
                                    .formatted(stranger.getLocalPort()));

            read(docx);

            stranger.setSoTimeout(1);
            assertThat(catchThrowableOfType(SocketTimeoutException.class, stranger::accept))
                    .isNotNull();
        }
    }

    @Test
    void whateverIsDamagedIsAnAnswerToo() throws IOException {
        long seed = 20_417;
        Random random = new Random(seed);
        byte[] pdf = SampleDocuments.pdf("Invoice", "Total");
        byte[] docx = SampleDocuments.docx(SampleDocuments.paragraph("Invoice"));
        for (int i = 0; i < 60; i++) {
            byte[] source = (i % 2 == 0 ? pdf : docx).clone();
            for (int k = 0; k < 1 + i / 4; k++) {
                source[random.nextInt(source.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(source, 1 + random.nextInt(source.length));
            DocumentFormat format = i % 2 == 0 ? DocumentFormat.PDF : DocumentFormat.DOCX;
            for (byte[] hostile : new byte[][] {source, cut}) {
                try {
                    assertThat(reader.of(format, hostile, "x")).as("seed %d", seed).isNotNull();
                } catch (UnreadableDocumentException e) {
                    assertThat(e.getMessage()).as("seed %d", seed).startsWith("x: ").contains("; ");
                    assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
                }
            }
        }
    }

    @Test
    void theFirstByteThatIsNotUtf8IsNamed() {
        assertRefused(
                DocumentFormat.PLAIN, new byte[] {'a', (byte) 0xFF}, "MalformedText", "byte 1");
    }

    @Test
    void formatsAreKnownByTheirBytesBeforeTheirNames() throws IOException {
        byte[] pdf = SampleDocuments.pdf("x");

        assertThat(DocumentFormat.of(pdf, DocumentFormat.PLAIN)).isEqualTo(DocumentFormat.PDF);
        assertThat(DocumentFormat.of(ascii("<!DOCTYPE html><p>"), null))
                .isEqualTo(DocumentFormat.HTML);
        assertThat(DocumentFormat.of(ascii("a < b"), DocumentFormat.ofName("B.TXT")))
                .isEqualTo(DocumentFormat.PLAIN);
        assertThat(DocumentFormat.ofName("table.csv")).isNull();
    }

    private void read(byte[] docx) {
        try {
            assertThat(reader.of(DocumentFormat.DOCX, docx, "x")).isNotNull();
        } catch (UnreadableDocumentException e) {
            assertThat(e).hasMessageContaining("x: ");
        }
    }

    private static DocumentText small(long expandedBytes, int chars) {
        return new DocumentText(new Limits(1 << 20, expandedBytes, chars, Duration.ofSeconds(30)));
    }

    private void assertRefused(
            DocumentFormat format, byte[] source, String errorClass, String finding) {
        UnreadableDocumentException refused = refused(reader, format, source);
        assertThat(refused.errorClass()).isEqualTo(errorClass);
        assertThat(refused).hasMessageStartingWith("x: ").hasMessageContaining(finding);
    }

    private static UnreadableDocumentException refused(
            DocumentText reader, DocumentFormat format, byte[] source) {
        return catchThrowableOfType(
                UnreadableDocumentException.class, () -> reader.of(format, source, "x"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
