package dev.talaria.inference.tokenizer.chat.jinja;

import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds filters and tests that are not known here before the template runs: the library takes an
/// unknown one for nothing.
final class TemplateCheck {

    private static final Pattern TAG =
            Pattern.compile("\\{#.*?#}|\\{\\{(.*?)}}|\\{%(.*?)%}", Pattern.DOTALL);
    private static final Pattern LITERAL =
            Pattern.compile("'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\"", Pattern.DOTALL);
    private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");
    private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?([A-Za-z_]\\w*)");

    private static final int LONGEST_CODE = 10_000;
    private static final int DEEPEST_BRACKETS = 50;

    private TemplateCheck() {}

    /// @throws UnsupportedChatException where the template uses another filter or test than these,
    ///   or an expression larger than any real one
    static void requireKnown(String source, Set<String> filters, Set<String> tests) {
        Matcher tags = TAG.matcher(source);
        while (tags.find()) {
            String code = tags.group(1) != null ? tags.group(1) : tags.group(2);
            if (code != null) {
                String bare = LITERAL.matcher(code).replaceAll("''");
                requireSimple(bare);
                requireKnown(FILTER.matcher(bare), filters, "filter");
                requireKnown(TEST.matcher(bare), tests, "test");
            }
        }
    }

    // The library looks ahead from every bracket, so the time grows with the square of their
    // number.
    private static void requireSimple(String code) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < code.length(); i++) {
            depth += "([{".indexOf(code.charAt(i)) >= 0 ? 1 : 0;
            depth -= ")]}".indexOf(code.charAt(i)) >= 0 ? 1 : 0;
            deepest = Math.max(deepest, depth);
        }
        if (code.length() > LONGEST_CODE || deepest > DEEPEST_BRACKETS) {
            throw new UnsupportedChatException(
                    "chat template: an expression has more than %d characters or %d brackets in one"
                                    .formatted(LONGEST_CODE, DEEPEST_BRACKETS)
                            + " another");
        }
    }

    private static void requireKnown(Matcher names, Set<String> known, String what) {
        while (names.find()) {
            if (!known.contains(names.group(1))) {
                throw new UnsupportedChatException(
                        "chat template: the %s '%s' is not known; choose a built-in format"
                                .formatted(what, names.group(1)));
            }
        }
    }
}
