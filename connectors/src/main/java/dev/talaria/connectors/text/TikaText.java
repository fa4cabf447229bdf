package dev.talaria.connectors.text;

import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.apache.tika.sax.BodyContentHandler;
import org.apache.tika.sax.ToXMLContentHandler;
import org.apache.tika.sax.WriteOutContentHandler;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;

/// Text out of binary formats, by Apache Tika. Its parsers are named, never looked for, so nothing
/// of it is loaded before the first such document.
final class TikaText {

    private static final String WORD_PART = "word/document.xml";

    private TikaText() {}

    /// The pages' lines, those at one height joined: what stands in a row of a table stays in one.
    static String pdf(byte[] source, DocumentText.Limits limits, String place)
            throws UnreadableDocumentException, IOException {
        new CompressedParts(limits.expandedBytes(), place).pdf(source);
        PDFParserConfig config = new PDFParserConfig();
        config.setSortByPosition(true);
        config.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
        config.setExtractInlineImages(false);
        config.setExtractActions(false);
        config.setExtractBookmarksText(false);
        ParseContext context = context();
        context.set(PDFParserConfig.class, config);
        StringWriter text = new StringWriter();
        parse(
                new PDFParser(),
                new BodyContentHandler(new WriteOutContentHandler(text, limits.textChars())),
                context,
                source,
                place);
        return text.toString().strip();
    }

    /// The document as a page of HTML, read as such: tables and lists look like those of HTML.
    static String docx(byte[] source, DocumentText.Limits limits, String place)
            throws UnreadableDocumentException, IOException {
        if (DocumentFormat.isCompoundFile(source)) {
            throw new UnreadableDocumentException(
                    "EncryptedDocument",
                    place
                            + ": it is encrypted, or of Word before 2007; save it as .docx without"
                            + " a password");
        }
        if (!new CompressedParts(limits.expandedBytes(), place).zipHas(source, WORD_PART)) {
            throw new UnreadableDocumentException(
                    "DamagedDocument",
                    "%s: the archive has no %s, so it is no Word document; send .docx, PDF, HTML or text"
                            .formatted(place, WORD_PART));
        }
        OfficeParserConfig config = new OfficeParserConfig();
        config.setUseSAXDocxExtractor(true);
        config.setExtractMacros(false);
        config.setIncludeDeletedContent(false);
        ParseContext context = context();
        context.set(OfficeParserConfig.class, config);
        ToXMLContentHandler page = new ToXMLContentHandler();
        parse(
                new OOXMLParser(),
                new WriteOutContentHandler(page, limits.textChars()),
                context,
                source,
                place);
        return HtmlText.of(page.toString());
    }

    private static ParseContext context() {
        ParseContext context = new ParseContext();
        context.set(EmbeddedDocumentExtractor.class, new NothingEmbedded());
        return context;
    }

    private static void parse(
            Parser parser,
            ContentHandler handler,
            ParseContext context,
            byte[] source,
            String place)
            throws UnreadableDocumentException, IOException {
        try {
            parser.parse(new ByteArrayInputStream(source), handler, new Metadata(), context);
        } catch (EncryptedDocumentException e) {
            throw new UnreadableDocumentException(
                    "EncryptedDocument",
                    place + ": it is encrypted; save it without a password",
                    e);
        } catch (SAXException | TikaException e) {
            if (WriteLimitReachedException.isWriteLimitReached(e)) {
                throw new UnreadableDocumentException(
                        "DocumentTooLarge",
                        place + ": its text is longer than a document's may be; split it",
                        e);
            }
            throw new IOException(e.getCause() == null ? e : e.getCause());
        }
    }

    /// Attachments and pictures are not the document.
    private static final class NothingEmbedded implements EmbeddedDocumentExtractor {

        @Override
        public boolean shouldParseEmbedded(Metadata metadata) {
            return false;
        }

        @Override
        public void parseEmbedded(
                InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml) {
            throw new IllegalStateException("not to be parsed");
        }
    }
}
