package dev.talaria.pipeline.demo;

import dev.talaria.pipeline.app.Samples;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers with a small value that satisfies a flat schema; turns away what is far too long.
public final class SmallestValue {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int LONGEST = 5000;

    private SmallestValue() {}

    public static Extraction answer(Document document, ExtractionTask task) {
        if (document.text().length() > LONGEST) {
            return Samples.rejected(document, task, RejectionStage.REQUEST, "");
        }
        String json = value(JSON.readTree(task.schema().json())).toString();
        return new Extraction.Extracted(document.id(), json, Samples.provenance(task));
    }

    private static JsonNode value(JsonNode schema) {
        if (schema.has("enum")) {
            return schema.get("enum").get(0);
        }
        return switch (schema.get("type").asString()) {
            case "object" -> {
                ObjectNode object = NODES.objectNode();
                schema.get("properties")
                        .properties()
                        .forEach(field -> object.set(field.getKey(), value(field.getValue())));
                yield object;
            }
            case "array" -> NODES.arrayNode().add(value(schema.get("items")));
            case "string" -> NODES.stringNode("x");
            case "boolean" -> NODES.booleanNode(true);
            default -> NODES.numberNode(1);
        };
    }
}
