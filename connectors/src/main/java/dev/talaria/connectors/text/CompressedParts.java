package dev.talaria.connectors.text;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// How large documents are once what is compressed in them is not: a small file may hold more than
/// the memory does, and the parsers ask for it before they look.
final class CompressedParts {

    private static final byte[] STREAM = "stream".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_STREAM = "endstream".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK = 1 << 16;

    private final long limit;
    private final String place;
    private final byte[] block = new byte[BLOCK];
    private long expanded;

    CompressedParts(long limit, String place) {
        this.limit = limit;
        this.place = place;
    }

    /// Reads a ZIP archive through; whether it has an entry of that name.
    ///
    /// @throws IOException where it is damaged
    boolean zipHas(byte[] source, String entryName)
            throws IOException, UnreadableDocumentException {
        boolean has = false;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(source))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                has |= entry.getName().equals(entryName);
                for (int n = zip.read(block); n >= 0; n = zip.read(block)) {
                    count(n);
                }
            }
        }
        return has;
    }

    /// Expands what looks like a deflated stream of a PDF file, each within the limit: they are
    /// read one at a time, and the pictures among them not at all. What does not expand is left to
    /// the parser.
    void pdf(byte[] source) throws UnreadableDocumentException {
        Inflater inflater = new Inflater();
        try {
            int at = indexOf(source, STREAM, 0);
            while (at >= 0) {
                int begin = at + STREAM.length;
                if (!isEnd(source, at)) {
                    inflater.reset();
                    expanded = 0;
                    inflate(inflater, source, afterLineEnd(source, begin));
                }
                at = indexOf(source, STREAM, begin);
            }
        } finally {
            inflater.end();
        }
    }

    private void inflate(Inflater inflater, byte[] source, int begin)
            throws UnreadableDocumentException {
        inflater.setInput(source, begin, source.length - begin);
        try {
            while (!inflater.finished()) {
                int n = inflater.inflate(block);
                if (n == 0) {
                    return;
                }
                count(n);
            }
        } catch (DataFormatException _) {
            // Not deflated, or damaged: no bomb in either case.
        }
    }

    private void count(int bytes) throws UnreadableDocumentException {
        expanded += bytes;
        if (expanded > limit) {
            throw new UnreadableDocumentException(
                    "DocumentTooLarge",
                    "%s: it holds more than %d bytes once expanded; split the document"
                            .formatted(place, limit));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new UnreadableDocumentException(
                    "ExtractionTimeout", place + ": reading was given up; split the document");
        }
    }

    private static boolean isEnd(byte[] source, int at) {
        int begin = at - (END_STREAM.length - STREAM.length);
        return begin >= 0 && matches(source, END_STREAM, begin);
    }

    private static int afterLineEnd(byte[] source, int begin) {
        int at = begin;
        if (at < source.length && source[at] == '\r') {
            at++;
        }
        if (at < source.length && source[at] == '\n') {
            at++;
        }
        return at;
    }

    private static int indexOf(byte[] source, byte[] wanted, int from) {
        for (int i = from; i <= source.length - wanted.length; i++) {
            if (source[i] == wanted[0] && matches(source, wanted, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] source, byte[] wanted, int at) {
        for (int i = 0; i < wanted.length; i++) {
            if (source[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
