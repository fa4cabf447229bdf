package dev.talaria.pipeline.cli;

import dev.talaria.inference.TextAnswer;
import dev.talaria.schemas.chat.ToolCall;

import tools.jackson.core.io.JsonStringEncoder;

import java.io.PrintWriter;

/// Prints an answer as it comes, or, where it is calls of tools, each as a line of JSON at the end.
final class AnswerPrinter {

    private static final String MARK = "<tool_call>";

    private final PrintWriter out;
    private final StringBuilder held = new StringBuilder();
    private boolean isText;

    /// @param mayCall whether the answer may be calls of tools
    AnswerPrinter(PrintWriter out, boolean mayCall) {
        this.out = out;
        this.isText = !mayCall;
    }

    /// Takes the next piece of the answer.
    void print(String piece) {
        if (isText) {
            show(piece);
            return;
        }
        held.append(piece);
        String text = held.toString();
        isText = !text.startsWith(MARK) && !MARK.startsWith(text);
        if (isText) {
            show(text);
        }
    }

    private void show(String text) {
        out.print(text);
        out.flush();
    }

    /// Ends the answer.
    void end(TextAnswer answer) {
        if (!answer.toolCalls().isEmpty()) {
            answer.toolCalls().forEach(this::show);
            return;
        }
        if (!isText) {
            show(held.toString());
        }
        out.println();
    }

    private void show(ToolCall call) {
        String name = new String(JsonStringEncoder.getInstance().quoteAsCharArray(call.name()));
        out.println("{\"name\": \"" + name + "\", \"arguments\": " + call.arguments() + "}");
    }
}
