package dev.talaria.eval.cli;

import dev.talaria.eval.suite.Mode;

import java.util.List;

/// Whether a model is held to what a row's schema allows: `--constraint on|off|both`.
enum ConstraintChoice {
    ON(List.of(Mode.CONSTRAINED)),
    OFF(List.of(Mode.UNCONSTRAINED)),
    BOTH(List.of(Mode.UNCONSTRAINED, Mode.CONSTRAINED));

    @SuppressWarnings("ImmutableEnumChecker") // It does not change.
    private final List<Mode> modes;

    ConstraintChoice(List<Mode> modes) {
        this.modes = modes;
    }

    List<Mode> modes() {
        return modes;
    }
}
