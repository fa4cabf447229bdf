package dev.talaria.eval.schema;

import dev.talaria.schemas.grammar.SchemaProblem;

import java.util.List;

/// What became of one MaskBench file.
///
/// @param name the file's
/// @param problems why the schema is refused; empty where it is not
/// @param failure what went wrong with the file itself; empty where nothing did
/// @param wronglyRejected numbers of the valid tests that were rejected
/// @param wronglyAccepted numbers of the invalid tests that were accepted
/// @param tests how many there are
/// @param tokens of all instances, as far as they were accepted
/// @param firstMaskNanos from the schema's text to the first mask
/// @param slowestMaskNanos of all masks
/// @param allocatedBytesAgain by the masks and tokens of the same answers once more
record FileResult(
        String name,
        List<SchemaProblem> problems,
        String failure,
        List<Integer> wronglyRejected,
        List<Integer> wronglyAccepted,
        int tests,
        int tokens,
        long firstMaskNanos,
        long slowestMaskNanos,
        long allocatedBytesAgain) {

    /// What is told of it.
    enum Status {
        PASSING,
        REFUSED,
        WRONGLY_REJECTED,
        WRONGLY_ACCEPTED,
        FAILED
    }

    Status status() {
        if (!failure.isEmpty()) {
            return Status.FAILED;
        }
        if (!problems.isEmpty()) {
            return Status.REFUSED;
        }
        if (!wronglyAccepted.isEmpty()) {
            return Status.WRONGLY_ACCEPTED;
        }
        return wronglyRejected.isEmpty() ? Status.PASSING : Status.WRONGLY_REJECTED;
    }

    static FileResult refused(String name, List<SchemaProblem> problems, int tests) {
        return new FileResult(name, problems, "", List.of(), List.of(), tests, 0, 0, 0, 0);
    }

    static FileResult failed(String name, String failure) {
        return new FileResult(name, List.of(), failure, List.of(), List.of(), 0, 0, 0, 0, 0);
    }
}
