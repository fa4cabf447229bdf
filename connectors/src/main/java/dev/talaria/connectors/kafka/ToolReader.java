package dev.talaria.connectors.kafka;

import dev.talaria.schemas.chat.ToolDefinition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads the tools of a request: each with `name`, `description` and `parameters` (a JSON Schema of
/// its arguments), alone or as OpenAI wraps them, `{"type": "function", "function": {…}}`.
final class ToolReader {

    private static final Set<String> FUNCTION =
            Set.of("name", "description", "parameters", "strict");
    private static final Set<String> ALONE = Set.of("name", "description", "parameters");
    private static final String NO_PARAMETERS = "{\"type\": \"object\", \"properties\": {}}";

    private ToolReader() {}

    /// The tools of the field `tools`; none where there is no such field.
    static List<ToolDefinition> tools(JsonFields fields) throws UnreadableRecordException {
        List<ToolDefinition> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonFields entry : fields.objects("tools")) {
            JsonFields tool = definition(entry);
            String name = tool.requiredString("name");
            if (name.isBlank()) {
                throw tool.invalid("name", "it is blank", "give the tool a name");
            }
            if (!names.add(name)) {
                throw tool.invalid("name", "another tool has it, too", "rename one");
            }
            tools.add(
                    new ToolDefinition(
                            name, tool.string("description").orElse(""), parameters(tool)));
        }
        return tools;
    }

    private static JsonFields definition(JsonFields entry) throws UnreadableRecordException {
        if (!entry.has("function")) {
            entry.requireOnly(ALONE);
            return entry;
        }
        entry.requireOnly(Set.of("type", "function"));
        if (!entry.requiredString("type").equals("function")) {
            throw entry.invalid("type", "only functions can be called", "send function");
        }
        JsonFields function = entry.object("function");
        function.requireOnly(FUNCTION);
        return function;
    }

    private static String parameters(JsonFields tool) throws UnreadableRecordException {
        return tool.has("parameters") ? tool.object("parameters").text() : NO_PARAMETERS;
    }
}
