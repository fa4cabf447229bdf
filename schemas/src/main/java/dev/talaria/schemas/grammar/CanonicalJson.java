package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The spelling the grammar gives a value whose members are already in order: the one there is, or
/// the shortest.
public final class CanonicalJson {

    /// The most digits a number may need before or after its point.
    static final int MAX_DIGITS = 400;

    private static final String HEX = "0123456789abcdef";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean sorted;

    private final String separation;

    private CanonicalJson(boolean sorted, Spelling spelling) {
        this.sorted = sorted;
        this.separation = spelling.separation();
    }

    /// The value's bytes in the usual spelling; null where it has none, because a string holds a
    /// lone surrogate or a number needs too many digits.
    public static byte[] of(JsonNode value) {
        return of(value, Spelling.SINGLE_SPACE);
    }

    /// As [#of(JsonNode)], in another spelling.
    public static byte[] of(JsonNode value, Spelling spelling) {
        CanonicalJson json = new CanonicalJson(false, spelling);
        return json.write(value) ? json.out.toByteArray() : null;
    }

    /// A text that equal values share, in whatever order their members are; null where the value
    /// has no spelling.
    public static String identity(JsonNode value) {
        CanonicalJson json = new CanonicalJson(true, Spelling.COMPACT);
        return json.write(value) ? json.out.toString(StandardCharsets.UTF_8) : null;
    }

    /// The bytes between the quotes of a string; null where it holds a lone surrogate.
    public static byte[] characters(String text) {
        CanonicalJson json = new CanonicalJson(false, Spelling.COMPACT);
        return json.writeCharacters(text) ? json.out.toByteArray() : null;
    }

    // Deep values cannot occur: the schema they come from has been read with a depth limit.
    private boolean write(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> writeObject(value);
            case ARRAY -> writeArray(value);
            case STRING -> writeString(value.stringValue());
            case NUMBER -> writeNumber(value.decimalValue());
            case BOOLEAN, NULL -> {
                write(value.asString("null"));
                yield true;
            }
            case BINARY, POJO, MISSING ->
                    throw new IllegalArgumentException("not a JSON value: " + value.getNodeType());
        };
    }

    private void write(String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private boolean writeObject(JsonNode object) {
        boolean whole = true;
        String before = "{";
        for (Map.Entry<String, JsonNode> member : members(object)) {
            write(before);
            whole &= writeString(member.getKey());
            write(":" + separation);
            whole &= write(member.getValue());
            before = "," + separation;
        }
        write(object.isEmpty() ? "{}" : "}");
        return whole;
    }

    private Collection<Map.Entry<String, JsonNode>> members(JsonNode object) {
        if (!sorted) {
            return object.properties();
        }
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
        members.sort(Map.Entry.comparingByKey());
        return members;
    }

    private boolean writeArray(JsonNode array) {
        boolean whole = true;
        out.write('[');
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                write("," + separation);
            }
            whole &= write(array.get(i));
        }
        out.write(']');
        return whole;
    }

    private boolean writeNumber(BigDecimal number) {
        if (number.signum() == 0) {
            out.write('0');
            return true;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        long integerDigits = (long) stripped.precision() - stripped.scale();
        if (integerDigits > MAX_DIGITS || stripped.scale() > MAX_DIGITS) {
            return false;
        }
        write(stripped.toPlainString());
        return true;
    }

    private boolean writeString(String text) {
        out.write('"');
        boolean whole = writeCharacters(text);
        out.write('"');
        return whole;
    }

    private boolean writeCharacters(String text) {
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (Character.getType(codePoint) == Character.SURROGATE) {
                return false;
            }
            out.writeBytes(character(codePoint));
            i += Character.charCount(codePoint);
        }
        return true;
    }

    /// The spelling of one code point inside a string.
    static byte[] character(int codePoint) {
        String escaped =
                switch (codePoint) {
                    case '"' -> "\\\"";
                    case '\\' -> "\\\\";
                    case '\b' -> "\\b";
                    case '\f' -> "\\f";
                    case '\n' -> "\\n";
                    case '\r' -> "\\r";
                    case '\t' -> "\\t";
                    default ->
                            codePoint < 0x20
                                    ? "\\u00" + (codePoint >> 4) + HEX.charAt(codePoint & 15)
                                    : Character.toString(codePoint);
                };
        return escaped.getBytes(StandardCharsets.UTF_8);
    }
}
