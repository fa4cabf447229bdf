package dev.talaria.datasets.filter;

import org.jspecify.annotations.Nullable;

/// How two values lie to each other.
enum Comparison {
    EQUAL,
    UNEQUAL,
    LESS,
    AT_MOST,
    GREATER,
    AT_LEAST;

    /// The comparison that is written so, or null.
    static @Nullable Comparison written(String symbol) {
        return switch (symbol) {
            case "=", "==" -> EQUAL;
            case "!=", "<>" -> UNEQUAL;
            case "<" -> LESS;
            case "<=" -> AT_MOST;
            case ">" -> GREATER;
            case ">=" -> AT_LEAST;
            default -> null;
        };
    }

    /// @param order of the first to the second, as of [Comparable#compareTo]
    boolean holds(int order) {
        return switch (this) {
            case EQUAL -> order == 0;
            case UNEQUAL -> order != 0;
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case GREATER -> order > 0;
            case AT_LEAST -> order >= 0;
        };
    }
}
