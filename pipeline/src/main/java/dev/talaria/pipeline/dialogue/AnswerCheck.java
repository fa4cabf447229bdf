package dev.talaria.pipeline.dialogue;

import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.schemas.chat.ToolCall;
import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.Violation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Judges answers once more, independently of the masks that they were written under.
final class AnswerCheck {

    private AnswerCheck() {}

    /// What is wrong with an answer, by place; empty where nothing is.
    static List<String> problems(TextRequest request, TextAnswer answer) {
        List<String> problems = new ArrayList<>();
        request.schemaJson()
                .ifPresent(
                        schema -> problems.addAll(violations("response", schema, answer.text())));
        for (ToolCall call : answer.toolCalls()) {
            String place = "call of '" + call.name() + "'";
            Optional<ToolDefinition> tool =
                    request.chat().tools().stream()
                            .filter(known -> known.name().equals(call.name()))
                            .findFirst();
            if (tool.isEmpty()) {
                problems.add(place + ": there is no such tool");
            } else {
                problems.addAll(violations(place, tool.get().parameters(), call.arguments()));
            }
        }
        return problems;
    }

    private static List<String> violations(String place, String schema, String json) {
        List<Violation> violations = NetworkntValidator.of(schema).validate(json);
        return violations.stream().map(violation -> place + " " + violation).toList();
    }
}
