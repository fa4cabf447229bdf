package dev.talaria.pipeline.demo;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.admin.OutputReader;
import dev.talaria.pipeline.app.Cleanup;
import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.app.StartException;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// The whole pipeline on sample documents: a broker, the topology, an operator and someone who
/// reads along.
///
/// Whatever it starts is noted in the caller's [Cleanup].
public final class Demo {

    // With a model of billions of parameters an answer takes minutes on a small machine.
    private static final Duration SILENCE = Duration.ofMinutes(5);
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration GLANCE = Duration.ofMillis(100);

    private final PipelineConfig config;
    private final ExtractionApplication pipeline;
    private final List<Sample> samples;
    private final PrintWriter out;

    private Demo(PipelineConfig config, ExtractionApplication pipeline, PrintWriter out) {
        this.config = config;
        this.pipeline = pipeline;
        this.samples = Sample.all();
        this.out = out;
    }

    /// Starts broker and pipeline in an empty folder, the demo's schemas registered.
    public static Demo start(
            Path folder, InferenceOperator operator, PrintWriter out, Cleanup cleanup)
            throws InterruptedException {
        EmbeddedBroker broker = cleanup.add(EmbeddedBroker.start(folder.resolve("broker")));
        PipelineConfig config = config(folder, broker);
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        registerSchemas(config);
        ExtractionApplication pipeline = cleanup.add(ExtractionApplication.start(config, operator));
        out.printf("Kafka broker at %s%n", config.bootstrapServers());
        out.printf("model: %s%n", operator.model().description());
        return new Demo(config, pipeline, out);
    }

    /// Sends the sample documents and prints the answers until all have come; whether each came
    /// once, and as expected.
    public boolean answerSamples() throws InterruptedException {
        awaitRunning();
        out.printf("%d documents of %d kinds%n%n", samples.size(), Sample.schemas().size());
        try (OutputReader outputs = new OutputReader(config)) {
            Scoreboard scoreboard = new Scoreboard(samples, out);
            Consumer<ConsumerRecord<String, byte[]>> reader =
                    record -> scoreboard.take(Answer.of(record, config));
            produceSamples();
            long heard = System.nanoTime();
            while (!scoreboard.isFull() && System.nanoTime() - heard < SILENCE.toNanos()) {
                heard = outputs.poll(reader) == 0 ? heard : System.nanoTime();
                checkAlive();
            }
            // Anything beyond one answer each is on the topics by now, or never comes.
            outputs.toEnd(reader);
            return scoreboard.close();
        }
    }

    /// Says where the broker is and how to use it.
    public void explainUse() {
        String server = config.bootstrapServers();
        out.printf(
                "%nBroker and pipeline go on until Ctrl-C. Send a document with Kafka's tools:%n");
        out.printf(
                "  printf 'x-schema:invoice@1\\tmine-1\\tInvoice number: 7, total 12 EUR\\n' |"
                        + " kafka-console-producer.sh --bootstrap-server %s --topic %s --property"
                        + " parse.headers=true --property parse.key=true%n",
                server, config.topics().documents());
        out.printf(
                "  kafka-console-consumer.sh --bootstrap-server %s --topic %s --from-beginning"
                        + " --isolation-level read_committed%n",
                server, config.topics().extractions());
        out.printf(
                "Documents without JSON are on %s; schemas are registered on %s, key id@version.%n",
                config.topics().rejected(), config.topics().schemas());
        out.flush();
    }

    /// Waits until the pipeline ends.
    public void awaitEnd() throws InterruptedException {
        pipeline.awaitEnd();
        checkAlive();
    }

    private static PipelineConfig config(Path folder, EmbeddedBroker broker) {
        return PipelineConfig.of(
                Map.of(
                        "kafka.bootstrap.servers", broker.bootstrapServers(),
                        "application.id", "talaria-demo",
                        "topics.create", "true",
                        "topics.partitions", "4",
                        "state.dir", folder.resolve("state").toString()));
    }

    private static void registerSchemas(PipelineConfig config) throws InterruptedException {
        try (Producer<String, String> producer = producer(config)) {
            for (Map.Entry<String, String> schema : Sample.schemas().entrySet()) {
                send(
                        producer,
                        new ProducerRecord<>(
                                config.topics().schemas(), schema.getKey(), schema.getValue()));
            }
        }
    }

    private void produceSamples() throws InterruptedException {
        try (Producer<String, String> producer = producer(config)) {
            for (Sample sample : samples) {
                ProducerRecord<String, String> document =
                        new ProducerRecord<>(
                                config.topics().documents(), sample.id(), sample.value());
                addHeader(document, HeaderNames.CONTENT_TYPE, sample.contentType());
                sample.schema().ifPresent(name -> addHeader(document, HeaderNames.SCHEMA, name));
                send(producer, document);
            }
        }
    }

    private static Producer<String, String> producer(PipelineConfig config) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", config.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
    }

    private static void send(
            Producer<String, String> producer, ProducerRecord<String, String> record)
            throws InterruptedException {
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new StartException(
                    "topic %s: the broker of the demo did not take a record: %s; run it again"
                            .formatted(record.topic(), e.getCause()),
                    e);
        }
    }

    private static void addHeader(
            ProducerRecord<String, String> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private void awaitRunning() throws InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!pipeline.isRunning()) {
            if (pipeline.awaitEnd(GLANCE)) {
                checkAlive();
            }
            if (System.nanoTime() > deadline) {
                throw new StartException(
                        "pipeline: it does not run after %d s; run with --verbose"
                                .formatted(START.toSeconds()));
            }
        }
    }

    private void checkAlive() {
        Optional<String> failure = pipeline.failure();
        if (failure.isPresent()) {
            throw new StartException(failure.get());
        }
    }
}
