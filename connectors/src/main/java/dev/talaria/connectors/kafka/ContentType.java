package dev.talaria.connectors.kafka;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kinds of value a document record may have.
enum ContentType {
    PLAIN("text/plain"),
    HTML("text/html"),
    PDF("application/pdf"),
    DOCX("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ENVELOPE("application/vnd.talaria+json");

    /// Every supported type, for messages.
    static final String SUPPORTED =
            "text/plain, text/html, application/pdf,"
                    + " application/vnd.openxmlformats-officedocument.wordprocessingml.document,"
                    + " application/vnd.talaria+json";

    private static final Pattern CHARSET =
            Pattern.compile("\\bcharset\\s*=\\s*\"?([^\\s\";]*)", Pattern.CASE_INSENSITIVE);

    private final String mediaType;

    ContentType(String mediaType) {
        this.mediaType = mediaType;
    }

    /// Reads a media type; parameters other than `charset` mean nothing here.
    static ContentType parse(String place, String text) throws UnreadableRecordException {
        int semicolon = text.indexOf(';');
        String name = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
        Matcher charset = CHARSET.matcher(semicolon < 0 ? "" : text.substring(semicolon));
        if (charset.find() && !isUtf8(charset.group(1))) {
            throw new UnreadableRecordException(
                    "UnsupportedCharset",
                    place
                            + ": charset '"
                            + charset.group(1)
                            + "' is not supported; encode the value as UTF-8");
        }
        for (ContentType type : values()) {
            if (type.mediaType.equalsIgnoreCase(name)) {
                return type;
            }
        }
        throw new UnreadableRecordException(
                "UnsupportedContentType",
                place + ": '" + name + "' is not supported; send one of " + SUPPORTED);
    }

    // ASCII is a part of UTF-8.
    private static boolean isUtf8(String charset) {
        return switch (charset.toLowerCase(Locale.ROOT)) {
            case "utf-8", "utf8", "us-ascii", "ascii" -> true;
            default -> false;
        };
    }
}
