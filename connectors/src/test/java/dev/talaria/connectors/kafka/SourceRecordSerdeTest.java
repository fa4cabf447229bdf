package dev.talaria.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

// A compiled constructor does not carry the @Nullable of its record (javac 25).
@NullUnmarked
class SourceRecordSerdeTest {

    // After layout version, timestamp, partition and offset.
    private static final int TOPIC_LENGTH = 1 + 8 + 4 + 8;

    private final Serde<SourceRecord> serde = SourceRecordSerde.serde();

    @Test
    void everythingComesBack() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("x-schema", bytes("a@1"));
        headers.add("x-schema", bytes("b@1"));
        headers.add("empty", new byte[0]);
        headers.add("null", null);
        SourceRecord record =
                new SourceRecord("töpic", 3, 1L << 40, 99L, bytes("key"), bytes("value"), headers);

        SourceRecord back = read(write(record));

        assertThat(back.position()).isEqualTo("töpic-3-1099511627776");
        assertThat(back.timestamp()).isEqualTo(99);
        assertThat(back.key()).isEqualTo(bytes("key"));
        assertThat(back.value()).isEqualTo(bytes("value"));
        assertThat(back.headers()).isEqualTo(headers);
    }

    @Test
    void aNullKeyStaysNull() {
        SourceRecord record = new SourceRecord("t", 0, 0, 0, null, bytes(""), new RecordHeaders());

        assertThat(read(write(record)).key()).isNull();
        assertThat(read(write(record)).value()).isEmpty();
    }

    @Test
    void damagedBytesAreATypedErrorAtEveryLength() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("h", bytes("v"));
        byte[] whole = write(new SourceRecord("t", 0, 0, 0, bytes("k"), bytes("value"), headers));

        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(part))
                    .as("%d bytes", length)
                    .isInstanceOf(SerializationException.class);
        }
        whole[0] = 9;
        assertThatThrownBy(() -> read(whole)).hasMessageContaining("layout version 9");
    }

    @Test
    void aNameThatIsMissingIsDamage() {
        byte[] whole = write(new SourceRecord("t", 0, 0, 0, bytes("k"), null, new RecordHeaders()));
        Arrays.fill(whole, TOPIC_LENGTH, TOPIC_LENGTH + 4, (byte) 0xFF);

        assertThatThrownBy(() -> read(whole))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("a name is missing");
    }

    private byte[] write(SourceRecord record) {
        return serde.serializer().serialize("store", record);
    }

    private SourceRecord read(byte[] bytes) {
        return serde.deserializer().deserialize("store", bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
