package dev.talaria.pipeline.config;

import java.util.List;

/// A configuration that cannot be used, and everything that is wrong with it. The message is the
/// first problem: place, finding and remedy; it says how many more there are.
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /// @param problems at least one
    public ConfigException(List<Problem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    public ConfigException(Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.problems = List.of(problem);
    }

    /// All that is wrong, at least one.
    public List<Problem> problems() {
        return problems;
    }

    private static String message(List<Problem> problems) {
        String first = problems.getFirst().toString();
        return problems.size() == 1
                ? first
                : "%s (%d more of the kind; talaria config check lists all)"
                        .formatted(first, problems.size() - 1);
    }
}
