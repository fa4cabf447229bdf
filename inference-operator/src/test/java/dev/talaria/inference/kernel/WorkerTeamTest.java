package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

class WorkerTeamTest {

    // Far beyond what the work takes: only a team that hangs gets there.
    private static final Duration HUNG = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyPartIsDoneExactlyOnceByAWorkerOfTheTeam(int size) {
        assertTimeoutPreemptively(
                HUNG,
                () -> {
                    try (WorkerTeam team = new WorkerTeam(size)) {
                        assertThat(team.size()).isEqualTo(size);
                        for (int parts : new int[] {0, 1, 2, 3, 7, 64, 1000}) {
                            AtomicIntegerArray done = new AtomicIntegerArray(parts + 1);
                            team.run(
                                    parts,
                                    (part, worker) -> {
                                        assertThat(worker).isBetween(0, size - 1);
                                        done.incrementAndGet(part);
                                    });
                            assertThat(IntStream.range(0, parts).map(done::get))
                                    .as("%d parts", parts)
                                    .allMatch(count -> count == 1);
                        }
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void thousandsOfSmallRunsEndAndSeeEachOthersWork(int size) {
        // More threads than processors wait for each other's time slices.
        int runs = size <= Runtime.getRuntime().availableProcessors() ? 5_000 : 1_000;
        int[] counters = new int[8]; // plain: what one run wrote the next one reads
        assertTimeoutPreemptively(
                HUNG,
                () -> {
                    try (WorkerTeam team = new WorkerTeam(size)) {
                        for (int run = 0; run < runs; run++) {
                            int shift = run;
                            team.run(8, (part, worker) -> counters[(part + shift) % 8]++);
                        }
                    }
                });
        assertThat(counters).containsOnly(runs);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyItemIsInOneStretchWhichIsNotLongerThanAsked(int size) {
        assertTimeoutPreemptively(
                HUNG,
                () -> {
                    try (WorkerTeam team = new WorkerTeam(size)) {
                        for (int items : new int[] {0, 1, 2, 3, 7, 64, 1000}) {
                            for (int most : new int[] {1, 2, 5, 2000}) {
                                AtomicIntegerArray done = new AtomicIntegerArray(items + 1);
                                team.divide(
                                        items,
                                        most,
                                        (from, to, worker) -> {
                                            assertThat(worker).isBetween(0, size - 1);
                                            assertThat(to - from).isBetween(1, most);
                                            for (int item = from; item < to; item++) {
                                                done.incrementAndGet(item);
                                            }
                                        });
                                assertThat(IntStream.range(0, items).map(done::get))
                                        .as("%d items, at most %d", items, most)
                                        .allMatch(count -> count == 1);
                            }
                        }
                    }
                });
    }

    @Test
    void aThreadThatIsHeldUpDoesNotKeepTheOthersFromItsShare() {
        AtomicIntegerArray done = new AtomicIntegerArray(64);
        assertTimeoutPreemptively(
                HUNG,
                () -> {
                    try (WorkerTeam team = new WorkerTeam(2)) {
                        CountDownLatch others = new CountDownLatch(63);
                        team.divide(
                                64,
                                1,
                                (item, _, _) -> {
                                    done.incrementAndGet(item);
                                    if (item == 0) {
                                        awaitAll(others);
                                    } else {
                                        others.countDown();
                                    }
                                });
                    }
                });
        assertThat(IntStream.range(0, 64).map(done::get)).allMatch(count -> count == 1);
    }

    private static void awaitAll(CountDownLatch others) {
        try {
            others.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void workersThatHaveGoneToSleepAreWoken() {
        assertTimeoutPreemptively(
                HUNG,
                () -> {
                    try (WorkerTeam team = new WorkerTeam(3)) {
                        for (int run = 0; run < 3; run++) {
                            awaitSleep(team);
                            AtomicInteger done = new AtomicInteger();
                            team.run(50, (part, worker) -> done.incrementAndGet());
                            assertThat(done).hasValue(50);
                        }
                    }
                });
    }

    private static void awaitSleep(WorkerTeam team) {
        Thread[] threads = new Thread[Thread.activeCount() + 16];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (threads[i].getName().startsWith("talaria-compute-")) {
                while (threads[i].isAlive() && threads[i].getState() == Thread.State.RUNNABLE) {
                    Thread.onSpinWait();
                }
            }
        }
        assertThat(team.size()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void whatAPartThrowsReachesTheCallerAndTheTeamWorksOn(int size) {
        assertTimeoutPreemptively(
                HUNG,
                () -> {
                    try (WorkerTeam team = new WorkerTeam(size)) {
                        for (int run = 0; run < 200; run++) {
                            int bad = run % 20;
                            assertThatThrownBy(
                                            () -> team.run(20, (part, worker) -> failAt(part, bad)))
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessage("part " + bad);
                            AtomicInteger done = new AtomicInteger();
                            team.run(20, (part, worker) -> done.incrementAndGet());
                            assertThat(done).hasValue(20);
                        }
                    }
                });
    }

    private static void failAt(int part, int bad) {
        if (part == bad) {
            throw new IllegalStateException("part " + part);
        }
    }

    @Test
    void errorsReachTheCallerAsTheyAre() {
        assertTimeoutPreemptively(
                HUNG,
                () -> {
                    try (WorkerTeam team = new WorkerTeam(2)) {
                        StackOverflowError error = new StackOverflowError();
                        assertThatThrownBy(() ->
                                        team.run(
                                                4,
                                                (part, worker) -> {
                                                    throw error;
                                                }))
                                .isSameAs(error);
                    }
                });
    }

    @Test
    void aClosedTeamRefusesWorkRatherThanWaitForItsThreads() {
        WorkerTeam team = new WorkerTeam(2);
        team.close();
        assertTimeoutPreemptively(
                HUNG,
                () ->
                        assertThatThrownBy(() -> team.run(8, (part, worker) -> {}))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("closed"));
    }

    @Test
    void aTeamOfNobodyIsRefused() {
        assertThatThrownBy(() -> new WorkerTeam(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 threads");
    }
}
