package dev.talaria.eval.suite;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// A verdict with its reasons, in the order they were found.
public record Assessment(Verdict verdict, List<Reason> reasons) {

    public Assessment {
        requireNonNull(verdict, "verdict");
        reasons = List.copyOf(reasons);
    }

    /// Passed where no reason is more than a remark.
    public static Assessment of(List<Reason> reasons) {
        return new Assessment(Verdict.of(reasons.stream().allMatch(Reason::isRemark)), reasons);
    }

    /// Failed for one reason.
    public static Assessment failed(String kind, String text) {
        return new Assessment(Verdict.FAILED, List.of(new Reason(kind, text)));
    }
}
