package dev.talaria.pipeline.example;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.TextGenerator;
import dev.talaria.pipeline.app.Cleanup;
import dev.talaria.pipeline.app.Pipeline;
import dev.talaria.pipeline.app.StartException;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.DialogueTopics;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/// Conversations with a tool, on a broker in this process: the topology, a worker, and someone who
/// reads along and prints what is said.
///
/// Whatever it starts is noted in the caller's [Cleanup].
public final class ToolsDemo {

    // With a model of billions of parameters an answer takes minutes on a small machine.
    private static final Duration SILENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String TOOL_CHOICE = "required";

    private static final Map<String, String> QUESTIONS =
            Map.of(
                    "travel",
                            "Convert money for me, the amount 20.5, from the currency USD, to the"
                                    + " currency EUR.",
                    "groceries",
                            "Convert money for me, the amount 310, from the currency CHF, to the"
                                    + " currency GBP.");

    private final PipelineConfig config;
    private final Pipeline pipeline;
    private final PrintWriter out;

    private ToolsDemo(PipelineConfig config, Pipeline pipeline, PrintWriter out) {
        this.config = config;
        this.pipeline = pipeline;
        this.out = out;
    }

    /// Starts broker, topology and worker in an empty folder.
    public static <O extends InferenceOperator & TextGenerator> ToolsDemo start(
            Path folder, O operator, PrintWriter out, Cleanup cleanup) throws InterruptedException {
        EmbeddedBroker broker = cleanup.add(EmbeddedBroker.start(folder.resolve("broker")));
        PipelineConfig config = config(folder, broker);
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        Pipeline pipeline = cleanup.add(Pipeline.start(config, operator, operator));
        cleanup.add(new ToolWorker(config, List.of(new CurrencyConverter())).start());
        out.printf("Kafka broker at %s%n", config.bootstrapServers());
        out.printf("model: %s%n%n", operator.model().description());
        return new ToolsDemo(config, pipeline, out);
    }

    /// Asks, and prints the conversations until all have ended; whether all ended in an answer.
    public boolean converse() throws InterruptedException {
        ask();
        int ended = 0;
        int answered = 0;
        try (KafkaConsumer<String, String> reader = reader()) {
            long heard = System.nanoTime();
            while (ended < QUESTIONS.size() && System.nanoTime() - heard < SILENCE.toNanos()) {
                for (ConsumerRecord<String, String> record : reader.poll(POLL)) {
                    heard = System.nanoTime();
                    boolean isAnswer = record.topic().equals(config.dialogueTopics().answers());
                    boolean isRejected = record.topic().equals(config.topics().rejected());
                    print(record, isRejected);
                    answered += isAnswer ? 1 : 0;
                    ended += isAnswer || isRejected ? 1 : 0;
                }
                if (pipeline.failure().isPresent()) {
                    throw new StartException(pipeline.failure().get());
                }
            }
        }
        out.printf("%nconversations %d%nanswered      %d%n", QUESTIONS.size(), answered);
        out.flush();
        return answered == QUESTIONS.size();
    }

    private void print(ConsumerRecord<String, String> record, boolean isRejected) {
        out.printf("%-20s %-10s %s%n", record.topic(), record.key(), record.value());
        if (isRejected) {
            Header message = record.headers().lastHeader(HeaderNames.ERROR_MESSAGE);
            out.printf("%-31s %s%n", "", new String(message.value(), StandardCharsets.UTF_8));
        }
        out.flush();
    }

    private void ask() throws InterruptedException {
        try (Producer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", config.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (Map.Entry<String, String> question : QUESTIONS.entrySet()) {
                String request =
                        "{\"prompt\": \"%s\", \"tool_choice\": \"%s\", \"tools\": [%s]}"
                                .formatted(
                                        question.getValue(),
                                        TOOL_CHOICE,
                                        new CurrencyConverter().definition());
                producer.send(
                                new ProducerRecord<>(
                                        config.dialogueTopics().conversations(),
                                        question.getKey(),
                                        request))
                        .get();
            }
        } catch (ExecutionException e) {
            throw new StartException(
                    "the broker of the demo did not take a record: %s; run it again"
                            .formatted(e.getCause()),
                    e);
        }
    }

    private KafkaConsumer<String, String> reader() {
        KafkaConsumer<String, String> reader =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                config.bootstrapServers(),
                                "isolation.level",
                                "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        DialogueTopics topics = config.dialogueTopics();
        for (String topic :
                List.of(
                        topics.conversations(),
                        topics.toolCalls(),
                        topics.toolResults(),
                        topics.answers(),
                        config.topics().rejected())) {
            for (PartitionInfo info : reader.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
        }
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        return reader;
    }

    private static PipelineConfig config(Path folder, EmbeddedBroker broker) {
        return PipelineConfig.of(
                Map.of(
                        "kafka.bootstrap.servers", broker.bootstrapServers(),
                        "application.id", "talaria-demo",
                        "topologies", "tools",
                        "topics.create", "true",
                        "topics.partitions", "2",
                        "tools.rounds.max", "2",
                        "task.max.tokens", "80",
                        "state.dir", folder.resolve("state").toString()));
    }
}
