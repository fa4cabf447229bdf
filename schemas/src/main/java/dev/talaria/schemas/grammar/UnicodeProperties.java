package dev.talaria.schemas.grammar;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/// What `\p{…}` of ECMA-262 stands for, by the tables of the JDK.
final class UnicodeProperties {

    private static final Map<String, String> CATEGORIES = categories();
    private static final Map<String, IntPredicate> BINARY = binary();
    private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

    private UnicodeProperties() {}

    /// The characters with a property; null where there is none of that name.
    ///
    /// @param name what stands between the braces
    static CodePoints named(String name) {
        CodePoints known = KNOWN.get(name);
        if (known == null) {
            known = find(name);
            if (known != null) {
                KNOWN.put(name, known);
            }
        }
        return known;
    }

    private static CodePoints find(String name) {
        int equals = name.indexOf('=');
        if (equals < 0) {
            String category = CATEGORIES.get(name);
            IntPredicate binary = BINARY.get(name);
            return category != null ? category(category) : binary == null ? null : all(binary);
        }
        String value = name.substring(equals + 1);
        return switch (name.substring(0, equals)) {
            case "gc", "General_Category" ->
                    CATEGORIES.containsKey(value) ? category(CATEGORIES.get(value)) : null;
            case "sc", "Script" -> script(value);
            default -> null;
        };
    }

    private static CodePoints all(IntPredicate predicate) {
        BitSet members = new BitSet();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            members.set(c, predicate.test(c));
        }
        return CodePoints.of(members);
    }

    private static CodePoints category(String category) {
        return switch (category) {
            case "LC" -> all(c -> "LuLlLt".contains(abbreviation(c)));
            default -> all(c -> abbreviation(c).startsWith(category));
        };
    }

    private static CodePoints script(String name) {
        try {
            // Only the names of the standard, in its spelling; the JDK would take any case.
            Character.UnicodeScript script = Character.UnicodeScript.forName(name);
            boolean wellSpelled = Character.isUpperCase(name.charAt(0)) && !name.contains(" ");
            return wellSpelled ? all(c -> Character.UnicodeScript.of(c) == script) : null;
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    private static String abbreviation(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER -> "Lu";
            case Character.LOWERCASE_LETTER -> "Ll";
            case Character.TITLECASE_LETTER -> "Lt";
            case Character.MODIFIER_LETTER -> "Lm";
            case Character.OTHER_LETTER -> "Lo";
            case Character.NON_SPACING_MARK -> "Mn";
            case Character.ENCLOSING_MARK -> "Me";
            case Character.COMBINING_SPACING_MARK -> "Mc";
            case Character.DECIMAL_DIGIT_NUMBER -> "Nd";
            case Character.LETTER_NUMBER -> "Nl";
            case Character.OTHER_NUMBER -> "No";
            case Character.SPACE_SEPARATOR -> "Zs";
            case Character.LINE_SEPARATOR -> "Zl";
            case Character.PARAGRAPH_SEPARATOR -> "Zp";
            case Character.CONTROL -> "Cc";
            case Character.FORMAT -> "Cf";
            case Character.PRIVATE_USE -> "Co";
            case Character.SURROGATE -> "Cs";
            case Character.DASH_PUNCTUATION -> "Pd";
            case Character.START_PUNCTUATION -> "Ps";
            case Character.END_PUNCTUATION -> "Pe";
            case Character.CONNECTOR_PUNCTUATION -> "Pc";
            case Character.OTHER_PUNCTUATION -> "Po";
            case Character.INITIAL_QUOTE_PUNCTUATION -> "Pi";
            case Character.FINAL_QUOTE_PUNCTUATION -> "Pf";
            case Character.MATH_SYMBOL -> "Sm";
            case Character.CURRENCY_SYMBOL -> "Sc";
            case Character.MODIFIER_SYMBOL -> "Sk";
            case Character.OTHER_SYMBOL -> "So";
            default -> "Cn";
        };
    }

    private static Map<String, String> categories() {
        String names =
                """
                C Other, Cc Control cntrl, Cf Format, Cn Unassigned, Co Private_Use, Cs Surrogate, \
                L Letter, LC Cased_Letter, Ll Lowercase_Letter, Lm Modifier_Letter, \
                Lo Other_Letter, Lt Titlecase_Letter, Lu Uppercase_Letter, \
                M Mark Combining_Mark, Mc Spacing_Mark, Me Enclosing_Mark, Mn Nonspacing_Mark, \
                N Number, Nd Decimal_Number digit, Nl Letter_Number, No Other_Number, \
                P Punctuation punct, Pc Connector_Punctuation, Pd Dash_Punctuation, \
                Pe Close_Punctuation, Pf Final_Punctuation, Pi Initial_Punctuation, \
                Po Other_Punctuation, Ps Open_Punctuation, \
                S Symbol, Sc Currency_Symbol, Sk Modifier_Symbol, Sm Math_Symbol, So Other_Symbol, \
                Z Separator, Zl Line_Separator, Zp Paragraph_Separator, Zs Space_Separator\
                """;
        Map<String, String> categories = new HashMap<>();
        for (String category : names.split(", *")) {
            String[] spellings = category.strip().split(" ");
            for (String spelling : spellings) {
                categories.put(spelling, spellings[0]);
            }
        }
        return Map.copyOf(categories);
    }

    private static Map<String, IntPredicate> binary() {
        Map<String, IntPredicate> binary = new HashMap<>();
        binary.put("Any", c -> true);
        binary.put("ASCII", c -> c < 0x80);
        binary.put("Assigned", c -> Character.getType(c) != Character.UNASSIGNED);
        add(binary, "Alphabetic", "Alpha", Character::isAlphabetic);
        add(binary, "Lowercase", "Lower", Character::isLowerCase);
        add(binary, "Uppercase", "Upper", Character::isUpperCase);
        add(binary, "Ideographic", "Ideo", Character::isIdeographic);
        add(binary, "White_Space", "space", UnicodeProperties::isWhiteSpace);
        add(binary, "ASCII_Hex_Digit", "AHex", c -> c < 0x80 && Character.digit(c, 16) >= 0);
        binary.put("Emoji", Character::isEmoji);
        add(binary, "Emoji_Presentation", "EPres", Character::isEmojiPresentation);
        add(binary, "Emoji_Modifier", "EMod", Character::isEmojiModifier);
        add(binary, "Emoji_Modifier_Base", "EBase", Character::isEmojiModifierBase);
        add(binary, "Emoji_Component", "EComp", Character::isEmojiComponent);
        add(binary, "Extended_Pictographic", "ExtPict", Character::isExtendedPictographic);
        return Map.copyOf(binary);
    }

    private static void add(
            Map<String, IntPredicate> binary, String name, String shortName, IntPredicate is) {
        binary.put(name, is);
        binary.put(shortName, is);
    }

    private static boolean isWhiteSpace(int c) {
        return Character.isSpaceChar(c) || c >= '\t' && c <= '\r' || c == 0x85;
    }

    /// What Java takes a name for, where it is none of the standard's; null where it is not.
    static CodePoints namedInJava(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "alpha" -> ascii(Character::isLetter);
            case "lower" -> ascii(Character::isLowerCase);
            case "upper" -> ascii(Character::isUpperCase);
            case "space" -> ascii(c -> c == ' ' || c >= '\t' && c <= '\r');
            default -> null;
        };
    }

    private static CodePoints ascii(IntPredicate is) {
        return all(c -> c < 0x80 && is.test(c));
    }
}
