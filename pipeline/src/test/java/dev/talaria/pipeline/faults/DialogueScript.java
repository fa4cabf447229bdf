package dev.talaria.pipeline.faults;

import dev.talaria.inference.TextRequest;
import dev.talaria.schemas.chat.ChatMessage;

import java.util.ArrayList;
import java.util.List;

/// Requests for text and conversations with tools of every fate, told by their number, and a model
/// that answers each as its kind says: the same today and tomorrow.
final class DialogueScript {

    private static final int KINDS = 10;

    // Answers come late and in no steady rhythm.
    private static final int MOST_MILLIS = 40;

    private DialogueScript() {}

    /// A request for text: every third has its text passed on while it is written, some cannot be
    /// read, and on some the model fails.
    static String request(int number) {
        return switch (number % KINDS) {
            case 4 -> "{\"prompt\": ";
            case 7 -> "{\"prompt\": \"poison %d\"}".formatted(number);
            default ->
                    "{\"prompt\": \"number %d\", \"stream\": %b}"
                            .formatted(number, number % 3 == 0);
        };
    }

    /// Whether partial text comes before the answer.
    static boolean isStreamed(int number) {
        return number % 3 == 0 && number % KINDS != 4 && number % KINDS != 7;
    }

    /// A conversation: of no, one or two rounds of one or two calls each; some cannot be read.
    static String conversation(int number) {
        if (number % KINDS == 4) {
            return "{\"prompt\": \"without tools\"}";
        }
        return """
        {"prompt": "%d rounds of %d, %d", "tools": [{"name": "answer", "parameters": {"type": "object",
         "properties": {"of": {"type": "integer"}}}}]}
        """
                .formatted(number % 3, 1 + number % 2, number);
    }

    /// What the tool makes of a call; on some it fails.
    static String result(String callId) {
        return Math.floorMod(callId.hashCode(), 5) == 0
                ? "{\"call_id\": \"%s\", \"error\": \"no answer to %s\"}".formatted(callId, callId)
                : "{\"call_id\": \"%s\", \"result\": \"the answer to %s\"}"
                        .formatted(callId, callId);
    }

    /// The model.
    static List<String> says(TextRequest request) {
        await(request);
        if (request.prompt().startsWith("poison")) {
            throw new IllegalStateException("poisoned");
        }
        if (request.chat().tools().isEmpty()) {
            return List.of("you", " said ", request.prompt(), ", and", " so", " it is");
        }
        String question = question(request);
        List<ChatMessage> turns = request.chat().earlier();
        int rounds = (int) turns.stream().filter(ChatMessage.Assistant.class::isInstance).count();
        return rounds < Character.digit(question.charAt(0), 10)
                ? calls(Character.digit(question.charAt("0 rounds of ".length()), 10), rounds)
                : List.of("in the end ", String.join(" and ", results(turns)), " of " + question);
    }

    private static List<String> calls(int count, int round) {
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(
                    "<tool_call>\n{\"arguments\": {\"of\": %d}, \"name\": \"answer\"}\n</tool_call>\n"
                            .formatted(10 * round + i));
        }
        return calls;
    }

    // The prompt is empty once the last turn is a tool's.
    private static String question(TextRequest request) {
        return request.chat().earlier().stream()
                .filter(ChatMessage.User.class::isInstance)
                .map(turn -> ((ChatMessage.User) turn).text())
                .findFirst()
                .orElse(request.prompt());
    }

    private static List<String> results(List<ChatMessage> turns) {
        return turns.stream()
                .filter(ChatMessage.ToolResponse.class::isInstance)
                .map(turn -> ((ChatMessage.ToolResponse) turn).content().replace("\"", ""))
                .toList();
    }

    private static void await(TextRequest request) {
        try {
            Thread.sleep(Math.floorMod(request.hashCode(), MOST_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
