package dev.talaria.inference.tokenizer.chat;

import dev.talaria.inference.tokenizer.Vocabulary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cuts text that a template wrote at the control tokens and tags of a vocabulary.
///
/// Only for a template's own words. What users and documents say stays [Piece.Text], which nobody
/// cuts. Immutable and safe for use by many threads.
public final class TemplateText {

    // Spellings, the longest first, by their first character.
    private final Map<Character, List<String>> spellings = new HashMap<>();

    public TemplateText(Vocabulary vocabulary) {
        List<String> all = new ArrayList<>();
        vocabulary.specials().forEach(all::add);
        all.sort((a, b) -> Integer.compare(b.length(), a.length()));
        for (String spelling : all) {
            if (!spelling.isEmpty()) {
                spellings.computeIfAbsent(spelling.charAt(0), _ -> new ArrayList<>()).add(spelling);
            }
        }
    }

    /// The pieces of a template's text: the leftmost special token first, the longest of those that
    /// begin at one place.
    public List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < text.length(); ) {
            String special = specialAt(text, at);
            if (special == null) {
                at++;
                continue;
            }
            if (from < at) {
                pieces.add(new Piece.Text(text.substring(from, at)));
            }
            pieces.add(new Piece.Tag(special));
            at += special.length();
            from = at;
        }
        if (from < text.length()) {
            pieces.add(new Piece.Text(text.substring(from)));
        }
        return pieces;
    }

    private String specialAt(String text, int at) {
        for (String spelling : spellings.getOrDefault(text.charAt(at), List.of())) {
            if (text.startsWith(spelling, at)) {
                return spelling;
            }
        }
        return null;
    }
}
