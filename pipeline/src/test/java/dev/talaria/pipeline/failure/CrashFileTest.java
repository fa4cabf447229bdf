package dev.talaria.pipeline.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.failure.CrashFile.Entry;
import dev.talaria.pipeline.failure.CrashFile.Place;
import dev.talaria.pipeline.failure.CrashFile.Presence;
import dev.talaria.pipeline.failure.CrashFile.Slot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// The slots of records that the model has, as bytes on a disk.
class CrashFileTest {

    private static final Entry FIRST =
            new Entry(new Place("talaria.documents", 3, 1L << 40, -7), Presence.ALONE, 255, 2);

    @TempDir private Path folder;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private Path file() {
        return folder.resolve("talaria.crashes");
    }

    private Entry entry() {
        String topic = "t".repeat(1 + random.nextInt(CrashFile.TOPIC_BYTES));
        Place place = new Place(topic, random.nextInt(), random.nextLong(), random.nextInt());
        Presence presence = Presence.values()[random.nextInt(Presence.values().length)];
        return new Entry(place, presence, random.nextInt(256), random.nextInt(256));
    }

    @Test
    void whatIsWrittenIsReadByTheNextToOpenIt() throws IOException {
        Entry[] entries = new Entry[CrashFile.SLOTS];
        try (CrashFile file = CrashFile.open(file())) {
            for (int i = 0; i < entries.length; i++) {
                entries[i] = entry();
                file.take(i, entry());
                file.take(i, entries[i]);
                if (random.nextBoolean()) {
                    entries[i] = new Entry(entries[i].place(), Presence.ALONE, 4, 3);
                    file.change(i, entries[i]);
                }
            }
            file.free(11);
        }
        try (CrashFile file = CrashFile.open(file())) {
            for (int i = 0; i < entries.length; i++) {
                Slot expected = i == 11 ? new Slot.Empty() : new Slot.Taken(entries[i]);
                assertThat(file.read(i)).as("seed %d, slot %d", seed, i).isEqualTo(expected);
            }
        }
    }

    @Test
    void aSlotWithAnyBitChangedIsNoEntry() throws IOException {
        try (CrashFile file = CrashFile.open(file())) {
            file.take(0, FIRST);
        }
        byte[] whole = Files.readAllBytes(file());
        for (int bit = 0; bit < CrashFile.SLOT_BYTES * 8; bit++) {
            byte[] changed = whole.clone();
            changed[CrashFile.SLOT_BYTES + bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), changed);
            try (CrashFile file = CrashFile.open(file())) {
                assertThat(file.read(0)).as("bit %d", bit).isEqualTo(new Slot.Damaged());
            }
        }
    }

    @Test
    void aSlotThatHoldsHalfOfOneEntryAndHalfOfAnotherIsNone() throws IOException {
        Entry second = new Entry(new Place("requests", 1, 2, 3), Presence.BESIDE_OTHERS, 1, 0);
        byte[] first;
        try (CrashFile file = CrashFile.open(file())) {
            file.take(0, FIRST);
        }
        first = Files.readAllBytes(file());
        try (CrashFile file = CrashFile.open(file())) {
            file.take(0, second);
        }
        byte[] other = Files.readAllBytes(file());
        for (int from = 8; from < CrashFile.SLOT_BYTES; from += 8) {
            byte[] torn = first.clone();
            int at = CrashFile.SLOT_BYTES + from;
            System.arraycopy(other, at, torn, at, CrashFile.SLOT_BYTES - from);
            Files.write(file(), torn);
            try (CrashFile file = CrashFile.open(file())) {
                Slot found = file.read(0);
                boolean isWhole = found.equals(new Slot.Taken(FIRST));
                assertThat(isWhole || found.equals(new Slot.Damaged()))
                        .as("from %d", from)
                        .isTrue();
            }
        }
    }

    @Test
    void anythingButAFileOfThisLayoutIsMadeAnew() throws IOException {
        try (CrashFile file = CrashFile.open(file())) {
            file.take(0, FIRST);
        }
        byte[] whole = Files.readAllBytes(file());
        byte[] otherVersion = whole.clone();
        otherVersion[4]++;
        byte[] noise = whole.clone();
        random.nextBytes(noise);
        byte[] shorter = Arrays.copyOf(whole, whole.length - 1);
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        for (byte[] bytes : new byte[][] {otherVersion, noise, shorter, longer, new byte[0]}) {
            Files.write(file(), bytes);
            try (CrashFile file = CrashFile.open(file())) {
                for (int i = 0; i < CrashFile.SLOTS; i++) {
                    assertThat(file.read(i)).as("seed %d", seed).isEqualTo(new Slot.Empty());
                }
            }
            assertThat(file()).hasSize(whole.length);
        }
    }

    @Test
    void aProcessKilledWhileItWritesLeavesNoSlotDamaged() throws Exception {
        for (int kill = 0; kill < 4; kill++) {
            Process writer = start();
            assertThat(writer.inputReader().readLine()).isEqualTo("writing");
            TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
            writer.destroyForcibly().waitFor();
            int taken = 0;
            try (CrashFile file = CrashFile.open(file())) {
                for (int i = 0; i < CrashFile.SLOTS; i++) {
                    Slot slot = file.read(i);
                    assertThat(slot).as("seed %d", seed).isNotInstanceOf(Slot.Damaged.class);
                    taken += slot instanceof Slot.Taken ? 1 : 0;
                }
            }
            assertThat(taken).isPositive();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        file().toString(),
                        Long.toString(random.nextLong()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// Writes without end.
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            CrashFileTest entries = new CrashFileTest();
            CrashFile file = CrashFile.open(Path.of(arguments[0]));
            Random random = new Random(Long.parseLong(arguments[1]));
            for (int i = 0; i < CrashFile.SLOTS; i++) {
                file.take(i, entries.entry());
            }
            System.out.println("writing");
            while (true) {
                int slot = random.nextInt(CrashFile.SLOTS);
                Entry entry = entries.entry();
                file.take(slot, entry);
                file.change(slot, entry.with(Presence.ALONE));
                if (random.nextInt(10) == 0) {
                    file.free(slot);
                }
            }
        }
    }
}
