package dev.talaria.pipeline.processor;

import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.noteHeaders;
import static dev.talaria.pipeline.app.Samples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.pipeline.app.HeldOperator;
import dev.talaria.pipeline.app.TopologyHarness;
import dev.talaria.pipeline.failure.CrashJournal;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Documents that were with the model when the process died, at its next start.
class SuspectsTest {

    private static final String[] DOCUMENTS = {"one", "two", "three"};

    @TempDir Path folder;

    /// A process from its start to its death.
    private final class Life implements AutoCloseable {

        private final CrashJournal journal = CrashJournal.in(folder.resolve("talaria.crashes"));
        private final HeldOperator operator;
        private final TopologyHarness topology;

        Life(String ordering) {
            this(ordering, new HeldOperator(), null);
        }

        Life(String ordering, HeldOperator held, InferenceOperator other) {
            journal.open();
            operator = held;
            topology =
                    new TopologyHarness(
                            other == null ? held : other,
                            journal,
                            folder.resolve("state"),
                            "ordering",
                            ordering);
        }

        Life send(String... keys) {
            for (String key : keys) {
                topology.send(key, "Hello " + key, noteHeaders());
            }
            topology.drain();
            return this;
        }

        void answerAll() {
            operator.answerAll();
            topology.drain();
        }

        // Whatever is done after a death is seen by nobody.
        @Override
        public void close() {
            journal.failed();
            topology.close();
        }
    }

    private void dieWithAll(String ordering, int times) {
        for (int i = 0; i < times; i++) {
            try (Life life = new Life(ordering).send(DOCUMENTS)) {
                assertThat(life.operator.runningDocuments()).containsExactly(DOCUMENTS);
            }
        }
    }

    private void dieWithTheFirstAlone(String ordering, int times) {
        for (int i = 0; i < times; i++) {
            try (Life life = new Life(ordering).send(DOCUMENTS).send("four")) {
                assertThat(life.operator.runningDocuments()).containsExactly("one");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"free", "key"})
    void thoseThatWereThereTwiceGoAloneOneAfterTheOther(String ordering) {
        dieWithAll(ordering, 2);
        try (Life life = new Life(ordering).send(DOCUMENTS).send("four", "five")) {
            for (String document : DOCUMENTS) {
                assertThat(life.operator.runningDocuments()).containsExactly(document);
                life.answerAll();
            }
            assertThat(life.operator.runningDocuments()).containsExactly("four", "five");
            life.answerAll();
            assertThat(life.topology.readExtractions()).hasSize(5);
            assertThat(life.topology.pending()).isZero();
            life.topology.drain();
            assertThat(life.journal.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"free", "key"})
    void theOneTheProcessDiedOfThreeTimesAloneIsRejectedAndTheOthersAreNot(String ordering) {
        dieWithAll(ordering, 2);
        dieWithTheFirstAlone(ordering, 3);
        try (Life life = new Life(ordering).send(DOCUMENTS).send("four")) {
            for (String document : List.of("two", "three", "four")) {
                assertThat(life.operator.runningDocuments()).containsExactly(document);
                life.answerAll();
            }
            TestRecord<byte[], byte[]> rejected = life.topology.awaitRejected(1).getFirst();
            assertThat(text(rejected.key())).isEqualTo("one");
            assertThat(text(rejected.value())).isEqualTo("Hello one");
            assertThat(header(rejected.headers(), "x-error-stage")).isEqualTo("ENGINE");
            assertThat(header(rejected.headers(), "x-error-class"))
                    .isEqualTo("ProcessDiedException");
            assertThat(header(rejected.headers(), "x-error-message"))
                    .contains("died 5 times")
                    .contains("3 of them")
                    .contains("hs_err");
            assertThat(life.operator.asked("one")).isZero();
            assertThat(life.topology.readExtractions()).hasSize(3);
            assertThat(life.topology.pending()).isZero();
            assertThat(life.journal.isEmpty()).isTrue();
        }
    }

    @Test
    void aRejectionThatWasNotCommittedIsMadeAgain() {
        dieWithAll("free", 2);
        dieWithTheFirstAlone("free", 3);
        for (int i = 0; i < 2; i++) {
            try (Life life = new Life("free").send("one")) {
                assertThat(life.operator.asked("one")).isZero();
            }
        }
    }

    @Test
    void twoDeathsAloneAreNotEnough() {
        dieWithAll("free", 2);
        dieWithTheFirstAlone("free", 2);
        try (Life life = new Life("free").send(DOCUMENTS)) {
            for (int i = 0; i < DOCUMENTS.length; i++) {
                life.answerAll();
            }
            assertThat(life.topology.readExtractions()).hasSize(3);
            assertThat(life.topology.readRejected()).isEmpty();
        }
    }

    @Test
    void documentsOfOneKeyComeOutInOrderAroundTheDeadlyOne() {
        String[] same = {"k", "k", "k"};
        for (int i = 0; i < 2; i++) {
            try (Life life = new Life("key").send(same)) {
                assertThat(life.operator.running()).isEqualTo(3);
            }
        }
        for (int i = 0; i < 3; i++) {
            try (Life life = new Life("key").send(same)) {
                life.answerAll();
                assertThat(life.operator.running()).isEqualTo(1);
                assertThat(life.topology.readExtractions())
                        .extracting(record -> header(record.headers(), "x-source-offset"))
                        .containsExactly("0");
            }
        }
        try (Life life = new Life("key").send(same)) {
            // What was answered alone is no suspect any more.
            life.answerAll();
            assertThat(
                            header(
                                    life.topology.awaitRejected(1).getFirst().headers(),
                                    "x-source-offset"))
                    .isEqualTo("1");
            life.answerAll();
            assertThat(life.topology.readExtractions())
                    .extracting(record -> header(record.headers(), "x-source-offset"))
                    .containsExactly("0", "2");
        }
    }

    @Test
    void anErrorOnTheStreamThreadCountsAgainstTheDocumentItCameOf() {
        InferenceOperator overflowing =
                new InferenceOperator() {

                    private final HeldOperator held = new HeldOperator();

                    @Override
                    public CompletableFuture<Extraction> submit(
                            Document document, ExtractionTask task) {
                        if (document.id().equals("two")) {
                            throw new StackOverflowError();
                        }
                        return held.submit(document, task);
                    }

                    @Override
                    public ModelDescription model() {
                        return held.model();
                    }

                    @Override
                    public void close() {
                        held.close();
                    }
                };
        for (int i = 0; i < 5; i++) {
            try (Life life = new Life("free", new HeldOperator(), overflowing)) {
                assertThatThrownBy(() -> life.send("two")).isInstanceOf(StackOverflowError.class);
            }
        }
        try (Life life = new Life("free", new HeldOperator(), overflowing).send("two", "three")) {
            assertThat(life.topology.awaitRejected(1))
                    .extracting(record -> text(record.key()))
                    .containsExactly("two");
        }
    }
}
