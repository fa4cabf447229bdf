package dev.talaria.pipeline.task;

/// What became of a schema or task that the topic holds.
public sealed interface Registration {

    /// `id@version`, of a task `task:id@version`.
    String name();

    /// Documents may name it.
    ///
    /// @param sha256 of the schema, with what it refers to inside
    record Usable(String name, String sha256) implements Registration {}

    /// Documents that name it are rejected.
    ///
    /// @param errorClass a short stable name of the reason
    /// @param message place, finding and remedy
    record Refused(String name, String errorClass, String message) implements Registration {}
}
