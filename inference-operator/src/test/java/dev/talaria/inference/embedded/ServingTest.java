package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.EngineActivity;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.ServingOptions;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.TokenProbability;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// What serving options do to an operator, on the miniature model.
@Timeout(120)
class ServingTest {

    private static final ServingOptions PLAIN =
            new ServingOptions("f16", 64, false, false, 0, Duration.ZERO, Duration.ZERO);

    private static final OutputSchema INVOICE =
            OutputSchema.of(
                    new SchemaReference("invoice", 1),
                    """
                    {"type": "object", "properties": {
                       "invoice_number": {"type": "string", "minLength": 1, "maxLength": 40},
                       "vendor": {"type": "string", "minLength": 1, "maxLength": 40},
                       "total": {"type": "number", "minimum": 0},
                       "currency": {"enum": ["EUR", "USD"]}},
                     "required": ["invoice_number", "vendor", "total", "currency"],
                     "additionalProperties": false}\
                    """);

    @TempDir private static Path folder;

    private static Path model;

    @BeforeAll
    static void unpack() throws IOException {
        model = EmbeddedModel.fileIn(folder);
    }

    private static EmbeddedOperator open(ServingOptions serving) throws IOException {
        OperatorConfig config =
                new OperatorConfig(Optional.of(model), "auto", 2, 8, 1024, 1 << 26, serving);
        return EmbeddedOperator.open(config);
    }

    private static ExtractionTask task() {
        return new ExtractionTask(
                INVOICE,
                ExtractionTask.DEFAULT_INSTRUCTION,
                SamplingOptions.GREEDY.withMaxTokens(120),
                1);
    }

    private static Document document(int i) {
        return new Document(
                "d-" + i,
                "Invoice number: INV-20%d\nVendor: Summit Electric %d\nTotal: %d.50 EUR"
                        .formatted(400 + i, i, 1200 + i));
    }

    private static TextRequest text(SamplingOptions sampling) {
        return new TextRequest(
                "Once upon a time", true, Optional.empty(), Optional.empty(), sampling);
    }

    private static List<Extraction> extractTogether(EmbeddedOperator operator) throws Exception {
        List<CompletableFuture<Extraction>> futures = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            futures.add(operator.submit(document(i), task()));
        }
        List<Extraction> extractions = new ArrayList<>();
        for (CompletableFuture<Extraction> future : futures) {
            extractions.add(future.get(60, TimeUnit.SECONDS));
        }
        return extractions;
    }

    @Test
    void documentsOfOneSchemaReadItOnceAndGetTheAnswersOfPlainDecodingInFewerSteps()
            throws Exception {
        List<Extraction> plain;
        EngineActivity slow;
        try (EmbeddedOperator operator = open(PLAIN)) {
            plain = extractTogether(operator);
            slow = operator.activity().orElseThrow();
        }
        try (EmbeddedOperator operator = open(ServingOptions.DEFAULT)) {
            List<Extraction> extractions = extractTogether(operator);
            EngineActivity fast = operator.activity().orElseThrow();
            for (int i = 0; i < 8; i++) {
                assertThat(((Extracted) extractions.get(i)).json())
                        .isEqualTo(((Extracted) plain.get(i)).json());
            }
            long sharing =
                    extractions.stream().filter(e -> e.provenance().cachedTokens() >= 64).count();
            assertThat(sharing).isEqualTo(7);
            assertThat(fast.promptTokens()).isLessThan(slow.promptTokens() / 2);
            assertThat(fast.steps()).isLessThan(slow.steps());
            assertThat(fast.forcedTokens() + fast.acceptedTokens()).isPositive();
            assertThat(fast.capacityBlocks()).isPositive();
            assertThat(slow.cachedTokens() + slow.forcedTokens() + slow.draftedTokens()).isZero();
        }
    }

    @Test
    void aTextEndsBeforeItsStopStringAndNoPieceShowsAnyOfIt() throws Exception {
        try (EmbeddedOperator operator = open(ServingOptions.DEFAULT)) {
            SamplingOptions hot = new SamplingOptions(1.5f, 0, 1f, 3, 60);
            String whole = operator.generate(text(hot), _ -> {}).get().text();
            for (int from = 5; from < whole.length() - 8; from += 7) {
                String stop = whole.substring(from, from + 4);
                List<String> pieces = new ArrayList<>();
                TextAnswer answer =
                        operator.generate(text(hot.withStop(List.of(stop))), pieces::add).get();
                String expected = whole.substring(0, whole.indexOf(stop));
                assertThat(answer.text()).as("until '%s'", stop).isEqualTo(expected);
                assertThat(String.join("", pieces)).isEqualTo(expected);
                assertThat(answer.finish()).isEqualTo(FinishReason.STOP);
                assertThat(answer.completionTokens()).isLessThanOrEqualTo(60);
            }
        }
    }

    @Test
    void stopStringsAndASchemaDoNotGoTogether() throws Exception {
        try (EmbeddedOperator operator = open(ServingOptions.DEFAULT)) {
            TextRequest request =
                    new TextRequest(
                            "x",
                            false,
                            Optional.empty(),
                            Optional.of(INVOICE.json()),
                            SamplingOptions.GREEDY.withStop(List.of("}")));
            assertThatThrownBy(() -> operator.generate(request, _ -> {}).get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("stop strings");
        }
    }

    @Test
    void everyTokenHasItsLogProbabilityWhereAskedFor() throws Exception {
        try (EmbeddedOperator operator = open(ServingOptions.DEFAULT)) {
            SamplingOptions greedy = SamplingOptions.GREEDY.withMaxTokens(30);
            TextAnswer silent = operator.generate(text(greedy), _ -> {}).get();
            TextAnswer told =
                    operator.generate(text(greedy.withLogProbabilities(3)), _ -> {}).get();
            assertThat(silent.probabilities()).isEmpty();
            assertThat(told.text()).isEqualTo(silent.text());
            assertThat(told.probabilities()).hasSize(told.completionTokens());
            assertThat(
                            told.probabilities().stream()
                                    .map(TokenProbability::token)
                                    .collect(Collectors.joining()))
                    .isEqualTo(told.text());
            for (TokenProbability each : told.probabilities()) {
                assertThat(each.logProbability()).isLessThanOrEqualTo(0);
                assertThat(each.alternatives()).hasSize(3);
                // Greedy takes the most probable.
                assertThat(each.alternatives().getFirst().token()).isEqualTo(each.token());
                assertThat(each.alternatives().getFirst().logProbability())
                        .isEqualTo(each.logProbability());
            }
        }
    }

    @Test
    void cancellingATextEndsItsGeneration() throws Exception {
        try (EmbeddedOperator operator = open(ServingOptions.DEFAULT)) {
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<TextAnswer> answer =
                    operator.generate(
                            new TextRequest(
                                    "x",
                                    false,
                                    Optional.empty(),
                                    Optional.of("{\"type\": \"string\", \"minLength\": 700}"),
                                    SamplingOptions.GREEDY.withMaxTokens(900)),
                            _ -> begun.countDown());
            begun.await();
            answer.cancel(false);
            operator.generate(text(SamplingOptions.GREEDY.withMaxTokens(1)), _ -> {}).get();
            long written = operator.activity().orElseThrow().writtenTokens();
            operator.generate(text(SamplingOptions.GREEDY.withMaxTokens(20)), _ -> {}).get();
            assertThat(operator.activity().orElseThrow().running()).isLessThanOrEqualTo(1);
            assertThat(operator.activity().orElseThrow().writtenTokens() - written).isLessThan(23);
        }
    }

    @Test
    void anOperatorMayBeClosedFromWhatDependsOnItsAnswers() throws Exception {
        EmbeddedOperator first = open(ServingOptions.DEFAULT);
        first.submit(document(1), task()).thenRun(first::close).get(60, TimeUnit.SECONDS);
        assertClosed(first);
        EmbeddedOperator second = open(ServingOptions.DEFAULT);
        second.generate(text(SamplingOptions.GREEDY.withMaxTokens(5)), _ -> {})
                .thenRun(second::close)
                .get(60, TimeUnit.SECONDS);
        assertClosed(second);
        first.close();
        second.close();
    }

    private static void assertClosed(EmbeddedOperator operator) {
        assertThatThrownBy(() -> operator.generate(text(SamplingOptions.GREEDY), _ -> {}).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(OperatorClosedException.class);
    }

    @Test
    void withAGraceAnswersUnderWayAreFinished() throws Exception {
        EmbeddedOperator operator =
                open(
                        new ServingOptions(
                                "int8", 64, true, true, 8, Duration.ZERO, Duration.ofMinutes(1)));
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<TextAnswer> answer =
                operator.generate(
                        new TextRequest(
                                "x",
                                false,
                                Optional.empty(),
                                Optional.of("{\"type\": \"string\", \"minLength\": 300}"),
                                SamplingOptions.GREEDY.withMaxTokens(500)),
                        _ -> begun.countDown());
        begun.await();
        operator.close();
        TextAnswer finished = answer.get(60, TimeUnit.SECONDS);
        assertThat(finished.finish()).isEqualTo(FinishReason.STOP);
        assertThat(finished.text()).hasSizeGreaterThan(300);
    }

    @Test
    void anAnswerThatIsLateIsRejectedAsSuch() throws Exception {
        ServingOptions hasty =
                new ServingOptions("f16", 64, true, true, 8, Duration.ofNanos(1), Duration.ZERO);
        try (EmbeddedOperator operator = open(hasty)) {
            Extraction extraction = operator.submit(document(1), task()).get(60, TimeUnit.SECONDS);
            assertThat(extraction).isInstanceOf(Rejected.class);
            Rejected rejected = (Rejected) extraction;
            assertThat(rejected.stage()).isEqualTo(RejectionStage.LENGTH);
            assertThat(rejected.errorClass()).isEqualTo("DeadlineExceeded");
            assertThat(rejected.message()).contains("inference.timeout.seconds");
            assertThat(rejected.provenance().finish()).isEqualTo(FinishReason.DEADLINE);
            TextAnswer text = operator.generate(text(SamplingOptions.GREEDY), _ -> {}).get();
            assertThat(text.finish()).isEqualTo(FinishReason.DEADLINE);
        }
    }

    @Test
    void storageThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> open(PLAIN.withKvType("f8")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("inference.kv.type", "'f8'", "f32, f16, int8");
        assertThatThrownBy(() ->
                        new ServingOptions("f16", 0, true, true, 8, Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("inference.prefill.chunk.tokens = 0");
        assertThatThrownBy(() ->
                        new ServingOptions("f16", 8, true, true, 65, Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("inference.draft.tokens = 65");
    }
}
