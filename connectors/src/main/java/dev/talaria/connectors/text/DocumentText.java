package dev.talaria.connectors.text;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The text of documents of any format, within bounds.
///
/// Whatever the bytes are like, the answer comes within the time limit and is the text or an
/// [UnreadableDocumentException]. Nothing is fetched, no script or macro is run, no image is read.
/// Immutable, for any number of threads.
public final class DocumentText {

    /// What one document may cost.
    ///
    /// @param sourceBytes of the document as it comes
    /// @param expandedBytes of what is compressed inside: a Word document, one stream of a PDF
    /// @param textChars of its text
    /// @param time to take the text out
    public record Limits(int sourceBytes, long expandedBytes, int textChars, Duration time) {

        /// 64 MiB, 256 MiB, 16 million characters, 30 seconds.
        public static final Limits DEFAULT =
                new Limits(64 << 20, 256L << 20, 16_000_000, Duration.ofSeconds(30));

        public Limits {
            requireNonNull(time, "time");
            if (sourceBytes < 1 || expandedBytes < 1 || textChars < 1 || !time.isPositive()) {
                throw new IllegalArgumentException(
                        "limits %d, %d, %d, %s are not all positive"
                                .formatted(sourceBytes, expandedBytes, textChars, time));
            }
        }

        /// The same with another time.
        public Limits withTime(Duration limit) {
            return new Limits(sourceBytes, expandedBytes, textChars, limit);
        }
    }

    private final Limits limits;

    public DocumentText(Limits limits) {
        this.limits = requireNonNull(limits, "limits");
    }

    /// The document's text.
    ///
    /// @param place how messages call the document
    public String of(DocumentFormat format, byte[] source, String place)
            throws UnreadableDocumentException {
        if (source.length > limits.sourceBytes()) {
            throw new UnreadableDocumentException(
                    "DocumentTooLarge",
                    "%s: %d bytes, more than %d; split the document"
                            .formatted(place, source.length, limits.sourceBytes()));
        }
        String text =
                switch (format) {
                    case PLAIN -> utf8(source, place);
                    case HTML -> html(utf8(source, place), place);
                    case PDF ->
                            BoundedTime.call(
                                    () -> TikaText.pdf(source, limits, place),
                                    limits.time(),
                                    place);
                    case DOCX ->
                            BoundedTime.call(
                                    () -> TikaText.docx(source, limits, place),
                                    limits.time(),
                                    place);
                };
        if (text.isBlank()) {
            throw new UnreadableDocumentException("NoText", place + ": " + noText(format));
        }
        return text;
    }

    private String html(String page, String place) throws UnreadableDocumentException {
        return BoundedTime.call(() -> HtmlText.of(page), limits.time(), place);
    }

    private static String noText(DocumentFormat format) {
        return switch (format) {
            case PLAIN, HTML, DOCX -> "it has no text; send one with content";
            case PDF ->
                    "its pages have no text, as those of a scan; have it recognized (OCR) first";
        };
    }

    private static String utf8(byte[] source, String place) throws UnreadableDocumentException {
        ByteBuffer bytes = ByteBuffer.wrap(source);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UnreadableDocumentException(
                    "MalformedText",
                    "%s: byte %d is not UTF-8; encode it as UTF-8"
                            .formatted(place, bytes.position()),
                    e);
        }
    }
}
