package dev.talaria.schemas.grammar;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The names the drafts of JSON Schema give a meaning, by what becomes of them here.
final class KeywordList {

    private static final Set<String> ENFORCED =
            Set.of(
                    "type",
                    "enum",
                    "const",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "format",
                    "items",
                    "prefixItems",
                    "additionalItems",
                    "minItems",
                    "maxItems",
                    "uniqueItems",
                    "contains",
                    "properties",
                    "required",
                    "additionalProperties",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "not",
                    "if",
                    "then",
                    "else",
                    "dependencies",
                    "dependentRequired",
                    "dependentSchemas",
                    "patternProperties",
                    "propertyNames",
                    "minProperties",
                    "maxProperties",
                    "unevaluatedProperties",
                    "unevaluatedItems",
                    "$ref",
                    "$dynamicRef",
                    "$recursiveRef");

    /// What to write instead of each keyword that is not enforced.
    private static final Map<String, String> REFUSED =
            Map.ofEntries(
                    Map.entry("extends", "use allOf"),
                    Map.entry("disallow", "state what is allowed by type"),
                    Map.entry("divisibleBy", "use type integer or an enum"));

    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "$schema",
                    "$comment",
                    "$id",
                    "id",
                    "$anchor",
                    "$dynamicAnchor",
                    "$recursiveAnchor",
                    "$vocabulary",
                    "$defs",
                    "definitions",
                    "title",
                    "description",
                    "default",
                    "examples",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "contentEncoding",
                    "contentMediaType",
                    "contentSchema",
                    // These mean something beside another keyword only.
                    "minContains",
                    "maxContains");

    private KeywordList() {}

    static boolean isEnforced(String name) {
        return ENFORCED.contains(name);
    }

    static boolean isWithoutEffect(String name) {
        return WITHOUT_EFFECT.contains(name);
    }

    /// What to write instead; null where the name is no refused keyword.
    static String insteadOf(String name) {
        return REFUSED.get(name);
    }

    /// The keyword that a name no draft knows seems to mean; null where it resembles none.
    ///
    /// Names with a leading `_` or `x-` are extensions on purpose.
    static String meantBy(String name) {
        if (name.startsWith("_") || name.startsWith("x-")) {
            return null;
        }
        for (Set<String> keywords : List.of(ENFORCED, REFUSED.keySet())) {
            for (String keyword : keywords) {
                if (resembles(name, keyword)) {
                    return keyword;
                }
            }
        }
        return null;
    }

    private static boolean resembles(String name, String keyword) {
        if (name.toLowerCase(Locale.ROOT).equals(keyword.toLowerCase(Locale.ROOT))) {
            return true;
        }
        int allowed = keyword.length() < 4 ? 0 : keyword.length() < 8 ? 1 : 2;
        return Math.abs(name.length() - keyword.length()) <= allowed
                && distance(name, keyword) <= allowed;
    }

    // Insertions, deletions, substitutions and swaps of neighbours.
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int changed = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(changed, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
