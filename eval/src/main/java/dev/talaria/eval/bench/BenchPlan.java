package dev.talaria.eval.bench;

import dev.talaria.inference.embedded.ModelBench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// What to measure.
///
/// @param promptTokens of the prompt; 0 for none
/// @param decodeTokens each sequence writes; 0 for no decoding
/// @param sequences that decode together, one measurement each
/// @param contextTokens every sequence has read before it writes
/// @param rounds of each measurement
record BenchPlan(
        int promptTokens,
        int decodeTokens,
        List<Integer> sequences,
        int contextTokens,
        int rounds) {

    BenchPlan {
        sequences = List.copyOf(sequences);
        atLeast(0, "--prompt", promptTokens);
        atLeast(0, "--decode", decodeTokens);
        atLeast(1, "--context", contextTokens);
        atLeast(1, "--rounds", rounds);
        for (int count : sequences) {
            if (count < 1 || count > ModelBench.MOST_SEQUENCES) {
                throw new IllegalArgumentException(
                        "--sequences: %d is not within 1 to %d"
                                .formatted(count, ModelBench.MOST_SEQUENCES));
            }
        }
        if (promptTokens == 0 && (decodeTokens == 0 || sequences.isEmpty())) {
            throw new IllegalArgumentException(
                    "nothing to measure: give --prompt, or --decode with --sequences");
        }
    }

    private static void atLeast(int least, String option, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s: %d is below %d".formatted(option, value, least));
        }
    }

    /// The plan as far as a model and the memory go.
    ///
    /// @param measures in the order of the report
    /// @param notes what had to be shortened or left out, and why
    record Fitted(List<Measure> measures, List<String> notes) {

        Fitted {
            measures = List.copyOf(measures);
            notes = List.copyOf(notes);
        }
    }

    /// Shortens what does not fit, and says so.
    ///
    /// @param longest tokens that each of so many sequences can hold
    Fitted fit(IntUnaryOperator longest) {
        List<Measure> measures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (promptTokens > 0) {
            fitPrompt(longest.applyAsInt(1), measures, notes);
        }
        if (decodeTokens > 0) {
            for (int count : sequences) {
                fitDecode(count, longest.applyAsInt(count), measures, notes);
            }
        }
        return new Fitted(measures, notes);
    }

    private void fitPrompt(int room, List<Measure> measures, List<String> notes) {
        int tokens = Math.min(promptTokens, room);
        if (tokens < promptTokens) {
            notes.add(
                    "a prompt of %d tokens does not fit the model's context or memory: shortened to %d"
                            .formatted(promptTokens, tokens));
        }
        if (tokens > 0) {
            measures.add(new Measure.Prompt(tokens));
        }
    }

    // The context gives way first: steps are what is measured.
    private void fitDecode(int count, int room, List<Measure> measures, List<String> notes) {
        if (room < 2) {
            notes.add(
                    "%d sequences are left out: the key-value cache, half of a heap of %d MB, has no room for them; raise it with TALARIA_OPTS=-Xmx…"
                            .formatted(count, Runtime.getRuntime().maxMemory() >> 20));
            return;
        }
        int context = Math.min(contextTokens, Math.max(1, room - decodeTokens));
        int steps = Math.min(decodeTokens, room - context);
        if (context < contextTokens || steps < decodeTokens) {
            notes.add(
                    "%d sequences have room for %d tokens each, by the model's context and a heap of %d MB: shortened to %d read and %d written"
                            .formatted(
                                    count,
                                    room,
                                    Runtime.getRuntime().maxMemory() >> 20,
                                    context,
                                    steps));
        }
        measures.add(new Measure.Decode(count, context, steps));
    }
}
