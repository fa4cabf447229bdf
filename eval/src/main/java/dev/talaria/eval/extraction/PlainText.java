package dev.talaria.eval.extraction;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// The normal form of a text: NFKC, without invisible characters, typographic quotation marks and
/// dashes made plain, white space a single space, lower case, without punctuation at its end.
final class PlainText {

    private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}+");
    private static final Pattern SINGLE_QUOTES = Pattern.compile("[‘’‚‛′`´]");
    private static final Pattern DOUBLE_QUOTES = Pattern.compile("[“”„‟″«»]");
    private static final Pattern DASHES = Pattern.compile("[‐‑‒–—―−]");
    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
    private static final Pattern END = Pattern.compile("[.,;:!?。、，．…\\s]+$");

    private PlainText() {}

    static String of(String text) {
        String plain = cased(text);
        String ended = END.matcher(plain).replaceFirst("");
        // A text of nothing but punctuation is itself.
        return ended.isEmpty() ? plain : ended;
    }

    /// The same with its end.
    static String cased(String text) {
        // By way of upper case: ß and SS, ς and Σ are the same.
        return spaced(text).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace('ς', 'σ');
    }

    /// The same with its case and its end.
    static String spaced(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC);
        plain = INVISIBLE.matcher(plain).replaceAll("");
        plain = SINGLE_QUOTES.matcher(plain).replaceAll("'");
        plain = DOUBLE_QUOTES.matcher(plain).replaceAll("\"");
        plain = DASHES.matcher(plain).replaceAll("-");
        return SPACE.matcher(plain).replaceAll(" ").strip();
    }
}
