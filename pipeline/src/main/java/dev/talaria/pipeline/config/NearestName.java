package dev.talaria.pipeline.config;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Slips of the pen, answered with the name that was meant.
final class NearestName {

    private NearestName() {}

    /// `; did you mean 'x'?`, or nothing: a name of which half would have to change is no slip of
    /// the pen.
    static String question(String name, Iterable<String> known) {
        Map<String, Integer> distances = new LinkedHashMap<>();
        known.forEach(candidate -> distances.put(candidate, distance(name, candidate)));
        Map.Entry<String, Integer> nearest =
                distances.entrySet().stream()
                        .min(Comparator.comparingInt(Map.Entry::getValue))
                        .orElseThrow();
        return 2 * nearest.getValue() > nearest.getKey().length()
                ? ""
                : "; did you mean '" + nearest.getKey() + "'?";
    }

    /// Levenshtein's: how many letters to insert, delete or replace.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
