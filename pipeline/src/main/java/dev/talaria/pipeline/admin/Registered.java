package dev.talaria.pipeline.admin;

/// What becomes of what the schemas topic holds under a name.
public sealed interface Registered {

    /// The key on the topic.
    String name();

    /// Documents may name it.
    ///
    /// @param sha256 of the schema, with what it refers to inside
    record Usable(String name, String sha256) implements Registered {}

    /// Documents that name it are rejected.
    ///
    /// @param errorClass a short stable name of the reason
    /// @param message place, finding and remedy
    record Refused(String name, String errorClass, String message) implements Registered {}
}
