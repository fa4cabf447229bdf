package dev.talaria.inference.cached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorClosedException;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Equal requests are computed once, in this process and the next.
class CachingOperatorTest {

    private static final long LARGE = 1 << 20;

    @TempDir Path folder;

    private final List<Document> computed = new CopyOnWriteArrayList<>();
    private final BlockingQueue<CompletableFuture<Extraction>> held = new LinkedBlockingQueue<>();
    private boolean holding;
    private String model = "0";

    private final class Counter implements InferenceOperator {

        @Override
        public synchronized CompletableFuture<Extraction> submit(
                Document document, ExtractionTask task) {
            computed.add(document);
            CompletableFuture<Extraction> answer = new CompletableFuture<>();
            if (holding) {
                held.add(answer);
            } else {
                answer.complete(extracted(document, task));
            }
            return answer;
        }

        @Override
        public ModelDescription model() {
            return new ModelDescription("counter", model, "none", 100, "no model");
        }

        @Override
        public void close() {}
    }

    private static Extraction extracted(Document document, ExtractionTask task) {
        String json = "{\"length\": %d, \"text\": \"äöü\"}".formatted(document.text().length());
        return new Extracted(document.id(), json, provenance(task));
    }

    private static Provenance provenance(ExtractionTask task) {
        return new Provenance(
                Optional.of(task.schema()),
                "counter",
                "0",
                "none",
                "p",
                task.sampling().seed(),
                1,
                FinishReason.STOP,
                5,
                3,
                2,
                Duration.ofMillis(1),
                "test");
    }

    private static ExtractionTask task(long seed) {
        ExtractionTask usual =
                ExtractionTask.of(OutputSchema.of(new SchemaReference("s", 1), "{}"));
        return new ExtractionTask(
                usual.schema(),
                usual.instruction(),
                new SamplingOptions(1f, 0, 1f, seed, 50),
                usual.maxAttempts());
    }

    private CachingOperator open(long bytes) {
        try {
            return CachingOperator.open(new Counter(), folder, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Extraction ask(InferenceOperator operator, String id, String text) {
        return operator.submit(new Document(id, text), task(0)).join();
    }

    @Test
    void theSameTextIsComputedOnceAndSaysSoTheSecondTime() {
        try (CachingOperator operator = open(LARGE)) {
            Extraction first = ask(operator, "a", "text");
            Extraction second = ask(operator, "b", "text");

            assertThat(computed).hasSize(1);
            assertThat(first.provenance().cached()).isFalse();
            assertThat(second.provenance().cached()).isTrue();
            assertThat(second.documentId()).isEqualTo("b");
            assertThat(((Extracted) second).json()).isEqualTo(((Extracted) first).json());
            assertThat(second.provenance().schema()).isEqualTo(first.provenance().schema());
            assertThat(operator.keptAnswers().orElseThrow().hits()).isEqualTo(1);
        }
    }

    @Test
    void theNextProcessFindsWhatThisOneComputed() {
        try (CachingOperator operator = open(LARGE)) {
            ask(operator, "a", "text");
        }
        try (CachingOperator operator = open(LARGE)) {
            Extraction again = ask(operator, "a", "text");

            assertThat(computed).hasSize(1);
            assertThat(again.provenance().cached()).isTrue();
            assertThat(again.provenance().completionTokens()).isEqualTo(3);
        }
    }

    @Test
    void whateverAnAnswerDependsOnMakesAnotherRequest() {
        try (CachingOperator operator = open(LARGE)) {
            ask(operator, "a", "text");
            ask(operator, "a", "text ");
            operator.submit(new Document("a", "text"), task(1)).join();
            model = "1";
            ask(operator, "a", "text");
        }
        assertThat(computed).hasSize(4);
    }

    @Test
    void equalRequestsUnderWayShareOneComputation() throws InterruptedException {
        holding = true;
        try (CachingOperator operator = open(LARGE)) {
            List<CompletableFuture<Extraction>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(operator.submit(new Document("d" + i, "text"), task(0)));
            }
            CompletableFuture<Extraction> question = question();
            answers.get(0).cancel(true);
            question.complete(extracted(new Document("d0", "text"), task(0)));

            assertThat(answers.get(1).join().documentId()).isEqualTo("d1");
            assertThat(answers.get(2).join().provenance().cached()).isTrue();
            assertThat(computed).hasSize(1);
        }
    }

    @Test
    void aComputationThatNobodyWantsAnyMoreIsCancelled() throws InterruptedException {
        holding = true;
        try (CachingOperator operator = open(LARGE)) {
            CompletableFuture<Extraction> one = operator.submit(new Document("a", "text"), task(0));
            CompletableFuture<Extraction> two = operator.submit(new Document("b", "text"), task(0));
            CompletableFuture<Extraction> question = question();
            one.cancel(true);
            assertThat(question.isDone()).isFalse();
            two.cancel(true);

            assertThatThrownBy(() -> question.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(CancellationException.class);
        }
    }

    // The question goes out on the thread of the files.
    private CompletableFuture<Extraction> question() throws InterruptedException {
        CompletableFuture<Extraction> question = held.poll(20, TimeUnit.SECONDS);
        assertThat(question).isNotNull();
        return question;
    }

    @Test
    void whatTimeOrTroubleHadAPartInIsNotKept() throws InterruptedException {
        holding = true;
        try (CachingOperator operator = open(LARGE)) {
            Document document = new Document("a", "text");
            for (RejectionStage stage : List.of(RejectionStage.ENGINE, RejectionStage.VALIDATION)) {
                for (int i = 0; i < 2; i++) {
                    CompletableFuture<Extraction> answer = operator.submit(document, task(0));
                    if (stage == RejectionStage.ENGINE || i == 0) {
                        question().complete(rejected(document, stage));
                    }
                    answer.join();
                }
            }
            assertThat(computed).hasSize(3);
            assertThat(operator.submit(document, task(0)).join())
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            found -> {
                                assertThat(found.stage()).isEqualTo(RejectionStage.VALIDATION);
                                assertThat(found.rawOutput()).contains("{}");
                                assertThat(found.provenance().cached()).isTrue();
                            });
        }
    }

    private static Extraction rejected(Document document, RejectionStage stage) {
        return new Rejected(
                document.id(), stage, "Bad", "it is bad", Optional.of("{}"), provenance(task(0)));
    }

    @Test
    void aFailureReachesEveryoneAndIsForgotten() throws InterruptedException {
        holding = true;
        try (CachingOperator operator = open(LARGE)) {
            CompletableFuture<Extraction> one = operator.submit(new Document("a", "text"), task(0));
            question().completeExceptionally(new OperatorClosedException("closed"));
            assertThatThrownBy(one::join).hasCauseInstanceOf(OperatorClosedException.class);

            holding = false;
            assertThat(ask(operator, "a", "text")).isInstanceOf(Extracted.class);
        }
    }

    @Test
    void resultsTakeNoMoreThanTheirBytesAndTheLeastUsedGoFirst() throws IOException {
        long bytes;
        try (CachingOperator operator = open(LARGE)) {
            ask(operator, "a", "one");
            ask(operator, "a", "two");
        }
        try (CachingOperator operator = open(LARGE)) {
            bytes = operator.keptAnswers().orElseThrow().bytes();
        }
        assertThat(bytes).isEqualTo(onDisk());
        try (CachingOperator operator = open(bytes)) {
            ask(operator, "a", "one");
            ask(operator, "a", "six");
        }
        assertThat(onDisk()).isLessThanOrEqualTo(bytes);
        computed.clear();
        try (CachingOperator operator = open(bytes)) {
            ask(operator, "a", "one");
            ask(operator, "a", "six");
            assertThat(computed).isEmpty();
            ask(operator, "a", "two");
            assertThat(computed).hasSize(1);
        }
    }

    @Test
    void aDamagedFileIsNoticedDeletedAndComputedAgain() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            computed.clear();
            String text = "round " + round;
            try (CachingOperator operator = open(LARGE)) {
                ask(operator, "a", text);
            }
            Path file = newest();
            byte[] bytes = Files.readAllBytes(file);
            if (random.nextBoolean()) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
            } else {
                Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            }
            try (CachingOperator operator = open(LARGE)) {
                Extraction again = ask(operator, "a", text);

                assertThat(computed).as("seed " + seed).hasSize(2);
                assertThat(again.provenance().cached()).isFalse();
                assertThat(operator.keptAnswers().orElseThrow().corrupt()).isEqualTo(1);
            }
            Files.delete(file);
        }
    }

    @Test
    void whatWasBeingWrittenAtTheEndIsClearedAway() throws IOException {
        Files.createDirectories(folder.resolve("ab"));
        Path unfinished = Files.writeString(folder.resolve("ab/abcd.part"), "half");
        open(LARGE).close();

        assertThat(unfinished).doesNotExist();
    }

    @Test
    void aFolderIsForOneProcessAtATime() throws IOException {
        try (CachingOperator first = open(LARGE)) {
            assertThatThrownBy(() -> CachingOperator.open(new Counter(), folder, LARGE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process");
            assertThat(ask(first, "a", "text")).isInstanceOf(Extracted.class);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenKeepsNothingAndFailsNothing() throws IOException {
        try (CachingOperator operator = open(LARGE)) {
            for (int i = 0; i < 256; i++) {
                Files.writeString(folder.resolve("%02x".formatted(i)), "in the way");
            }
            assertThat(ask(operator, "a", "text")).isInstanceOf(Extracted.class);
            assertThat(ask(operator, "a", "text").provenance().cached()).isFalse();
        }
    }

    private long onDisk() throws IOException {
        long bytes = 0;
        for (Path file : results()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private Path newest() throws IOException {
        List<Path> files = results();
        assertThat(files).hasSize(1);
        return files.getFirst();
    }

    private List<Path> results() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".result")).toList();
        }
    }
}
