package dev.talaria.datasets.synthetic;

import dev.talaria.datasets.synthetic.Attribute.Drawn;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Writes a request of a user, tools, and the calls that answer it.
final class ToolCallWriter {

    /// @param tools and calls as JSON arrays, as `NousResearch/func-calling-eval` has them
    record Turn(String request, String tools, String calls) {}

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_TOOLS = 5;
    private static final double TWO_CALLS = 0.2;
    private static final double GIVEN = 0.5;

    private ToolCallWriter() {}

    static Turn of(Vocabulary words) {
        List<Tool> tools = new ArrayList<>(Tool.ALL);
        Collections.shuffle(tools, Random.from(words.random()));
        int calls = words.random().nextDouble() < TWO_CALLS ? 2 : 1;
        List<Tool> offered = tools.subList(0, words.random().nextInt(calls, MOST_TOOLS));
        List<String> requests = new ArrayList<>();
        ArrayNode made = JSON.arrayNode();
        for (Tool tool : offered.subList(0, calls)) {
            requests.add(call(tool, words, made.addObject()));
        }
        List<Tool> shown = new ArrayList<>(offered);
        Collections.shuffle(shown, Random.from(words.random()));
        ArrayNode list = JSON.arrayNode();
        shown.forEach(tool -> list.add(definition(tool)));
        return new Turn(String.join(" Then: ", requests), Spelling.of(list), Spelling.of(made));
    }

    private static String call(Tool tool, Vocabulary words, ObjectNode call) {
        StringBuilder request = new StringBuilder(tool.request());
        call.put("name", tool.name());
        ObjectNode arguments = call.putObject("arguments");
        String separator = ": ";
        for (Attribute parameter : tool.parameters()) {
            if (parameter.optional() && words.random().nextDouble() > GIVEN) {
                continue;
            }
            Drawn drawn = parameter.draw().apply(words);
            arguments.set(parameter.name(), drawn.value());
            request.append(separator)
                    .append(parameter.labels().getFirst())
                    .append(' ')
                    .append(drawn.spelling());
            separator = "; ";
        }
        return request.append('.').toString();
    }

    private static ObjectNode definition(Tool tool) {
        ObjectNode schema = Attribute.type("object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (Attribute parameter : tool.parameters()) {
            ObjectNode its = parameter.schema().deepCopy();
            properties.set(parameter.name(), its.put("description", parameter.labels().getFirst()));
            if (!parameter.optional()) {
                required.add(parameter.name());
            }
        }
        ObjectNode function = JSON.objectNode();
        function.put("name", tool.name()).put("description", tool.description());
        function.set("parameters", schema);
        ObjectNode definition = Attribute.type("function");
        definition.set("function", function);
        return definition;
    }
}
