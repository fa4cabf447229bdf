package dev.talaria.eval.suite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Which questions are asked how often, in the order of the results: by row, seed and mode.
///
/// @param items by row
/// @param recorded the texts to judge, where no model is asked
/// @param notes what is left out, for people
public record EvaluationPlan(
        Map<Long, Item> items,
        List<Trial> trials,
        Map<Trial, String> recorded,
        List<String> notes) {

    private static final int MOST_SHOWN = 20;

    /// Asks a model about every row, once for every seed and mode.
    ///
    /// @throws IllegalArgumentException naming the row that is none of the suite's
    public static EvaluationPlan asking(
            Suite suite, Dataset dataset, List<Long> seeds, List<Mode> modes) {
        Map<Long, Item> items = items(suite, dataset);
        List<Trial> trials = new ArrayList<>();
        for (long row : items.keySet()) {
            for (long seed : seeds) {
                modes.forEach(mode -> trials.add(new Trial(row, seed, mode)));
            }
        }
        return new EvaluationPlan(items, trials, Map.of(), List.of());
    }

    /// Judges recorded texts.
    ///
    /// @throws IllegalArgumentException naming the row that is none of the suite's, or where no row
    ///   has a text
    public static EvaluationPlan replaying(Suite suite, Dataset dataset, Replay replay) {
        Map<Long, Item> items = items(suite, dataset);
        Map<Trial, String> recorded = new LinkedHashMap<>();
        List<Long> without = new ArrayList<>();
        for (long row : items.keySet()) {
            List<String> texts = replay.texts().getOrDefault(row, List.of());
            if (texts.isEmpty()) {
                without.add(row);
            }
            for (int i = 0; i < texts.size(); i++) {
                recorded.put(new Trial(row, i, Mode.REPLAY), texts.get(i));
            }
        }
        if (recorded.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of the %d rows has a recorded text; do --replay and --dataset belong together?"
                            .formatted(items.size()));
        }
        return new EvaluationPlan(
                items, List.copyOf(recorded.keySet()), recorded, notes(replay, items, without));
    }

    private static List<String> notes(Replay replay, Map<Long, Item> items, List<Long> without) {
        List<String> notes = new ArrayList<>();
        if (!without.isEmpty()) {
            notes.add(
                    "%s without a recorded text, which %s not judged"
                            .formatted(rows(without), without.size() == 1 ? "is" : "are"));
        }
        if (replay.withoutText() > 0) {
            notes.add(
                    "%d recorded line%s without a text"
                            .formatted(replay.withoutText(), replay.withoutText() == 1 ? "" : "s"));
        }
        List<Long> foreign =
                replay.texts().keySet().stream()
                        .filter(row -> !items.containsKey(row))
                        .sorted()
                        .toList();
        if (!foreign.isEmpty()) {
            notes.add(
                    "%s recorded, but not among the chosen rows of the dataset: rows are counted from 0 in the file that --dataset names, so outputs that were numbered in a larger one are judged against the wrong rows"
                            .formatted(rows(foreign)));
        }
        return notes;
    }

    private static String rows(List<Long> numbers) {
        String shown =
                numbers.stream()
                        .limit(MOST_SHOWN)
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
        return numbers.size() == 1
                ? "1 row (%s)".formatted(shown)
                : "%d rows (%s%s)"
                        .formatted(numbers.size(), shown, numbers.size() > MOST_SHOWN ? ", …" : "");
    }

    private static Map<Long, Item> items(Suite suite, Dataset dataset) {
        Map<Long, Item> items = new LinkedHashMap<>();
        for (DatasetRow row : dataset.rows()) {
            try {
                items.put(row.number(), suite.item(row));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "%s: row %d is no row of %s: %s"
                                .formatted(
                                        dataset.name(), row.number(), suite.name(), e.getMessage()),
                        e);
            }
        }
        return items;
    }
}
