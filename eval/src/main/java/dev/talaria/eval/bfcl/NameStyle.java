package dev.talaria.eval.bfcl;

/// How the model is told names that have dots, and has to write them.
public enum NameStyle {
    /// With an underscore for each dot, as the leaderboard does for models that call tools.
    UNDERSCORED,
    /// As they are.
    DOTTED;

    /// The name for the model.
    String shown(String name) {
        return switch (this) {
            case UNDERSCORED -> name.replace('.', '_');
            case DOTTED -> name;
        };
    }
}
