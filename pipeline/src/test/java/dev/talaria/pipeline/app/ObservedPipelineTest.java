package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.cached.CachingOperator;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.inference.embedded.LoadProgress;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is seen of a pipeline at work: broker, topology and model in one process.
class ObservedPipelineTest {

    private static final int DOCUMENTS = 6;
    private static final Path ROOT = Path.of(System.getProperty("talaria.root", ".."));
    private static final Set<String> PROMQL =
            Set.of("sum", "max", "rate", "increase", "histogram_quantile", "label_values");

    @TempDir private static Path folder;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static EmbeddedBroker broker;
    private static PipelineConfig config;
    private static Cleanup cleanup;
    private static Operations operations;
    private static String figures;

    @BeforeAll
    static void answerSomeDocuments() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"));
        config =
                PipelineConfig.of(
                        Map.of(
                                "kafka.bootstrap.servers", broker.bootstrapServers(),
                                "topics.create", "true",
                                "topologies", "extraction,chat,tools",
                                "topics.partitions", "2",
                                "http.port", "0",
                                "task.max.tokens", "40",
                                "state.dir", folder.resolve("state").toString()));
        cleanup = new Cleanup();
        operations = cleanup.add(Operations.open(config));
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        EmbeddedOperator model =
                EmbeddedOperator.open(
                        OperatorConfig.DEFAULT, LoadProgress.SILENT, operations.operatorListener());
        InferenceOperator operator =
                cleanup.add(CachingOperator.open(model, folder.resolve("results"), 1 << 20));
        operations.watch(operator);
        try (TopicProbe probe = new TopicProbe(config)) {
            probe.start();
            probe.send(
                    new ProducerRecord<>(
                            config.topics().schemas(),
                            Samples.bytes("note@1"),
                            Samples.bytes(Samples.NOTE_SCHEMA)));
            probe.send(
                    new ProducerRecord<>(
                            config.topics().schemas(),
                            Samples.bytes("broken@1"),
                            Samples.bytes("{")));
            Pipeline pipeline =
                    cleanup.add(
                            Pipeline.start(
                                    config,
                                    operator,
                                    model,
                                    operations.trafficListener(),
                                    operations::dialogueListener));
            cleanup.add(operations.watch(pipeline, config));
            for (int i = 0; i < DOCUMENTS; i++) {
                probe.send(document("doc-" + i, "note@1"));
            }
            probe.send(document("stray", "nothing@1"));
            Awaitility.await()
                    .pollInSameThread()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        probe.poll();
                        return probe.answers() == DOCUMENTS + 1;
                    });
        }
        // As an operator tells it of a keyword that no mask enforces.
        operations.operatorListener().invalid(List.of("not"));
        // Metrics of consumers come into being with their first fetch.
        figures = get("/metrics").body();
    }

    @AfterAll
    static void stop() {
        cleanup.close();
        broker.close();
        CLIENT.close();
    }

    private static ProducerRecord<byte[], byte[]> document(String id, String schema) {
        return new ProducerRecord<>(
                config.topics().documents(),
                null,
                Samples.bytes(id),
                Samples.bytes("Text: hello " + id),
                Samples.headers(HeaderNames.SCHEMA, schema));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        URI address = URI.create(operations.address().orElseThrow() + path);
        return CLIENT.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    @Test
    void aPipelineThatRunsIsLiveAndReady() throws Exception {
        assertThat(get("/live").body()).isEqualTo("live\n");
        assertThat(get("/ready").body()).isEqualTo("ready\n");
    }

    @Test
    void itsFiguresTellWhatBecameOfTheDocuments() {
        assertThat(figures)
                .contains(
                        "talaria_documents_total{outcome=\"extracted\",schema=\"note@1\"} "
                                + DOCUMENTS,
                        "talaria_documents_total{outcome=\"rejected\",schema=\"none\"} 1",
                        "talaria_rejections_total{stage=\"request\"} 1",
                        "talaria_documents_pending 0",
                        "talaria_documents_in_flight 0",
                        "talaria_lag_records 0",
                        "talaria_results_requests_total{outcome=\"miss\"} " + DOCUMENTS,
                        "talaria_results_requests_total{outcome=\"hit\"} 0",
                        "talaria_registrations{state=\"usable\"} 1",
                        "talaria_registrations{state=\"refused\"} 1",
                        "talaria_requests_answered_total{topology=\"chat\"} 0",
                        "talaria_requests_open{topology=\"tools\"} 0",
                        "talaria_ready 1")
                .containsPattern("talaria_prompt_tokens_total\\{source=\"cache\"} [1-9]")
                .containsPattern("gen_ai_client_token_usage_count\\{.*\"output\"} " + DOCUMENTS)
                .containsPattern("talaria_topology_seconds_count\\{step=\"submit\"} " + DOCUMENTS);
    }

    @Test
    void everyMetricOfTheDashboardIsOneThePipelineHas() throws Exception {
        Set<String> exported = new TreeSet<>();
        figures.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> exported.add(line.split("[{ ]", 2)[0]));
        JsonNode dashboard =
                JsonMapper.shared()
                        .readTree(Files.readString(ROOT.resolve("deploy/grafana/talaria.json")));
        Set<String> used = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.get("targets")) {
                used.addAll(metrics(target.get("expr").asString()));
            }
        }
        used.addAll(metrics(dashboard.at("/templating/list/1/query").asString()));
        assertThat(used).hasSizeGreaterThan(25).isSubsetOf(exported);
    }

    /// The metrics of a PromQL expression: what is left where labels, ranges and words of the
    /// language are taken out.
    private static Set<String> metrics(String expression) {
        String bare =
                expression
                        .replaceAll("\\{[^}]*}", "")
                        .replaceAll("\\[[^]]*]", "")
                        .replaceAll("by \\([^)]*\\)", "")
                        .replaceAll(", instance\\)", ")");
        Set<String> names = new TreeSet<>();
        Matcher words = Pattern.compile("[a-z_]{2,}").matcher(bare);
        while (words.find()) {
            if (!PROMQL.contains(words.group())) {
                names.add(words.group());
            }
        }
        return names;
    }

    @Test
    void itsFiguresTellOfKafkasClientsAndTheJvm() {
        assertThat(figures)
                .contains(
                        "kafka_consumer_fetch_manager_records_lag",
                        "kafka_stream_thread_process",
                        "jvm_memory_used_bytes",
                        "process_cpu_usage");
    }
}
