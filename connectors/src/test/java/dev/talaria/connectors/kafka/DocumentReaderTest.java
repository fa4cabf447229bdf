package dev.talaria.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.DocumentRecord.Readable;
import dev.talaria.connectors.kafka.DocumentRecord.Unreadable;
import dev.talaria.connectors.text.SampleDocuments;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;

// A compiled constructor does not carry the @Nullable of its record (javac 25).
@NullUnmarked
class DocumentReaderTest {

    private static final String ENVELOPE = "application/vnd.talaria+json";
    private static final String PDF = "application/pdf";
    private static final String DOCX =
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    private final DocumentReader reader = new DocumentReader(10_000);

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "TEXT/Plain; charset=\"UTF-8\"", " text/plain ;x=y"})
    void textIsTextWhateverTheSpellingOfItsType(String type) {
        Readable read = readable(record("k", "Grüße\nan alle", "content-type", type));

        assertThat(read.document().text()).isEqualTo("Grüße\nan alle");
        assertThat(read.document().id()).isEqualTo("k");
        assertThat(read.request()).isEqualTo(TaskRequest.DEFAULTS);
    }

    @Test
    void theSchemaHeaderChoosesTheTask() {
        Readable read = readable(record("k", "text", "x-schema", "invoice@2"));

        assertThat(read.request().schema()).contains("invoice@2");
    }

    @Test
    void aByteOrderMarkIsNotPartOfTheText() {
        assertThat(readable(record("k", "\uFEFFHello")).document().text()).isEqualTo("Hello");
    }

    @Test
    void theFirstByteThatIsNotUtf8IsNamed() {
        byte[] value = "Grüße".getBytes(StandardCharsets.ISO_8859_1);

        Unreadable unreadable = unreadable(record(bytes("k"), value));

        assertThat(unreadable.errorClass()).isEqualTo("MalformedText");
        assertThat(unreadable.message()).contains("byte 2");
    }

    @Test
    void aTruncatedCharacterAtTheEndIsNamedToo() {
        Unreadable unreadable = unreadable(record(bytes("k"), new byte[] {'a', (byte) 0xC3}));

        assertThat(unreadable.message()).contains("byte 1");
    }

    @Test
    void recordsWithoutATextKeyAreNamedAfterTheirPosition() {
        assertThat(readable(record(null, bytes("x"))).document().id()).isEqualTo("docs-3-7");
        assertThat(readable(record(new byte[] {(byte) 0xFF}, bytes("x"))).document().id())
                .isEqualTo("docs-3-7");
    }

    @Test
    void binaryDocumentsAreReadByTheirType() throws IOException {
        byte[] pdf = SampleDocuments.pdf("Invoice 7");
        byte[] docx = SampleDocuments.docx("<w:p><w:r><w:t>Invoice 8</w:t></w:r></w:p>");

        assertThat(readable(recordOf(PDF, pdf)).document().text()).isEqualTo("Invoice 7");
        assertThat(readable(recordOf(DOCX, docx)).document().text()).isEqualTo("Invoice 8");
    }

    @Test
    void binaryDocumentsAreBase64InsideOfEnvelopes() throws IOException {
        String pdf = Base64.getEncoder().encodeToString(SampleDocuments.pdf("Invoice 7"));
        String envelope = "{\"document\": \"%s\", \"content_type\": \"%s\"}";

        assertThat(
                        readable(
                                        record(
                                                "k",
                                                envelope.formatted(pdf, PDF),
                                                "content-type",
                                                ENVELOPE))
                                .document()
                                .text())
                .isEqualTo("Invoice 7");
        assertThat(
                        unreadable(
                                        record(
                                                "k",
                                                envelope.formatted("A", PDF),
                                                "content-type",
                                                ENVELOPE))
                                .message())
                .contains("it is not Base64");
    }

    @Test
    void damagedBinaryDocumentsAreAnAnswer() {
        Unreadable unreadable = unreadable(recordOf(PDF, bytes("%PDF-1.7 and no more")));

        assertThat(unreadable.errorClass()).isEqualTo("DamagedDocument");
        assertThat(unreadable.message()).startsWith("record value: ");
    }

    @ParameterizedTest
    @CsvSource({
        "application/msword, UnsupportedContentType",
        "text/plain; charset=latin1, UnsupportedCharset",
        "'', UnsupportedContentType"
    })
    void otherTypesAreTurnedAwayWithWhatIsSupported(String type, String errorClass) {
        Unreadable unreadable = unreadable(record("k", "x", "content-type", type));

        assertThat(unreadable.errorClass()).isEqualTo(errorClass);
        assertThat(unreadable.documentId()).isEqualTo("k");
    }

    @Test
    void nullEmptyAndTooLargeValuesAreTurnedAway() {
        assertThat(unreadable(record(bytes("k"), null)).errorClass()).isEqualTo("NullValue");
        assertThat(unreadable(record("k", " \n ")).errorClass()).isEqualTo("EmptyDocument");
        Unreadable large = unreadable(record("k", "x".repeat(10_000)));
        assertThat(large.errorClass()).isEqualTo("DocumentTooLarge");
        assertThat(large.message()).contains("10001", "documents.max.bytes = 10000");
    }

    @Test
    void aPageIsReadAsItsText() {
        Readable read =
                readable(
                        record(
                                "k",
                                "<p>One<p>Two<script>x()</script>",
                                "content-type",
                                "text/html"));

        assertThat(read.document().text()).isEqualTo("One\n\nTwo");
    }

    @Test
    void anEnvelopeCarriesDocumentAndTask() {
        Readable read =
                envelope(
                        """
                        {"document": "<b>Hi</b>", "content_type": "text/html", "schema": "note@2",
                         "instructions": "Look.", "temperature": 0.25, "top_k": 5, "top_p": 0.5,
                         "min_p": 0.125, "repetition_penalty": 1.5, "frequency_penalty": -0.5,
                         "presence_penalty": 0.75, "seed": 9223372036854775807, "max_tokens": 64,
                         "order": "any", "spelling": "flexible", "whitespace_max": 4}\
                        """);

        assertThat(read.document().text()).isEqualTo("Hi");
        assertThat(read.request())
                .isEqualTo(
                        new TaskRequest(
                                Optional.of("note@2"),
                                Optional.of("Look."),
                                Optional.of(0.25f),
                                Optional.of(5),
                                Optional.of(0.5f),
                                Optional.of(0.125f),
                                Optional.of(1.5f),
                                Optional.of(-0.5f),
                                Optional.of(0.75f),
                                Optional.of(Long.MAX_VALUE),
                                Optional.of(64),
                                Optional.of("any"),
                                Optional.of("flexible"),
                                Optional.of(4)));
    }

    @Test
    void optionalFieldsThatAreNullCountAsAbsent() {
        assertThat(envelope("{\"document\": \"x\", \"schema\": null, \"seed\": null}").request())
                .isEqualTo(TaskRequest.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'document': 'x', | line 1",
                "{'document': 'x'}} | line 1, column 18",
                "{'document': 'x', 'temprature': 1} | column 19: the field 'temprature' is unknown",
                "{'document': 'x', 'document': 'y'} | Duplicate",
                "{'document': 7} | 'document' is not a string",
                "{'document': 'x', 'top_k': 1.5} | 'top_k' is not a whole number",
                "{'document': 'x', 'top_k': 99999999999} | 'top_k' is not a whole number",
                "{'document': 'x', 'seed': 99999999999999999999} | line 1",
                "{'schema': 'x'} | 'document' is missing",
                "{'document': null} | 'document' is missing",
                "[1] | not a JSON object",
                "{'document': '\\ud800'} | surrogate",
                "nonsense | line 1",
                "{'document': 'x', 'content_type': 'application/vnd.talaria+json'} | an envelope"
            })
    void brokenEnvelopesAreTurnedAwayWithLineAndColumn(String json, String finding) {
        Unreadable unreadable =
                unreadable(record("k", json.replace('\'', '"'), "content-type", ENVELOPE));

        assertThat(unreadable.errorClass()).isEqualTo("MalformedEnvelope");
        assertThat(unreadable.message().replace('"', '\'')).contains("line 1", finding.strip());
        assertThat(unreadable.message().lines()).hasSize(1);
    }

    @Test
    void anEnvelopeThatNestsDeeplyIsTurnedAway() {
        Unreadable unreadable =
                unreadable(
                        record(
                                "k",
                                "{\"document\": " + "[".repeat(9000),
                                "content-type",
                                ENVELOPE));

        assertThat(unreadable.errorClass()).isEqualTo("MalformedEnvelope");
    }

    @Test
    void envelopeAndHeaderMayNameTheSameSchemaButNotTwo() {
        String json = "{\"document\": \"x\", \"schema\": \"note@1\"}";

        assertThat(
                        readable(record("k", json, "content-type", ENVELOPE, "x-schema", "note@1"))
                                .request()
                                .schema())
                .contains("note@1");
        assertThat(
                        unreadable(
                                        record(
                                                "k",
                                                json,
                                                "content-type",
                                                ENVELOPE,
                                                "x-schema",
                                                "note@2"))
                                .errorClass())
                .isEqualTo("SchemaConflict");
    }

    @Test
    void noBytesWhateverTheyAreMakeItThrow() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] types = {"text/plain", "text/html", ENVELOPE};
        byte[] start = bytes("{\"document\": \"x\", \"top_k\": 3, \"schema\": \"a@1\"}");
        for (int i = 0; i < 3000; i++) {
            byte[] value = start.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                value[random.nextInt(value.length)] = (byte) random.nextInt(256);
            }
            Headers headers = new RecordHeaders();
            headers.add("content-type", bytes(types[i % types.length]));
            SourceRecord record = new SourceRecord("docs", 3, 7, 0, null, value, headers);
            assertThat(reader.read(record)).as("seed %d, case %d", seed, i).isNotNull();
        }
    }

    private Readable envelope(String json) {
        return readable(record("k", json, "content-type", ENVELOPE));
    }

    private Readable readable(SourceRecord record) {
        assertThat(reader.read(record)).isInstanceOf(Readable.class);
        return (Readable) reader.read(record);
    }

    private Unreadable unreadable(SourceRecord record) {
        assertThat(reader.read(record)).isInstanceOf(Unreadable.class);
        return (Unreadable) reader.read(record);
    }

    private static SourceRecord record(String key, String value, String... headers) {
        Headers all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], bytes(headers[i + 1]));
        }
        return new SourceRecord("docs", 3, 7, 0, bytes(key), bytes(value), all);
    }

    private static SourceRecord recordOf(String contentType, byte[] value) {
        Headers headers = new RecordHeaders().add("content-type", bytes(contentType));
        return new SourceRecord("docs", 3, 7, 0, bytes("k"), value, headers);
    }

    private static SourceRecord record(byte[] key, byte[] value) {
        return new SourceRecord("docs", 3, 7, 0, key, value, new RecordHeaders());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
