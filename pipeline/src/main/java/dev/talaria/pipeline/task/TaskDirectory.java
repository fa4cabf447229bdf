package dev.talaria.pipeline.task;

import dev.talaria.connectors.kafka.TaskRequest;
import dev.talaria.schemas.catalog.Compatibility;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The tasks the topic has brought, by name: which schema, what the model is told and how it
/// samples.
///
/// Versions follow each other as those of schemas do: what a later one writes has to be valid for
/// readers of the highest usable one below it, unless it is forced. That too follows from what the
/// topic holds and nothing else. For any number of threads.
public final class TaskDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(TaskDirectory.class);

    private final SchemaDirectory schemas;
    private final String topic;
    private final NavigableMap<SchemaReference, Text> texts = new TreeMap<>();
    private final Map<String, NavigableMap<SchemaReference, Lookup>> decided = new HashMap<>();
    private long decidedAfter = -1;

    private record Text(String json, boolean forced) {}

    /// What a name stands for.
    public sealed interface Lookup {

        /// A usable task.
        ///
        /// @param name of it, with its version
        /// @param request what it asks for; its schema is named
        /// @param schema of its answers
        record Found(SchemaReference name, TaskRequest request, OutputSchema schema)
                implements Lookup {}

        /// None, and why.
        record NotFound(String errorClass, String message) implements Lookup {}
    }

    /// @param schemas that tasks name
    /// @param topic where tasks are registered, for messages
    public TaskDirectory(SchemaDirectory schemas, String topic) {
        this.schemas = schemas;
        this.topic = topic;
    }

    /// Takes over what the topic says of a task: its text, or null where it is deleted.
    ///
    /// @param name `id@version`
    public synchronized void update(String name, String json, boolean forced) {
        SchemaReference reference;
        try {
            reference = SchemaReference.parse(name);
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "topic {}, key 'task:{}': this task is not used: {}",
                    topic,
                    name,
                    e.getMessage());
            return;
        }
        decidedAfter = -1;
        if (json == null) {
            texts.remove(reference);
            LOG.info("task {}: deleted", reference);
            return;
        }
        texts.put(reference, new Text(json, forced));
        switch (lookup(name)) {
            case Lookup.Found(SchemaReference known, TaskRequest request, OutputSchema schema) ->
                    LOG.info("task {}: for schema {}", known, schema.reference());
            case Lookup.NotFound(String errorClass, String message) ->
                    LOG.error("topic {}, key 'task:{}': {}", topic, name, message);
        }
    }

    /// The task of that name: `id@version`, or `id` for its highest usable version.
    public synchronized Lookup lookup(String name) {
        SchemaReference reference;
        try {
            reference =
                    name.contains("@")
                            ? SchemaReference.parse(name)
                            : new SchemaReference(name, Integer.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            return new Lookup.NotFound("MalformedTaskReference", "task: " + e.getMessage());
        }
        NavigableMap<SchemaReference, Lookup> versions = versions(reference.id());
        Lookup found = versions.get(reference);
        if (!name.contains("@")) {
            found = versions.isEmpty() ? null : versions.lastEntry().getValue();
            for (Lookup each : versions.values()) {
                found = each instanceof Lookup.Found ? each : found;
            }
        }
        return found == null ? unknown(name) : found;
    }

    private Lookup unknown(String name) {
        String key = name.contains("@") ? name : name + "@1";
        return new Lookup.NotFound(
                "UnknownTask",
                "task '%s' is not registered; produce it to topic '%s' with key 'task:%s', then send the document again"
                        .formatted(name, topic, key));
    }

    /// Every task the topic holds under a proper name, in order, and whether it can be used.
    public synchronized List<Registration> registrations() {
        List<Registration> all = new ArrayList<>();
        for (SchemaReference reference : texts.keySet()) {
            String name = Registry.TASK_PREFIX + reference;
            all.add(
                    switch (lookup(reference.toString())) {
                        case Lookup.Found(
                                        SchemaReference known,
                                        TaskRequest request,
                                        OutputSchema schema) ->
                                new Registration.Usable(name, schema.sha256());
                        case Lookup.NotFound(String errorClass, String message) ->
                                new Registration.Refused(name, errorClass, message);
                    });
        }
        return all;
    }

    // Decided when asked for, as schemas come and go without a word to their tasks.
    private NavigableMap<SchemaReference, Lookup> versions(String id) {
        long updates = schemas.updates();
        if (decidedAfter != updates) {
            decided.clear();
            decidedAfter = updates;
        }
        return decided.computeIfAbsent(id, this::decide);
    }

    private NavigableMap<SchemaReference, Lookup> decide(String id) {
        SchemaReference lowest = new SchemaReference(id, 1);
        SchemaReference highest = new SchemaReference(id, Integer.MAX_VALUE);
        NavigableMap<SchemaReference, Lookup> versions = new TreeMap<>();
        Lookup.Found earlier = null;
        for (Map.Entry<SchemaReference, Text> each :
                texts.subMap(lowest, true, highest, true).entrySet()) {
            Lookup now = decide(each.getKey(), each.getValue(), earlier);
            versions.put(each.getKey(), now);
            earlier = now instanceof Lookup.Found found ? found : earlier;
        }
        return versions;
    }

    private Lookup decide(SchemaReference name, Text text, Lookup.Found earlier) {
        TaskRequest request;
        try {
            request = TaskRequest.parse(text.json());
        } catch (IllegalArgumentException e) {
            return refused(name, "InvalidTask", e.getMessage());
        }
        return switch (schemas.lookup(request.schema().orElseThrow())) {
            case SchemaDirectory.Lookup.NotFound(String errorClass, String message) ->
                    refused(name, errorClass, message);
            case SchemaDirectory.Lookup.Found(OutputSchema schema) -> {
                Lookup.Found found = new Lookup.Found(name, request, schema);
                yield text.forced() || earlier == null ? found : compared(found, earlier);
            }
        };
    }

    private Lookup compared(Lookup.Found now, Lookup.Found earlier) {
        Compatibility verdict =
                Compatibility.of(now.schema().json(), earlier.name(), earlier.schema().json());
        return verdict.keepsReaders()
                ? now
                : refused(
                        now.name(),
                        "IncompatibleTask",
                        verdict.explanation()
                                + "; register it under another id, or again with the header 'force'"
                                + " set to true");
    }

    private Lookup refused(SchemaReference name, String errorClass, String message) {
        return new Lookup.NotFound(
                errorClass,
                "task '%s' on topic '%s' cannot be used: %s".formatted(name, topic, message));
    }
}
