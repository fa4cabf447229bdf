package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reports of runs that never were.
final class Reports {

    static final LlamaCpp.Description PEER =
            new LlamaCpp.Description(
                    "llama.cpp", "b1", "node-llama-cpp 1.2.3", "v20.0.0", "AVX2 = 1", 2);

    private static final Measure PROMPT = new Measure.Prompt(512);
    private static final Measure DECODE = new Measure.Decode(1, 1, 64);

    private Reports() {}

    /// Of a machine whose memory bandwidth was one of these.
    static BenchReport withBandwidths(double... gigabytes) {
        List<Ceiling> samples =
                Arrays.stream(gigabytes).mapToObj(it -> new Ceiling(it * 1e9, 90e9)).toList();
        return report(samples, Optional.empty(), List.of());
    }

    /// Beside another program that took twice as long.
    static BenchReport withPeer() {
        Map<Measure, List<Double>> own = new LinkedHashMap<>();
        own.put(PROMPT, List.of(50.0));
        Map<Measure, List<Double>> others = new LinkedHashMap<>();
        others.put(PROMPT, List.of(100.0));
        return report(
                List.of(new Ceiling(36e9, 90e9), new Ceiling(36e9, 90e9)),
                Optional.of(Comparison.of(PEER, new Comparison.Agreement(4, 3), own, others)),
                List.of("32 sequences are left out"));
    }

    private static BenchReport report(
            List<Ceiling> samples, Optional<Comparison> comparison, List<String> notes) {
        MeasuredCeilings ceilings = MeasuredCeilings.of(samples);
        return new BenchReport(
                BenchReport.FORMAT,
                "0.1.0",
                "2026-01-02T03:04:05Z",
                Machine.here(),
                new MeasuredModel(
                        "m7.gguf",
                        4_110_000_000L,
                        "Mistral",
                        "0123456789abcdef".repeat(4),
                        "Q4_0",
                        "llama, 7241.7 million parameters",
                        4_450_000_000L,
                        7_110_000_000L),
                2,
                2,
                ceilings,
                List.of(
                        Figure.of(
                                PROMPT,
                                new Work(3_600_000_000_000L, 8_900_000_000L),
                                List.of(50.0, 60.0),
                                List.of(ceilings.best(), ceilings.best()),
                                ceilings.best()),
                        Figure.of(
                                DECODE,
                                new Work(455_000_000_000L, 284_800_000_000L),
                                List.of(16.0, 20.0),
                                List.of(ceilings.best(), ceilings.best()),
                                ceilings.best())),
                comparison,
                notes);
    }
}
