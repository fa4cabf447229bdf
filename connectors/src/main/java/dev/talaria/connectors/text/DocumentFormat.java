package dev.talaria.connectors.text;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A kind of document whose text can be taken out.
public enum DocumentFormat {
    PLAIN("txt", "text"),
    HTML("html", "htm", "xhtml"),
    PDF("pdf"),
    DOCX("docx");

    // Readers of PDF files accept some bytes before the first of the format.
    private static final int PDF_SEARCHED = 1024;
    private static final byte[] PDF_MAGIC = {'%', 'P', 'D', 'F', '-'};
    private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
    private static final byte[] OLE_MAGIC = {
        (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
    };
    private static final int MARKUP_SEARCHED = 512;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is.
    private final List<String> endings;

    DocumentFormat(String... endings) {
        this.endings = List.of(endings);
    }

    /// The endings of all formats' names, as messages list them: `.txt, .text, …`.
    public static String allEndings() {
        return Arrays.stream(values())
                .flatMap(format -> format.endings.stream())
                .collect(Collectors.joining(", .", ".", ""));
    }

    /// The format that a file's name says, null where it says none.
    public static @Nullable DocumentFormat ofName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (DocumentFormat format : values()) {
            for (String ending : format.endings) {
                if (lower.endsWith("." + ending)) {
                    return format;
                }
            }
        }
        return null;
    }

    /// The format of bytes: binary ones by their first bytes, whatever was said of them; texts by
    /// what was said, otherwise by whether they begin as pages do.
    ///
    /// @param said what a name or a header says, null where nothing does
    public static DocumentFormat of(byte[] source, @Nullable DocumentFormat said) {
        if (isPdf(source)) {
            return PDF;
        }
        if (begins(source, ZIP_MAGIC) || begins(source, OLE_MAGIC)) {
            return DOCX;
        }
        if (said != null) {
            return said;
        }
        return isMarkup(source) ? HTML : PLAIN;
    }

    /// Whether it is text as it stands, in UTF-8.
    public boolean isText() {
        return switch (this) {
            case PLAIN, HTML -> true;
            case PDF, DOCX -> false;
        };
    }

    /// Whether the bytes are those of Word before 2007, or of an encrypted document of any version.
    static boolean isCompoundFile(byte[] source) {
        return begins(source, OLE_MAGIC);
    }

    private static boolean isPdf(byte[] source) {
        int end = Math.min(PDF_SEARCHED, source.length) - PDF_MAGIC.length;
        for (int i = 0; i <= end; i++) {
            if (Arrays.equals(source, i, i + PDF_MAGIC.length, PDF_MAGIC, 0, PDF_MAGIC.length)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMarkup(byte[] source) {
        int end = Math.min(MARKUP_SEARCHED, source.length);
        String first =
                new String(source, 0, end, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT)
                        .strip();
        return first.startsWith("<!doctype html") || first.contains("<html");
    }

    private static boolean begins(byte[] source, byte[] magic) {
        return source.length >= magic.length
                && Arrays.equals(source, 0, magic.length, magic, 0, magic.length);
    }
}
