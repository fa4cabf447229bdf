package dev.talaria.pipeline.processor;

/// In which order answers come out.
public enum Ordering {
    /// As they are finished.
    FREE,
    /// Those of one key as their documents came in.
    KEY;

    /// As it is written in settings.
    ///
    /// @throws IllegalArgumentException where it is none of the two
    public static Ordering named(String name) {
        return switch (name) {
            case "free" -> FREE;
            case "key" -> KEY;
            default -> throw new IllegalArgumentException("neither free nor key");
        };
    }
}
