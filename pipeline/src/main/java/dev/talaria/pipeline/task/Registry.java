package dev.talaria.pipeline.task;

import java.util.ArrayList;
import java.util.List;

/// What the schemas topic holds: schemas under `id@version`, tasks under `task:id@version`.
///
/// @param schemas by name
/// @param tasks by name
public record Registry(SchemaDirectory schemas, TaskDirectory tasks) {

    /// What the keys of tasks begin with.
    public static final String TASK_PREFIX = "task:";

    /// A registry of these schemas, without tasks.
    ///
    /// @param topic where both are registered, for messages
    public static Registry of(SchemaDirectory schemas, String topic) {
        return new Registry(schemas, new TaskDirectory(schemas, topic));
    }

    /// Takes over a record of the topic.
    ///
    /// @param value a JSON Schema or a task; null deletes
    /// @param forced whether it counts though it breaks readers
    public void update(String key, String value, boolean forced) {
        if (key.startsWith(TASK_PREFIX)) {
            tasks.update(key.substring(TASK_PREFIX.length()), value, forced);
        } else {
            schemas.update(key, value, forced);
        }
    }

    /// Everything the topic holds under a proper name, and whether it can be used.
    public List<Registration> registrations() {
        List<Registration> all = new ArrayList<>(schemas.registrations());
        all.addAll(tasks.registrations());
        return all;
    }
}
