package dev.talaria.pipeline.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.TopologyHarness;
import dev.talaria.pipeline.failure.StreamFailurePolicy;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;

import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The log as it is shipped, at every level, while documents with a word of their own go through
/// the topology in all ways there are.
class DocumentsInTheLogTest {

    private static final Path ROOT = Path.of(System.getProperty("talaria.root", ".."));
    private static final String WORD = "zebra";

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Encoder<ILoggingEvent> asText;
    private Encoder<ILoggingEvent> asJson;

    @TempDir private Path state;

    @BeforeEach
    void logEverything() throws JoranException {
        configure(ROOT.resolve("pipeline/src/main/resources/logback.xml"), "TRACE");
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        ConsoleAppender<ILoggingEvent> shipped =
                (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern(((PatternLayoutEncoder) shipped.getEncoder()).getPattern());
        text.start();
        asText = text;
        asJson = LogFormat.json(context);
        root.detachAppender(shipped);
        log.start();
        root.addAppender(log);
        // What Kafka's classes have to say is let through here, more than is shipped.
        context.getLogger("org.apache.kafka").setLevel(Level.TRACE);
        context.getLogger("org.apache.kafka.streams").setLevel(Level.TRACE);
    }

    @AfterEach
    void logAsTestsDo() throws JoranException {
        configure(ROOT.resolve("pipeline/src/test/resources/logback-test.xml"), "OFF");
    }

    private void configure(Path file, String level) throws JoranException {
        context.reset();
        context.putProperty("TALARIA_LOG", level);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(file.toFile());
    }

    private String written(Encoder<ILoggingEvent> encoder) {
        StringBuilder text = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            text.append(new String(encoder.encode(event), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private static Extraction answer(Document document, ExtractionTask task) {
        if (document.text().contains("fail")) {
            throw new IllegalStateException("cannot read " + document.text());
        }
        if (document.text().contains("reject")) {
            return new Extraction.Rejected(
                    document.id(),
                    RejectionStage.VALIDATION,
                    "ValidationFailed",
                    "/text: '" + document.text() + "' is too long",
                    Optional.of(document.text()),
                    Samples.provenance(task));
        }
        return Samples.note(document, task);
    }

    private void sendAllKinds(String... settings) {
        try (InferenceOperator operator = new ScriptedOperator(DocumentsInTheLogTest::answer);
                TopologyHarness topology = new TopologyHarness(operator, state, settings)) {
            topology.send("good", "A zebra", Samples.noteHeaders());
            topology.send("no", "reject this zebra", Samples.noteHeaders());
            topology.send("broken", "fail on a zebra", Samples.noteHeaders());
            topology.send("lost", "a zebra", Samples.headers("x-schema", "nothing@1"));
            topology.send("odd", "a zebra", Samples.headers("content-type", "zoo/animal"));
            sendAs(topology, "html", "text/html", "<p>A zebra</p><script>zebra");
            sendAs(topology, "pdf", "application/pdf", "%PDF-1.7 a zebra");
            sendAs(topology, "word", "application/vnd.talaria+json", "{\"document\": zebra}");
            sendAs(topology, "open", "application/vnd.talaria+json", "{\"document\": \"zebra");
            topology.sendBytes(
                    Samples.bytes("latin"),
                    "zebra \u00e9".getBytes(StandardCharsets.ISO_8859_1),
                    Samples.noteHeaders());
            topology.awaitExtractions(2);
            topology.awaitRejected(8);
        }
    }

    private static void sendAs(TopologyHarness topology, String id, String type, String text) {
        topology.send(id, text, Samples.headers("x-schema", "note@1", "content-type", type));
    }

    @Test
    void noTextOfADocumentIsInTheLogAtAnyLevel() {
        sendAllKinds();
        new StreamFailurePolicy().handle(failure());
        for (Encoder<ILoggingEvent> encoder : List.of(asText, asJson)) {
            assertThat(written(encoder))
                    .contains("document rejected", "document extracted", "stream thread failed")
                    .doesNotContainIgnoringCase(WORD);
        }
    }

    // As Kafka Streams wraps what a processor throws, quoting it.
    private static StreamsException failure() {
        IllegalStateException cause = new IllegalStateException("cannot read a zebra");
        return new StreamsException("Exception caught in process: " + cause, cause);
    }

    @Test
    void whereThatIsAskedForTextsAnswersAndReasonsAreInTheLog() {
        sendAllKinds("log.documents", "true");
        assertThat(written(asText))
                .contains(
                        "text=\"A zebra\"",
                        "json=\"{\"text\": \"A zebra\"}\"",
                        "reason=\"/text: 'reject this zebra' is too long\"");
    }

    @Test
    void everyDocumentHasALineWithItsIdItsPositionAndItsSchema() {
        sendAllKinds();
        assertThat(written(asText))
                .contains(
                        "INFO  DocumentLog: document rejected document=\"no\""
                                + " position=\"talaria.documents-0-1\" schema=\"note@1\"",
                        "stage=\"VALIDATION\" error=\"ValidationFailed\"",
                        "document rejected document=\"lost\"",
                        "error=\"UnknownSchema\"",
                        "DEBUG DocumentLog: document extracted document=\"good\"");
    }

    @Test
    void asJsonALineIsAnObjectWithItsSubjectAsMembers() {
        sendAllKinds();
        JsonNode line =
                written(asJson)
                        .lines()
                        .filter(each ->
                                each.contains("document rejected") && each.contains("\"no\""))
                        .map(JsonMapper.shared()::readTree)
                        .findFirst()
                        .orElseThrow();
        assertThat(line.get("level").asString()).isEqualTo("INFO");
        assertThat(line.get("formattedMessage").asString()).isEqualTo("document rejected");
        assertThat(line.get("kvpList").toString())
                .contains("{\"document\":\"no\"}", "{\"position\":\"talaria.documents-0-1\"}");
    }

    @Test
    void anIdMakesNoLinesOfItsOwn() {
        try (InferenceOperator operator = new ScriptedOperator(DocumentsInTheLogTest::answer);
                TopologyHarness topology = new TopologyHarness(operator, state)) {
            topology.send("a\n12:00:00 ERROR \"b", "reject this", Samples.noteHeaders());
            topology.awaitRejected(1);
        }
        assertThat(written(asText)).contains("document=\"a?12:00:00 ERROR ?b\"");
    }

    @Test
    void whatKafkaSaysOfAFailureIsKept() {
        new StreamFailurePolicy()
                .handle(new StreamsException(new TopicAuthorizationException("not for: letters")));
        assertThat(written(asText)).contains("not for: letters", "grant the rights");
    }
}
