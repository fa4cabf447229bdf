package dev.talaria.eval.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/// Measures everything in rounds: each round computes every measure once, so that whatever slows
/// the machine down for a while hits all of them alike. The machine's ceilings are taken before and
/// after every measure: where others use the machine, they move within seconds.
///
/// With a peer, both compute each measure directly after each other, one at a time, and take turns
/// at going first.
final class BenchRun {

    private final Contestant own;
    private final Optional<Contestant> peer;
    private final Supplier<Ceiling> ceiling;
    private final ToIntFunction<Runnable> warmUp;
    private final Consumer<String> progress;

    private final List<Ceiling> ceilings = new ArrayList<>();
    private final Map<Measure, List<Double>> ownSeconds = new LinkedHashMap<>();
    private final Map<Measure, List<Double>> peerSeconds = new LinkedHashMap<>();
    private final Map<Measure, List<Ceiling>> beside = new LinkedHashMap<>();

    /// What was measured: of each measure the seconds of every round.
    ///
    /// @param beside of each measure and round, the mean of the ceilings before and after it
    /// @param peer empty where there was none
    record Timings(
            List<Ceiling> ceilings,
            Map<Measure, List<Double>> own,
            Map<Measure, List<Ceiling>> beside,
            Map<Measure, List<Double>> peer) {}

    /// @param ceiling measures the machine now
    /// @param warmUp repeats a pass until it is compiled, and says how often
    /// @param progress is told what goes on
    BenchRun(
            Contestant own,
            Optional<Contestant> peer,
            Supplier<Ceiling> ceiling,
            ToIntFunction<Runnable> warmUp,
            Consumer<String> progress) {
        this.own = own;
        this.peer = peer;
        this.ceiling = ceiling;
        this.warmUp = warmUp;
        this.progress = progress;
    }

    /// Runs once; a run cannot be repeated.
    Timings run(List<Measure> measures, int rounds) {
        sampleCeiling();
        warmUp(measures);
        long start = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            for (Measure measure : measures) {
                Ceiling before = ceilings.getLast();
                measure(measure, round, rounds);
                sampleCeiling();
                note(beside, measure, before.meanWith(ceilings.getLast()));
            }
            remaining(start, round, rounds);
        }
        return new Timings(ceilings, ownSeconds, beside, peerSeconds);
    }

    private void sampleCeiling() {
        Ceiling now = ceiling.get();
        ceilings.add(now);
        progress.accept(
                "ceilings: memory read %.1f GB/s, float32 multiply-add %.1f G/s"
                        .formatted(
                                now.readBytesPerSecond() / 1e9, now.multiplyAddsPerSecond() / 1e9));
    }

    private void warmUp(List<Measure> measures) {
        progress.accept("warm-up");
        int passes = warmUp.applyAsInt(() -> measures.forEach(each -> own.seconds(each.brief())));
        progress.accept("warm-up: %d passes of every measure in brief".formatted(passes));
        peer.ifPresent(other -> measures.forEach(each -> other.seconds(each.brief())));
    }

    private void measure(Measure measure, int round, int rounds) {
        boolean peerFirst = round % 2 == 0;
        if (peerFirst) {
            measurePeer(measure);
        }
        double seconds = own.seconds(measure);
        note(ownSeconds, measure, seconds);
        if (!peerFirst) {
            measurePeer(measure);
        }
        String beside =
                peer.isEmpty()
                        ? ""
                        : ", the peer %.2f"
                                .formatted(measure.tokens() / peerSeconds.get(measure).getLast());
        progress.accept(
                "%s, round %d of %d: %.2f tokens/s%s"
                        .formatted(
                                measure.name(), round, rounds, measure.tokens() / seconds, beside));
    }

    private void measurePeer(Measure measure) {
        peer.ifPresent(other -> note(peerSeconds, measure, other.seconds(measure)));
    }

    private static <T> void note(Map<Measure, List<T>> all, Measure measure, T one) {
        all.computeIfAbsent(measure, _ -> new ArrayList<>()).add(one);
    }

    private void remaining(long start, int round, int rounds) {
        double seconds = (System.nanoTime() - start) / 1e9 / round * (rounds - round);
        if (round < rounds) {
            progress.accept("about %.0f s to go".formatted(seconds));
        }
    }
}
