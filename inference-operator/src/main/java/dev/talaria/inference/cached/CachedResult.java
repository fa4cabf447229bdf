package dev.talaria.inference.cached;

import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.CRC32C;

/// An answer without what belongs to one document: as it is written to a file.
///
/// A file is a magic number, a checksum of all that follows, the key, and the fields.
///
/// @param extracted whether there is a value
/// @param text the value, or where there is none, the message
/// @param errorClass empty where there is a value
/// @param rawOutput the last text, where there is no value
/// @param provenance of the computation; the schema is left out
record CachedResult(
        boolean extracted,
        String text,
        String errorClass,
        String stage,
        Optional<String> rawOutput,
        Provenance provenance) {

    private static final int MAGIC = 0x54524331;
    private static final int HEADER_BYTES = 2 * Integer.BYTES;
    private static final int MAX_TEXT_BYTES = 64 << 20;

    /// An answer that another request of the same key would have too; empty where that is not sure,
    /// since time, or trouble, had a part in it.
    static Optional<CachedResult> of(Extraction answer) {
        return switch (answer) {
            case Extracted(String id, String json, Provenance provenance) ->
                    Optional.of(new CachedResult(true, json, "", "", Optional.empty(), provenance));
            case Rejected rejected when isRepeatable(rejected) ->
                    Optional.of(
                            new CachedResult(
                                    false,
                                    rejected.message(),
                                    rejected.errorClass(),
                                    rejected.stage().name(),
                                    rejected.rawOutput(),
                                    rejected.provenance()));
            case Rejected rejected -> Optional.empty();
        };
    }

    private static boolean isRepeatable(Rejected rejected) {
        return switch (rejected.stage()) {
            case VALIDATION -> true;
            case LENGTH -> rejected.provenance().finish() == FinishReason.TOKEN_LIMIT;
            case REQUEST, ENGINE -> false;
        };
    }

    /// The answer for a document and a task of the same key.
    Extraction answer(Document document, ExtractionTask task) {
        Provenance own = provenance.of(task.schema()).fromCache(provenance.latency());
        return extracted
                ? new Extracted(document.id(), text, own)
                : new Rejected(
                        document.id(),
                        RejectionStage.valueOf(stage),
                        errorClass,
                        text,
                        rawOutput,
                        own);
    }

    byte[] bytes(ResultKey key) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(content)) {
            out.write(new byte[HEADER_BYTES]);
            write(out, key.sha256());
            out.writeBoolean(extracted);
            write(out, text);
            write(out, errorClass);
            write(out, stage);
            out.writeBoolean(rawOutput.isPresent());
            write(out, rawOutput.orElse(""));
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory", e);
        }
        byte[] bytes = content.toByteArray();
        ByteBuffer.wrap(bytes).putInt(MAGIC).putInt(checksum(bytes));
        return bytes;
    }

    private void write(DataOutputStream out) throws IOException {
        write(out, provenance.model());
        write(out, provenance.modelSha256());
        write(out, provenance.quantization());
        write(out, provenance.promptVersion());
        out.writeLong(provenance.seed());
        out.writeInt(provenance.attempts());
        write(out, provenance.finish().name());
        out.writeInt(provenance.promptTokens());
        out.writeInt(provenance.completionTokens());
        out.writeInt(provenance.cachedTokens());
        out.writeLong(provenance.latency().toNanos());
        write(out, provenance.operatorVersion());
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /// Reads what [#bytes] wrote.
    ///
    /// @throws CorruptResultException where the bytes are others
    static CachedResult read(byte[] bytes, ResultKey key) throws CorruptResultException {
        if (bytes.length < HEADER_BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
            throw new CorruptResultException(
                    "%d bytes that do not begin as a result does".formatted(bytes.length));
        }
        if (ByteBuffer.wrap(bytes).getInt(Integer.BYTES) != checksum(bytes)) {
            throw new CorruptResultException("its checksum does not match");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.skipNBytes(HEADER_BYTES);
            if (!text(in).equals(key.sha256())) {
                throw new CorruptResultException("it holds the result of another key");
            }
            boolean extracted = in.readBoolean();
            String text = text(in);
            String errorClass = text(in);
            String stage = text(in);
            boolean raw = in.readBoolean();
            String rawOutput = text(in);
            return new CachedResult(
                    extracted,
                    text,
                    errorClass,
                    stage,
                    raw ? Optional.of(rawOutput) : Optional.empty(),
                    provenance(in));
        } catch (IOException | IllegalArgumentException e) {
            throw new CorruptResultException("its fields cannot be read: " + e.getMessage());
        }
    }

    private static Provenance provenance(DataInputStream in) throws IOException {
        return new Provenance(
                Optional.empty(),
                text(in),
                text(in),
                text(in),
                text(in),
                in.readLong(),
                in.readInt(),
                FinishReason.valueOf(text(in)),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                Duration.ofNanos(in.readLong()),
                text(in));
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_TEXT_BYTES) {
            throw new IOException("a text of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("a text ends early");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
        return (int) checksum.getValue();
    }
}
