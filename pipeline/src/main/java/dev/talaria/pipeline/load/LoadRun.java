package dev.talaria.pipeline.load;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.pipeline.app.Cleanup;
import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.app.Operations;
import dev.talaria.pipeline.app.StartException;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.ConfigException;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// Broker, pipeline, a sender and a reader in this process: how many documents a second go from the
/// one to the other, and whether each is answered exactly once.
///
/// Everything is as in production but the broker, which is one node without replicas. Sending and
/// reading take of the same processors.
public final class LoadRun {

    private static final String APPLICATION = "load-pipeline";
    private static final Duration SILENCE = Duration.ofMinutes(10);

    private final PipelineConfig config;
    private final LoadPlan plan;
    private final InferenceOperator operator;
    private final boolean isScripted;
    private final Ledger ledger;
    private long heard;

    private LoadRun(
            PipelineConfig config, LoadPlan plan, InferenceOperator operator, boolean isScripted) {
        this.config = config;
        this.plan = plan;
        this.operator = operator;
        this.isScripted = isScripted;
        this.ledger = new Ledger(plan.total());
    }

    /// Checks settings before anything is started.
    ///
    /// @throws ConfigException where one is unknown or out of range
    public static void requireKnown(Map<String, String> chosen) {
        settings(Path.of(""), "localhost:9092", chosen);
    }

    private static PipelineConfig settings(
            Path folder, String bootstrapServers, Map<String, String> chosen) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("application.id", APPLICATION);
        settings.put("topics.create", "true");
        settings.put("state.dir", folder.resolve("state").toString());
        settings.putAll(chosen);
        settings.put("kafka.bootstrap.servers", bootstrapServers);
        return PipelineConfig.of(settings);
    }

    /// Starts a broker in the folder, and makes the configuration that goes with it.
    ///
    /// @param chosen settings over the usual ones
    public static PipelineConfig start(Path folder, Map<String, String> chosen, Cleanup cleanup) {
        EmbeddedBroker broker = cleanup.add(EmbeddedBroker.start(folder.resolve("broker")));
        return settings(folder, broker.bootstrapServers(), chosen);
    }

    /// Measures.
    ///
    /// @param operator that answers
    /// @param isScripted whether it is that of [ScriptedAnswers], so that answers are known
    /// @param progress told what has been measured, round by round
    public static LoadResult measure(
            PipelineConfig config,
            LoadPlan plan,
            InferenceOperator operator,
            boolean isScripted,
            Consumer<String> progress)
            throws InterruptedException {
        return new LoadRun(config, plan, operator, isScripted).measure(progress);
    }

    private LoadResult measure(Consumer<String> progress) throws InterruptedException {
        prepareTopics();
        List<LoadResult.Round> rounds = new ArrayList<>();
        try (Operations operations = Operations.open(config);
                AnswerCount answers = new AnswerCount(config, ledger, isScripted);
                Feed feed = new Feed(config, plan)) {
            try (ExtractionApplication pipeline =
                    ExtractionApplication.start(config, operator, operations.trafficListener())) {
                Traffic traffic = new Traffic(answers, feed, pipeline);
                feed.start();
                heard = System.nanoTime();
                traffic.readUntil(plan.warmUp());
                for (int round = 1; round <= plan.rounds(); round++) {
                    rounds.add(traffic.round(plan.warmUp() + round * plan.documents()));
                    progress.accept(LoadReport.line(round, rounds.getLast()));
                }
            }
            // What is beyond one answer each is on the topics by now, or never comes.
            answers.readToEnd();
        }
        return new LoadResult(rounds, ledger.balance());
    }

    private void prepareTopics() throws InterruptedException {
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        try (Producer<String, String> producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(
                            new ProducerRecord<>(
                                    config.topics().schemas(),
                                    LoadDocuments.SCHEMA_NAME,
                                    LoadDocuments.SCHEMA))
                    .get();
        } catch (ExecutionException e) {
            throw new StartException(
                    "topic %s: the broker did not take the schema: %s; run it again"
                            .formatted(config.topics().schemas(), e.getCause()),
                    e);
        }
    }

    /// The answers as they come.
    private final class Traffic {

        private final AnswerCount answers;
        private final Feed feed;
        private final ExtractionApplication pipeline;

        Traffic(AnswerCount answers, Feed feed, ExtractionApplication pipeline) {
            this.answers = answers;
            this.feed = feed;
            this.pipeline = pipeline;
        }

        LoadResult.Round round(int goal) {
            int answered = ledger.answered();
            long start = System.nanoTime();
            ProcessorTime.Reading before = ProcessorTime.read(config.applicationId());
            readUntil(goal);
            return new LoadResult.Round(
                    ledger.answered() - answered,
                    System.nanoTime() - start,
                    ProcessorTime.between(before, ProcessorTime.read(config.applicationId())));
        }

        void readUntil(int goal) {
            while (ledger.answered() < goal) {
                int records = answers.poll();
                feed.answered(records);
                requireLife(records);
            }
        }

        private void requireLife(int records) {
            Optional<Throwable> unsent = feed.failure();
            if (unsent.isPresent()) {
                throw new StartException(
                        "topic %s: the broker did not take a document: %s"
                                .formatted(config.topics().documents(), unsent.get()),
                        unsent.get());
            }
            Optional<String> failure = pipeline.failure();
            if (failure.isPresent()) {
                throw new StartException(failure.get());
            }
            if (records > 0) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > SILENCE.toNanos()) {
                throw new StartException(
                        "pipeline: no answer for %d min, with %d of %d documents answered; run with --verbose"
                                .formatted(SILENCE.toMinutes(), ledger.answered(), plan.total()));
            }
        }
    }
}
