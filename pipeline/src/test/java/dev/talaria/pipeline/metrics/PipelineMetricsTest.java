package dev.talaria.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelCall;
import dev.talaria.inference.cached.CachingOperator;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.dialogue.DialogueListener;
import dev.talaria.pipeline.processor.TrafficListener.Step;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.pipeline.task.SchemaDirectory;
import dev.talaria.pipeline.topology.TopologyKind;
import dev.talaria.schemas.catalog.SchemaCatalog;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class PipelineMetricsTest {

    private static final SourceRecord SOURCE =
            new SourceRecord("documents", 0, 7, 0, new byte[0], new byte[0], new RecordHeaders());

    private static final String MODEL =
            "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"talaria\",gen_ai_request_model=\"scripted\"";

    private final PipelineMetrics metrics = new PipelineMetrics(2);

    @AfterEach
    void close() {
        metrics.close();
    }

    private String scrape() {
        return metrics.read(Optional.empty()).text();
    }

    private static ExtractionTask task(String id) {
        return ExtractionTask.of(OutputSchema.of(new SchemaReference(id, 1), Samples.NOTE_SCHEMA));
    }

    @Test
    void callsOfTheModelAreNamedAsTheGenAiConventionsNameThem() {
        try (InferenceOperator operator = Samples.noteOperator()) {
            metrics.watch(operator);
        }
        metrics.model()
                .called(
                        new ModelCall.Answered(
                                FinishReason.STOP,
                                120,
                                64,
                                11,
                                Duration.ofMillis(30),
                                Duration.ofMillis(500),
                                Duration.ofMillis(2500)));
        assertThat(scrape())
                .contains(
                        "gen_ai_client_operation_duration_seconds_sum{error_type=\"\","
                                + MODEL
                                + "} 2.5",
                        "gen_ai_server_request_duration_seconds_count{error_type=\"\","
                                + MODEL
                                + "} 1",
                        "gen_ai_client_token_usage_sum{"
                                + MODEL
                                + ",gen_ai_token_type=\"input\"} 120",
                        "gen_ai_client_token_usage_sum{"
                                + MODEL
                                + ",gen_ai_token_type=\"output\"} 11",
                        "gen_ai_client_token_usage_bucket{"
                                + MODEL
                                + ",gen_ai_token_type=\"output\",le=\"16.0\"} 1",
                        "gen_ai_server_time_to_first_token_seconds_sum{" + MODEL + "} 0.5",
                        "gen_ai_server_time_to_first_token_seconds_bucket{"
                                + MODEL
                                + ",le=\"0.5\"} 1",
                        "gen_ai_server_time_per_output_token_seconds_sum{" + MODEL + "} 0.2",
                        "gen_ai_server_time_per_output_token_seconds_bucket{"
                                + MODEL
                                + ",le=\"0.15\"} 0",
                        "talaria_queue_time_seconds_sum 0.03");
    }

    @Test
    void callsThatFailAreToldByTheirError() {
        metrics.model()
                .called(new ModelCall.Failed("EngineClosedException", Duration.ofSeconds(3)));
        assertThat(scrape())
                .contains(
                        "gen_ai_client_operation_duration_seconds_sum{error_type=\"EngineClosedException\"")
                .doesNotContain("gen_ai_client_token_usage");
    }

    @Test
    void documentsAreCountedBySchemaAndOutcomeUpToTheLimitOfSchemas() {
        Document document = new Document("d", "text");
        metrics.documents().answered(SOURCE, Samples.note(document, task("a")));
        metrics.documents().answered(SOURCE, Samples.note(document, task("a")));
        metrics.documents()
                .answered(
                        SOURCE,
                        Samples.rejected(document, task("b"), RejectionStage.VALIDATION, "no"));
        for (String id : List.of("c", "d", "e")) {
            metrics.documents().answered(SOURCE, Samples.note(document, task(id)));
        }
        assertThat(scrape())
                .contains(
                        "talaria_documents_total{outcome=\"extracted\",schema=\"a@1\"} 2",
                        "talaria_documents_total{outcome=\"rejected\",schema=\"b@1\"} 1",
                        "talaria_documents_total{outcome=\"extracted\",schema=\"other\"} 3",
                        "talaria_rejections_total{stage=\"validation\"} 1",
                        "talaria_rejections_total{stage=\"request\"} 0",
                        "talaria_retries_total 6",
                        "talaria_document_duration_seconds_count 6")
                .doesNotContain("\"c@1\"");
    }

    @Test
    void validationFailuresAreCountedByKeyword() {
        metrics.model().invalid(List.of("pattern", "multipleOf"));
        metrics.model().invalid(List.of("pattern"));
        assertThat(scrape())
                .contains(
                        "talaria_validation_failures_total{keyword=\"pattern\"} 2",
                        "talaria_validation_failures_total{keyword=\"multipleOf\"} 1");
    }

    @Test
    void pendingDocumentsAndTheWorkOfTheTopologyAddUpOverAllTasks() {
        metrics.documents().pending(5);
        metrics.documents().pending(-2);
        metrics.documents().worked(Step.ADMIT, 1_000_000);
        metrics.documents().worked(Step.ADMIT, 3_000_000);
        assertThat(scrape())
                .contains(
                        "talaria_documents_pending 3",
                        "talaria_topology_seconds_count{step=\"admit\"} 2",
                        "talaria_topology_seconds_sum{step=\"admit\"} 0.004",
                        "talaria_topology_seconds_count{step=\"answer\"} 0");
    }

    @Test
    void requestsAreCountedByTopology() {
        DialogueListener tools = metrics.dialogue(TopologyKind.TOOLS);
        metrics.dialogue(TopologyKind.CHAT).open(1);
        tools.open(3);
        tools.called(2);
        tools.answered(Samples.provenance(task("a")));
        tools.rejected(
                (Extraction.Rejected)
                        Samples.rejected(
                                new Document("d", "text"),
                                task("a"),
                                RejectionStage.REQUEST,
                                "no"));
        tools.open(-2);
        assertThat(scrape())
                .contains(
                        "talaria_requests_open{topology=\"tools\"} 1",
                        "talaria_requests_open{topology=\"chat\"} 1",
                        "talaria_requests_answered_total{topology=\"tools\"} 1",
                        "talaria_requests_answered_total{topology=\"chat\"} 0",
                        "talaria_requests_rejected_total{stage=\"request\",topology=\"tools\"} 1",
                        "talaria_requests_rejected_total{stage=\"engine\",topology=\"tools\"} 0",
                        "talaria_tool_calls_total{topology=\"tools\"} 2",
                        "talaria_request_duration_seconds_sum{topology=\"tools\"} 0.007");
    }

    @Test
    void keptAnswersShowWhatTheySpare(@TempDir Path folder) throws Exception {
        try (CachingOperator operator =
                CachingOperator.open(Samples.noteOperator(), folder, 1 << 20)) {
            metrics.watch(operator);
            operator.submit(new Document("d", "text"), task("a")).get();
            operator.submit(new Document("e", "text"), task("a")).get();
            operator.submit(new Document("f", "other"), task("a")).get();
            assertThat(scrape())
                    .contains(
                            "talaria_results_requests_total{outcome=\"hit\"} 1",
                            "talaria_results_requests_total{outcome=\"miss\"} 2",
                            "talaria_results_corrupt_total 0")
                    .containsPattern("talaria_results_size_bytes [0-9]");
        }
    }

    @Test
    void registrationsThatAreRefusedAreShownUntilTheyAreMended() {
        Registry registry =
                Registry.of(new SchemaDirectory(new SchemaCatalog(), "schemas"), "schemas");
        metrics.watch(registry);
        registry.update("a@1", Samples.NOTE_SCHEMA, false);
        registry.update("b@1", "{", false);
        registry.update("task:t@1", "{\"schema\": \"c\"}", false);
        assertThat(scrape())
                .contains(
                        "talaria_registrations{state=\"usable\"} 1",
                        "talaria_registrations{state=\"refused\"} 2");

        registry.update("b@1", Samples.NOTE_SCHEMA, false);
        registry.update("task:t@1", null, false);
        assertThat(scrape())
                .contains(
                        "talaria_registrations{state=\"usable\"} 2",
                        "talaria_registrations{state=\"refused\"} 0");
    }

    @Test
    void whoAsksForOpenMetricsGetsThem() {
        assertThat(metrics.read(Optional.of("application/openmetrics-text;version=1.0.0")))
                .satisfies(page -> {
                    assertThat(page.contentType()).startsWith("application/openmetrics-text");
                    assertThat(page.text()).endsWith("# EOF\n");
                });
        assertThat(metrics.read(Optional.of("text/plain")).contentType())
                .startsWith("text/plain; version=0.0.4");
    }
}
