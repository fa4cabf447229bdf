/// Shares with their intervals, and whether two of them differ: what figures of a judged model are
/// worth. Knows nothing of models, rows or reports.
@NullMarked
package dev.talaria.eval.statistics;

import org.jspecify.annotations.NullMarked;
