package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.Reason;

import java.util.List;
import java.util.Map;

/// What came of one document.
///
/// @param isExact whether every value is right and none is beside them, in the sense of the types
/// @param isRawExact whether answer and gold are the same JSON value, member by member, numbers by
///   their value
/// @param fields counts by field, in the sense of the types
/// @param rawFields counts by field, where spellings must be the same
/// @param reasons one for each value that is wrong, missing or spurious; empty where exact
public record DocumentScore(
        boolean isExact,
        boolean isRawExact,
        Map<String, FieldCounts> fields,
        Map<String, FieldCounts> rawFields,
        List<Reason> reasons) {

    public DocumentScore {
        reasons = List.copyOf(reasons);
    }
}
