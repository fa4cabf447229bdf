package dev.talaria.connectors.kafka;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Records as bytes, for the store of records that wait for their answer.
///
/// Layout, numbers big-endian: a version byte (1), timestamp (8 bytes), partition (4), offset (8),
/// then length-prefixed topic, key, value; the count of headers, and each one's name and value. A
/// length is 4 bytes, -1 for null.
public final class SourceRecordSerde {

    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 1 + 8 + 4 + 8 + 4 * 4;

    private SourceRecordSerde() {}

    /// The serde; it has no state.
    public static Serde<SourceRecord> serde() {
        Serializer<SourceRecord> serializer = (topic, record) -> write(record);
        Deserializer<SourceRecord> deserializer = (topic, bytes) -> read(bytes);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    private static byte @Nullable [] write(@Nullable SourceRecord record) {
        if (record == null) {
            return null;
        }
        byte[] topic = record.topic().getBytes(StandardCharsets.UTF_8);
        List<byte @Nullable []> headers = new ArrayList<>();
        long size =
                (long) FIXED_BYTES + topic.length + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            byte[] name = header.key().getBytes(StandardCharsets.UTF_8);
            headers.add(name);
            headers.add(header.value());
            size += 8 + name.length + length(header.value());
        }
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(size));
        buffer.put(VERSION).putLong(record.timestamp());
        buffer.putInt(record.partition()).putLong(record.offset());
        put(buffer, topic);
        put(buffer, record.key());
        put(buffer, record.value());
        buffer.putInt(headers.size() / 2);
        headers.forEach(part -> put(buffer, part));
        return buffer.array();
    }

    private static @Nullable SourceRecord read(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return read(ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException e) {
            throw new SerializationException(
                    "pending record: its %d bytes end early; the store is damaged"
                            .formatted(bytes.length),
                    e);
        }
    }

    private static SourceRecord read(ByteBuffer buffer) {
        byte version = buffer.get();
        if (version != VERSION) {
            throw new SerializationException(
                    "pending record: layout version %d is not %d; finish with the program that wrote it"
                            .formatted(version, VERSION));
        }
        long timestamp = buffer.getLong();
        int partition = buffer.getInt();
        long offset = buffer.getLong();
        String topic = text(buffer);
        byte[] key = take(buffer);
        byte[] value = take(buffer);
        Headers headers = new RecordHeaders();
        for (int left = buffer.getInt(); left > 0; left--) {
            String name = text(buffer);
            headers.add(name, take(buffer));
        }
        return new SourceRecord(topic, partition, offset, timestamp, key, value, headers);
    }

    private static void put(ByteBuffer buffer, byte @Nullable [] bytes) {
        buffer.putInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            buffer.put(bytes);
        }
    }

    private static String text(ByteBuffer buffer) {
        byte[] bytes = take(buffer);
        if (bytes == null) {
            throw new SerializationException(
                    "pending record: byte %d: a name is missing; the store is damaged"
                            .formatted(buffer.position()));
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] take(ByteBuffer buffer) {
        int length = buffer.getInt();
        if (length < 0) {
            return null;
        }
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
