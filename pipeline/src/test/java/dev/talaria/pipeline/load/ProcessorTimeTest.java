package dev.talaria.pipeline.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.load.ProcessorTime.Part;
import dev.talaria.pipeline.load.ProcessorTime.Reading;
import dev.talaria.pipeline.load.ProcessorTime.ThreadTime;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

class ProcessorTimeTest {

    @Test
    void aThreadsTimeIsThatBetweenTheReadings() {
        ProcessorTime time =
                ProcessorTime.between(
                        new Reading(Map.of(1L, new ThreadTime(Part.MODEL, 100)), 5, 1000),
                        new Reading(
                                Map.of(
                                        1L,
                                        new ThreadTime(Part.MODEL, 700),
                                        2L,
                                        new ThreadTime(Part.BROKER, 200)),
                                15,
                                2000));

        assertThat(time.nanos())
                .containsEntry(Part.MODEL, 600L)
                .containsEntry(Part.BROKER, 200L)
                .containsEntry(Part.TOPOLOGY, 10L)
                .containsEntry(Part.JVM, 190L);
        assertThat(time.total()).isEqualTo(1000);
        assertThat(time.share(Part.MODEL)).isEqualTo(0.6);
    }

    @Test
    void whatAThreadComputedThatHasEndedIsNotTakenFromTheOthers() {
        ProcessorTime time =
                ProcessorTime.between(
                        new Reading(Map.of(1L, new ThreadTime(Part.BROKER, 900)), 0, 1000),
                        new Reading(Map.of(), 0, 1500));

        assertThat(time.nanos()).containsEntry(Part.BROKER, 0L).containsEntry(Part.JVM, 500L);
    }

    @Test
    void threadsAreKnownByTheirNames() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread stream = sleeper("applied-StreamThread-1", end);
        Thread engine = sleeper("talaria-engine", end);
        Thread broker = sleeper("data-plane-kafka-request-handler-0", end);
        Thread feed = sleeper("kafka-producer-network-thread | load-feed", end);
        try {
            Reading reading = ProcessorTime.read("applied");

            assertThat(reading.threads().get(stream.threadId()).part()).isEqualTo(Part.TOPOLOGY);
            assertThat(reading.threads().get(engine.threadId()).part()).isEqualTo(Part.MODEL);
            assertThat(reading.threads().get(broker.threadId()).part()).isEqualTo(Part.BROKER);
            assertThat(reading.threads().get(feed.threadId()).part()).isEqualTo(Part.CLIENTS);
            assertThat(reading.processNanos()).isPositive();
        } finally {
            end.countDown();
        }
    }

    private static Thread sleeper(String name, CountDownLatch end) {
        return Thread.ofPlatform()
                .daemon()
                .name(name)
                .start(() -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
