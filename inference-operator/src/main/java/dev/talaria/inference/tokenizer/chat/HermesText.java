package dev.talaria.inference.tokenizer.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a Hermes template writes itself: its tags are tokens where the vocabulary has them.
final class HermesText {

    private static final Pattern TAG =
            Pattern.compile("</?(?:tools|tool_call|tool_response|schema)>");

    private HermesText() {}

    /// Adds a template's own words to a prompt. Never call it with a text from outside.
    static void add(List<Piece> prompt, String words) {
        Matcher tags = TAG.matcher(words);
        int from = 0;
        while (tags.find()) {
            if (from < tags.start()) {
                prompt.add(new Piece.Text(words.substring(from, tags.start())));
            }
            prompt.add(new Piece.Tag(tags.group()));
            from = tags.end();
        }
        if (from < words.length()) {
            prompt.add(new Piece.Text(words.substring(from)));
        }
    }

    static List<Piece> pieces(String words) {
        List<Piece> pieces = new ArrayList<>();
        add(pieces, words);
        return pieces;
    }
}
