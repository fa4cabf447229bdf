package dev.talaria.schemas.grammar;

import java.util.List;
import java.util.stream.Collectors;

/// A schema that is a schema, but that no grammar enforces exactly.
///
/// Names every problem at once, so that a schema is mended in one go. A keyword is never silently
/// ignored: what is not enforced is listed here.
public final class UnsupportedSchemaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final SchemaProblem[] problems;
    private final SchemaProblem[] beyondValidation;

    /// @param problems at least one
    public UnsupportedSchemaException(List<SchemaProblem> problems) {
        this(problems, List.of());
    }

    /// @param problems at least one
    /// @param beyondValidation those of them that mean as little to a validator
    UnsupportedSchemaException(List<SchemaProblem> problems, List<SchemaProblem> beyondValidation) {
        super(problems.stream().map(SchemaProblem::toString).collect(Collectors.joining("\n")));
        this.problems = problems.toArray(SchemaProblem[]::new);
        this.beyondValidation = beyondValidation.toArray(SchemaProblem[]::new);
    }

    UnsupportedSchemaException(String keyword, String pointer, String reason, String suggestion) {
        this(List.of(new SchemaProblem(keyword, pointer, reason, suggestion)));
    }

    /// Every problem found, in the order of the document.
    public List<SchemaProblem> problems() {
        return List.of(problems);
    }

    /// Those of the problems that no validation of answers settles: names that are no keywords, and
    /// references that lead nowhere or round in circles.
    List<SchemaProblem> beyondValidation() {
        return List.of(beyondValidation);
    }
}
