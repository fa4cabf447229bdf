package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Health before there is a pipeline, and of an engine that hangs.
class OperationsTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private Operations operations;

    @BeforeEach
    void open() {
        operations = Operations.open(config("http.port", "0", "health.stall.seconds", "60"));
    }

    @AfterEach
    void close() {
        client.close();
        operations.close();
    }

    @Test
    void whileTheModelIsLoadedTheProcessIsLiveAndNotReady() throws Exception {
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body())
                .contains("model: it is being loaded", "pipeline: it is not started yet");
        assertThat(get("/metrics").body()).contains("talaria_live 1", "talaria_ready 0");
    }

    @Test
    void anEngineThatHangsMakesTheProcessDead() throws Exception {
        ObservedOperator operator = new ObservedOperator();
        operations.watch(operator);
        operations.watchJobs();
        assertThat(get("/ready").statusCode()).isEqualTo(200);

        operator.stalled = Duration.ofSeconds(59);
        assertThat(get("/live").statusCode()).isEqualTo(200);

        operator.stalled = Duration.ofSeconds(61);
        assertThat(get("/live").statusCode()).isEqualTo(503);
        assertThat(get("/live").body())
                .isEqualTo(
                        "not live\n"
                                + "model: its engine has made no progress for 61 s, with 3 requests"
                                + " running\n");
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/metrics").body())
                .contains("talaria_live 0", "talaria_engine_stalled_seconds 61");
    }

    @Test
    void anEngineThatHasEndedMakesTheProcessDead() throws Exception {
        ObservedOperator operator = new ObservedOperator();
        operations.watch(operator);
        operator.isEnded = true;
        assertThat(get("/live").body()).contains("model: its engine has ended");
    }

    @Test
    void theEnginesStateIsReadWhenSomebodyAsks() throws Exception {
        operations.watch(new ObservedOperator());
        assertThat(get("/metrics").body())
                .contains(
                        "talaria_info{model=\"observed\",quantization=\"Q4_0\"",
                        "talaria_engine_running 3",
                        "talaria_engine_running_max 8",
                        "talaria_batch_occupancy_ratio 0.375",
                        "talaria_queue_depth 5",
                        "talaria_kv_usage_ratio 0.75",
                        "talaria_kv_blocks{state=\"used\"} 75",
                        "talaria_kv_blocks{state=\"kept\"} 10",
                        "talaria_kv_blocks{state=\"empty\"} 15",
                        "talaria_engine_steps_total 7",
                        "talaria_engine_rows_total 70",
                        "talaria_prompt_tokens_total{source=\"computed\"} 100",
                        "talaria_prompt_tokens_total{source=\"cache\"} 50",
                        "talaria_written_tokens_total 40",
                        "talaria_forced_tokens_total 9",
                        "talaria_guessed_tokens_total{outcome=\"right\"} 4",
                        "talaria_guessed_tokens_total{outcome=\"wrong\"} 2");
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatNamesIt() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(other.getLocalPort());
            assertThatThrownBy(() -> Operations.open(config("http.port", port)))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("http.port = " + port + ": 127.0.0.1")
                    .hasMessageContaining("choose another port");
        }
    }

    @Test
    void anAddressThatIsNotOfThisMachineIsAnError() {
        assertThatThrownBy(() ->
                        Operations.open(config("http.port", "0", "http.address", "192.0.2.1")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("192.0.2.1");
    }

    @Test
    void withoutAPortNothingListens() {
        try (Operations silent = Operations.open(config())) {
            assertThat(silent.address()).isEmpty();
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(operations.address().orElseThrow() + path))
                        .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static PipelineConfig config(String... settings) {
        Map<String, String> values = new HashMap<>();
        values.put("kafka.bootstrap.servers", "nowhere:9092");
        for (int i = 0; i < settings.length; i += 2) {
            values.put(settings[i], settings[i + 1]);
        }
        return PipelineConfig.of(values);
    }

    /// An operator whose engine is in the state the test says.
    private static final class ObservedOperator implements InferenceOperator {

        private volatile Duration stalled = Duration.ZERO;
        private volatile boolean isEnded;

        @Override
        public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
            return new CompletableFuture<>();
        }

        @Override
        public Optional<EngineActivity> activity() {
            return Optional.of(
                    new EngineActivity(
                            isEnded, stalled, 3, 8, 5, 100, 25, 10, 7, 70, 100, 50, 40, 9, 6, 4));
        }

        @Override
        public ModelDescription model() {
            return new ModelDescription("observed", "0".repeat(64), "Q4_0", 512, "no model");
        }

        @Override
        public void close() {}
    }
}
