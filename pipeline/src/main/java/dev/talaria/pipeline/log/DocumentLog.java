package dev.talaria.pipeline.log;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.processor.TrafficListener;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

import java.nio.charset.StandardCharsets;

/// A line for every document: rejected ones at INFO, the others at DEBUG, with id, position and
/// schema.
///
/// What a document says is in it only where that was asked for; nor are the reasons of rejections,
/// which may quote it: they are in the headers of the rejected record.
public final class DocumentLog implements TrafficListener {

    private static final Logger LOG = LoggerFactory.getLogger(DocumentLog.class);
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_TEXT = 10_000;

    private final boolean showsDocuments;

    /// @param showsDocuments whether texts, answers and reasons are written, too
    public DocumentLog(boolean showsDocuments) {
        this.showsDocuments = showsDocuments;
    }

    @Override
    public void answered(SourceRecord source, Extraction extraction) {
        switch (extraction) {
            case Extraction.Extracted extracted -> {
                if (LOG.isDebugEnabled()) {
                    extracted(source, extracted);
                }
            }
            case Extraction.Rejected rejected -> {
                if (LOG.isInfoEnabled()) {
                    rejected(source, rejected);
                }
            }
        }
    }

    private void extracted(SourceRecord source, Extraction.Extracted extracted) {
        LoggingEventBuilder line = about(LOG.atDebug(), source, extracted);
        if (showsDocuments) {
            line = line.addKeyValue("json", cut(extracted.json(), LONGEST_TEXT));
        }
        line.log("document extracted");
    }

    private void rejected(SourceRecord source, Extraction.Rejected rejected) {
        LoggingEventBuilder line =
                about(LOG.atInfo(), source, rejected)
                        .addKeyValue("stage", rejected.stage())
                        .addKeyValue("error", rejected.errorClass());
        if (showsDocuments) {
            line = line.addKeyValue("reason", cut(rejected.message(), LONGEST_TEXT));
        }
        line.log("document rejected");
    }

    private LoggingEventBuilder about(
            LoggingEventBuilder line, SourceRecord source, Extraction extraction) {
        Provenance from = extraction.provenance();
        LoggingEventBuilder about =
                line.addKeyValue("document", id(extraction))
                        .addKeyValue("position", source.position())
                        .addKeyValue(
                                "schema",
                                from.schema()
                                        .map(schema -> schema.reference().toString())
                                        .orElse("none"))
                        .addKeyValue("attempts", from.attempts())
                        .addKeyValue("milliseconds", from.latency().toMillis());
        return showsDocuments
                ? about.addKeyValue("text", cut(text(source.value()), LONGEST_TEXT))
                : about;
    }

    private static String text(byte @Nullable [] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    // Ids are whatever somebody made record keys of: none may make up lines or members of its own.
    private static String id(Extraction extraction) {
        return cut(extraction.documentId(), LONGEST_ID).replace('"', '?');
    }

    private static String cut(String text, int most) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(most)
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .forEach(line::appendCodePoint);
        return line.toString();
    }
}
