package dev.talaria.pipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A pipeline of processes on a cluster of processes, and everything that can go wrong around it:
/// every document ends exactly once in the extractions or the rejected, as one who reads committed
/// records sees them, and says byte for byte what it says where nothing goes wrong.
///
/// `./mvnw -Pfaults -pl pipeline -am test` has each [Fault] thirty times over 1,000 documents, in
/// ten rounds of which two run the model, and writes `docs/faults.md`; broken off, it goes on after
/// its last whole round. An ordinary build has one round with each fault once, `.ci/run` five of
/// which one runs the model. `-Dtalaria.faults.seed=…` repeats a run's faults.
class FaultSuiteTest {

    private static final int ROUNDS = Integer.getInteger("talaria.faults.rounds", 1);
    private static final int MODEL_ROUNDS = ROUNDS / 5;
    private static final int EACH = Integer.getInteger("talaria.faults.each", 1);
    private static final int DOCUMENTS = Integer.getInteger("talaria.faults.documents", 60);
    private static final long SEED = Long.getLong("talaria.faults.seed", 20_260_301L);
    // Rounds of this run; the next run goes on after them.
    private static final int MOST = Integer.getInteger("talaria.faults.most", ROUNDS);
    private static final String PROGRESS = System.getProperty("talaria.faults.progress", "");
    private static final String REPORT = System.getProperty("talaria.faults.report", "");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private static StateDisk disk;
    private static Cluster cluster;

    private final Map<Boolean, Map<String, AnswerLog.Answer>> undisturbed = new HashMap<>();
    private final FaultDocuments documents = new FaultDocuments(SEED);

    @BeforeAll
    static void startCluster() throws Exception {
        disk = StateDisk.mount(folder.resolve("state"));
        cluster = Cluster.start(folder.resolve("cluster"));
    }

    @AfterAll
    static void stopCluster() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    void everyDocumentIsAnsweredExactlyOnceAndAsIfNothingHadHappened() throws Exception {
        System.out.printf(
                "faults: seed %d, %d rounds, each fault %d times a round; logs in %s%n",
                SEED, ROUNDS, EACH, folder);
        if (!disk.canBeFull()) {
            System.out.println("faults: no disk is full: this user may not mount a file system");
        }
        List<String> done = done();
        int end = Math.min(ROUNDS, done.size() + MOST);
        for (int number = done.size(); number < end; number++) {
            FaultReport.Round round = round(number, undisturbed(hasModel(number)));
            System.out.printf("round %d: %s%n", number, round);
            done.add(round.line(number));
            if (!PROGRESS.isEmpty()) {
                Files.write(progress(), done);
            }
        }
        if (!REPORT.isEmpty() && end == ROUNDS) {
            FaultReport report = new FaultReport(SEED);
            done.forEach(line -> report.add(FaultReport.Round.of(line)));
            Files.writeString(Path.of(REPORT), report.text());
            Files.deleteIfExists(progress());
        }
    }

    // Of a run of the same seed that was broken off.
    private static List<String> done() throws IOException {
        boolean isBegun = !PROGRESS.isEmpty() && Files.exists(progress());
        return isBegun ? new ArrayList<>(Files.readAllLines(progress())) : new ArrayList<>();
    }

    private static Path progress() {
        return Path.of(PROGRESS + "." + SEED);
    }

    private static boolean hasModel(int round) {
        return round * DOCUMENTS >= scriptedEnd();
    }

    private static int scriptedEnd() {
        return (ROUNDS - MODEL_ROUNDS) * DOCUMENTS;
    }

    /// What is answered where nothing goes wrong, by key.
    private Map<String, AnswerLog.Answer> undisturbed(boolean hasModel) throws Exception {
        if (undisturbed.get(hasModel) == null) {
            undisturbed.put(
                    hasModel,
                    hasModel
                            ? undisturbed("miniature", scriptedEnd(), ROUNDS * DOCUMENTS)
                            : undisturbed("scripted", 0, scriptedEnd()));
        }
        return undisturbed.get(hasModel);
    }

    private Map<String, AnswerLog.Answer> undisturbed(String model, int from, int to)
            throws Exception {
        try (FaultRound round = round("undisturbed-" + model, model, new Random(SEED), List.of())) {
            assertThat(round.run(from, from, to, List.of())).as("undisturbed, %s", model).isTrue();
            Map<String, AnswerLog.Answer> answers = new HashMap<>();
            try (AnswerLog log = round.log()) {
                requireOnce(log, "undisturbed");
                log.documents()
                        .forEach((place, key) -> answers.put(key, log.answers(place).getFirst()));
            }
            assertThat(answers).hasSize(to - from);
            return answers;
        }
    }

    private FaultReport.Round round(int number, Map<String, AnswerLog.Answer> undisturbed)
            throws Exception {
        long start = System.nanoTime();
        Random random = new Random(SEED + number);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            faults.addAll(List.of(Fault.values()));
        }
        if (!disk.canBeFull()) {
            faults.removeIf(Fault.DISK_FULL::equals);
        }
        Collections.shuffle(faults, random);
        String place = "round %d of seed %d, %s".formatted(number, SEED, faults);
        String model = hasModel(number) ? "miniature" : "scripted";
        int first = hasModel(number) ? scriptedEnd() : 0;
        List<String> clock = List.of("-javaagent:" + ClockAgent.jar(folder));
        try (FaultRound round = round("round-" + number, model, random, clock)) {
            boolean isWhole =
                    round.run(first, number * DOCUMENTS, (number + 1) * DOCUMENTS, faults);
            try (AnswerLog log = round.log()) {
                requireOnce(log, place);
                assertThat(isWhole).as(place).isTrue();
                Map<String, Integer> kinds = new TreeMap<>();
                log.documents()
                        .forEach((where, key) -> {
                            AnswerLog.Answer answer = log.answers(where).getFirst();
                            assertThat(answer)
                                    .as("%s at %s, %s", key, where, place)
                                    .isEqualTo(undisturbed.get(key));
                            kinds.merge(
                                    answer.isExtraction() ? "" : answer.stage(), 1, Integer::sum);
                        });
                return new FaultReport.Round(
                        model,
                        round.injected(),
                        DOCUMENTS,
                        log.documents().size(),
                        kinds,
                        round.restarts(),
                        Duration.ofNanos(System.nanoTime() - start));
            }
        }
    }

    private FaultRound round(String name, String model, Random random, List<String> options)
            throws Exception {
        List<String> all = new ArrayList<>(options);
        if (model.equals("miniature")) {
            // Vectors are fast with the second compiler only.
            all.add("-XX:TieredStopAtLevel=4");
        }
        all.addAll(
                List.of(
                        "-Xmx400m",
                        "-Dfaults.model=" + model,
                        "-Dlogback.configurationFile="
                                + FaultSuiteTest.class.getResource("/faults-logback.xml")));
        return new FaultRound(name, cluster, disk, folder, documents, random, all);
    }

    private static void requireOnce(AnswerLog log, String place) {
        List<String> doubled =
                log.answeredPlaces().stream().filter(at -> log.answers(at).size() > 1).toList();
        assertThat(doubled).as("answered more than once, %s", place).isEmpty();
        assertThat(log.unanswered()).as("not answered, %s", place).isEmpty();
        assertThat(log.documents().keySet())
                .as("answered without a document, %s", place)
                .containsAll(log.answeredPlaces());
    }
}
