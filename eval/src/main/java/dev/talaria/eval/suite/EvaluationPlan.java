package dev.talaria.eval.suite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        long without = 0;
        for (long row : items.keySet()) {
            List<String> texts = replay.texts().getOrDefault(row, List.of());
            without += texts.isEmpty() ? 1 : 0;
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

    private static List<String> notes(Replay replay, Map<Long, Item> items, long without) {
        List<String> notes = new ArrayList<>();
        if (without > 0) {
            notes.add("%d rows have no recorded text and are not judged".formatted(without));
        }
        if (replay.withoutText() > 0) {
            notes.add("%d recorded lines have no text".formatted(replay.withoutText()));
        }
        long foreign =
                replay.texts().keySet().stream().filter(row -> !items.containsKey(row)).count();
        if (foreign > 0) {
            notes.add("%d recorded rows are none of those chosen".formatted(foreign));
        }
        return notes;
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
