package dev.talaria.pipeline.failure;

import dev.talaria.connectors.kafka.SourceRecord;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// A mapped file of slots of one size, each for a record and what is known of its part in deaths of
/// the process.
///
/// What is written is the kernel's at once: it outlives the process, whatever ends that, though not
/// the machine. A slot is empty or whole at every moment, since its first word, written last and at
/// a stroke, says which; what else may have damaged it, its checksum tells.
///
/// Layout, in the machine's byte order: a header of [#SLOT_BYTES] (magic, version and slots, 4
/// bytes each), then the slots: checksum of the rest (4 bytes), presence, deaths and deaths alone
/// (1 each, 0 for an empty slot), 1 byte of nothing; offset (8), partition (4), checksum of the
/// record's topic, key and value (4), length of the topic's name (4), 4 bytes of nothing; the last
/// [#TOPIC_BYTES] of the name.
///
/// For one thread at a time.
final class CrashFile implements AutoCloseable {

    static final int SLOTS = 1024;
    static final int SLOT_BYTES = 128;
    static final int TOPIC_BYTES = 96;
    static final int VERSION = 1;

    /// No count goes beyond.
    static final int MOST_DEATHS = 255;

    private static final int MAGIC = 0x54616c43;
    private static final int BODY = Long.BYTES;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final FileChannel channel;
    private final FileLock lock;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    /// A record, told from another that has its place after its topic was made anew.
    ///
    /// @param topic the end of its name
    /// @param content checksum of topic, key and value
    record Place(String topic, int partition, long offset, int content) {

        static Place of(SourceRecord record) {
            CRC32C content = new CRC32C();
            byte[] topic = record.topic().getBytes(StandardCharsets.UTF_8);
            content.update(topic);
            update(content, record.key());
            update(content, record.value());
            return new Place(
                    end(topic), record.partition(), record.offset(), (int) content.getValue());
        }

        private static void update(CRC32C content, byte[] bytes) {
            content.update(bytes == null ? 0 : 1);
            if (bytes != null) {
                content.update(bytes);
            }
        }

        private static String end(byte[] topic) {
            int from = Math.max(0, topic.length - TOPIC_BYTES);
            return new String(topic, from, topic.length - from, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return topic + "-" + partition + "-" + offset;
        }
    }

    /// Whether a record is with the model.
    enum Presence {
        ABSENT,
        BESIDE_OTHERS,
        ALONE
    }

    /// What a slot says.
    ///
    /// @param deaths at which the record was with the model
    /// @param deathsAlone those of them at which nothing else was
    record Entry(Place place, Presence presence, int deaths, int deathsAlone) {

        Entry with(Presence now) {
            return new Entry(place, now, deaths, deathsAlone);
        }

        /// As it is after a death of the process.
        Entry afterDeath() {
            return switch (presence) {
                case ABSENT -> this;
                case BESIDE_OTHERS -> new Entry(place, Presence.ABSENT, more(deaths), deathsAlone);
                case ALONE -> new Entry(place, Presence.ABSENT, more(deaths), more(deathsAlone));
            };
        }

        private static int more(int count) {
            return Math.min(MOST_DEATHS, count + 1);
        }
    }

    /// What is found in a slot.
    sealed interface Slot {

        record Empty() implements Slot {}

        record Taken(Entry entry) implements Slot {}

        /// Its bytes are not those that were written.
        record Damaged() implements Slot {}
    }

    private CrashFile(FileChannel channel, FileLock lock) throws IOException {
        this.channel = channel;
        this.lock = lock;
        if (!isWhole(channel)) {
            create(channel);
        }
        this.memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes(), arena);
    }

    /// Opens the file; makes it where there is none, and anew where it is none of this layout.
    ///
    /// @throws IOException where it cannot be made, as on a full disk, or another process has it
    static CrashFile open(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IOException("another process has it");
            }
            return new CrashFile(channel, lock);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException("this process has it already", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static long bytes() {
        return (long) SLOT_BYTES * (SLOTS + 1);
    }

    private static boolean isWhole(FileChannel channel) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.nativeOrder());
        return channel.size() == bytes()
                && channel.read(found, 0) == SLOT_BYTES
                && Arrays.equals(found.array(), header().array());
    }

    // All of it is written, not only made that long: a mapped page without room on the disk would
    // end the process when it is touched. The header comes last, so that half a file is none.
    private static void create(FileChannel channel) throws IOException {
        channel.truncate(0);
        write(channel, ByteBuffer.allocate(Math.toIntExact(bytes())));
        write(channel, header());
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    private static ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.nativeOrder());
        return header.putInt(MAGIC).putInt(VERSION).putInt(SLOTS).rewind();
    }

    /// What a slot holds.
    Slot read(int slot) {
        byte[] bytes = new byte[SLOT_BYTES];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at(slot), bytes, 0, SLOT_BYTES);
        ByteBuffer found = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        long word = found.getLong(0);
        if (word == 0) {
            return new Slot.Empty();
        }
        if (word != word(bytes, (int) (word >>> Integer.SIZE))) {
            return new Slot.Damaged();
        }
        return entry(found).<Slot>map(Slot.Taken::new).orElseGet(Slot.Damaged::new);
    }

    private static Optional<Entry> entry(ByteBuffer found) {
        int facts = (int) (found.getLong(0) >>> Integer.SIZE);
        int presence = (facts & 0xff) - 1;
        int nameBytes = found.getInt(BODY + 16);
        if (presence < 0
                || presence >= Presence.values().length
                || nameBytes < 0
                || nameBytes > TOPIC_BYTES) {
            return Optional.empty();
        }
        String topic =
                new String(
                        found.array(), SLOT_BYTES - TOPIC_BYTES, nameBytes, StandardCharsets.UTF_8);
        Place place =
                new Place(
                        topic,
                        found.getInt(BODY + 8),
                        found.getLong(BODY),
                        found.getInt(BODY + 12));
        return Optional.of(
                new Entry(
                        place,
                        Presence.values()[presence],
                        facts >>> 8 & 0xff,
                        facts >>> 16 & 0xff));
    }

    /// Takes an empty slot for an entry.
    void take(int slot, Entry entry) {
        byte[] bytes = bytes(entry);
        WORD.setVolatile(memory, at(slot), 0L);
        MemorySegment.copy(
                bytes, BODY, memory, ValueLayout.JAVA_BYTE, at(slot) + BODY, SLOT_BYTES - BODY);
        WORD.setVolatile(memory, at(slot), word(bytes, facts(entry)));
    }

    /// Writes another presence, or other counts, of the record that has the slot.
    void change(int slot, Entry entry) {
        WORD.setVolatile(memory, at(slot), word(bytes(entry), facts(entry)));
    }

    /// Makes a slot empty.
    void free(int slot) {
        WORD.setVolatile(memory, at(slot), 0L);
    }

    private static byte[] bytes(Entry entry) {
        Place place = entry.place();
        byte[] topic = place.topic().getBytes(StandardCharsets.UTF_8);
        int named = Math.min(TOPIC_BYTES, topic.length);
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(BODY, place.offset())
                .putInt(BODY + 8, place.partition())
                .putInt(BODY + 12, place.content())
                .putInt(BODY + 16, named)
                .put(SLOT_BYTES - TOPIC_BYTES, topic, 0, named);
        return bytes.array();
    }

    private static int facts(Entry entry) {
        return entry.presence().ordinal() + 1 | entry.deaths() << 8 | entry.deathsAlone() << 16;
    }

    private static long word(byte[] bytes, int facts) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, BODY, SLOT_BYTES - BODY);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            checksum.update(facts >>> shift);
        }
        return (long) facts << Integer.SIZE | checksum.getValue();
    }

    private static long at(int slot) {
        return (long) SLOT_BYTES * (slot + 1);
    }

    @Override
    public void close() throws IOException {
        arena.close();
        lock.release();
        channel.close();
    }
}
