package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.connectors.kafka.SourceRecordSerde;
import dev.talaria.pipeline.dialogue.Conversation.Call;
import dev.talaria.schemas.chat.ToolCall;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Conversations as bytes, for their store.
///
/// Layout, numbers big-endian: a version byte (1), deadline (8 bytes), answers (4), prompt and
/// completion tokens (8 each), latency in nanoseconds (8), the request as [SourceRecordSerde] has
/// it; the count of rounds, and of each the count of calls; of a call id, name, arguments and,
/// behind a byte 1, its result, or a byte 0. Counts and lengths are 4 bytes.
public final class ConversationSerde {

    private static final byte VERSION = 1;
    private static final Serde<SourceRecord> RECORDS = SourceRecordSerde.serde();

    private ConversationSerde() {}

    /// The serde of the store; it has no state.
    public static Serde<Conversation> serde() {
        return Serdes.serdeFrom(
                (topic, conversation) -> conversation == null ? null : write(conversation),
                (topic, bytes) -> bytes == null ? null : read(bytes));
    }

    static byte[] write(Conversation conversation) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(conversation.deadlineMillis());
            Spent spent = conversation.spent();
            out.writeInt(spent.answers());
            out.writeLong(spent.promptTokens());
            out.writeLong(spent.completionTokens());
            out.writeLong(spent.latency().toNanos());
            write(out, RECORDS.serializer().serialize(null, conversation.request()));
            out.writeInt(conversation.rounds().size());
            for (List<Call> round : conversation.rounds()) {
                out.writeInt(round.size());
                for (Call call : round) {
                    write(out, call);
                }
            }
        } catch (IOException e) {
            throw new SerializationException("conversation: memory cannot be written to", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Call call) throws IOException {
        write(out, call.id().getBytes(StandardCharsets.UTF_8));
        write(out, call.call().name().getBytes(StandardCharsets.UTF_8));
        write(out, call.call().arguments().getBytes(StandardCharsets.UTF_8));
        out.writeBoolean(call.content().isPresent());
        if (call.content().isPresent()) {
            write(out, call.content().get().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static Conversation read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new SerializationException(
                        "conversation: layout version %d is not %d; finish with the program that wrote it"
                                .formatted(version, VERSION));
            }
            long deadline = in.readLong();
            Spent spent =
                    new Spent(
                            in.readInt(),
                            in.readLong(),
                            in.readLong(),
                            Duration.ofNanos(in.readLong()));
            SourceRecord request = RECORDS.deserializer().deserialize(null, take(in));
            List<List<Call>> rounds = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                rounds.add(round(in));
            }
            return new Conversation(request, deadline, rounds, spent);
        } catch (IOException e) {
            throw new SerializationException(
                    "conversation: its %d bytes end early; the store is damaged"
                            .formatted(bytes.length),
                    e);
        }
    }

    private static List<Call> round(DataInputStream in) throws IOException {
        List<Call> round = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String id = text(in);
            ToolCall call = new ToolCall(text(in), text(in));
            round.add(
                    new Call(
                            id, call, in.readBoolean() ? Optional.of(text(in)) : Optional.empty()));
        }
        return round;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(take(in), StandardCharsets.UTF_8);
    }

    private static byte[] take(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the bytes end early");
        }
        return bytes;
    }
}
