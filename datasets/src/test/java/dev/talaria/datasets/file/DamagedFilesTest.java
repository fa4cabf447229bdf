package dev.talaria.datasets.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordFormatException;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Rows;
import dev.talaria.datasets.record.Samples;
import dev.talaria.datasets.record.WriteOptions;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Files that are cut off or changed are refused with a place, or read as something else; nothing
/// else happens.
class DamagedFilesTest {

    private static final int ROUNDS = 100;

    @TempDir private Path folder;

    private byte[] valid(String name, Compression compression) throws IOException {
        List<Field> some =
                Samples.everything().fields().stream()
                        .filter(field -> !field.name().startsWith("sure"))
                        .toList();
        RecordType type = new RecordType(some);
        Path file = folder.resolve(name);
        WriteOptions options =
                WriteOptions.DEFAULT.withCompression(compression).withRowsPerGroup(20);
        Rows.write(RecordFiles.create(file, type, options), Samples.rows(type, 30, new Random(4)));
        return Files.readAllBytes(file);
    }

    /// Whether the bytes are read to their end.
    private boolean isRead(Path file, byte[] bytes, String what) throws IOException {
        Files.write(file, bytes);
        try (RecordSource source = RecordFiles.open(file, ReadOptions.DEFAULT);
                RecordCursor cursor = source.read()) {
            int rows = 0;
            for (Row row = cursor.next(); row != null && rows < 1_000; row = cursor.next()) {
                rows++;
            }
            return true;
        } catch (RecordFormatException e) {
            assertThat(e).hasMessageStartingWith(file + ", ");
            return false;
        } catch (IllegalArgumentException e) {
            // The first bytes.
            assertThat(e.getMessage()).containsAnyOf("format", "begin");
            return false;
        } catch (RuntimeException e) {
            return fail(what, e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.parquet, NONE",
        "a.parquet, ZSTD",
        "a.arrow, NONE",
        "a.arrow, ZSTD",
        "a.jsonl, NONE"
    })
    void aFileCutOffAnywhereIsRefused(String name, Compression compression) throws IOException {
        byte[] bytes = valid(name, compression);
        Path file = folder.resolve(name);
        boolean isText = name.endsWith("jsonl");
        for (int cut = 0; cut < bytes.length; cut += 1 + bytes.length / 80) {
            boolean read = isRead(file, Arrays.copyOf(bytes, cut), "cut at " + cut);
            boolean isWhole = isText && (cut == 0 || bytes[cut - 1] == '\n');
            assertThat(read && !isWhole).as("cut at " + cut).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.parquet, NONE",
        "a.parquet, SNAPPY",
        "a.parquet, GZIP",
        "a.parquet, ZSTD",
        "a.arrow, NONE",
        "a.arrow, ZSTD",
        "a.arrows, NONE",
        "a.jsonl, NONE",
        "a.csv, NONE"
    })
    void changedBytesAreRefusedOrReadAsSomethingElse(String name, Compression compression)
            throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] bytes = valid(name, compression);
        Path file = folder.resolve(name);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] changed = bytes.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                // The end, where the footers are, is the more interesting half.
                int place =
                        random.nextBoolean()
                                ? random.nextInt(changed.length)
                                : changed.length
                                        - 1
                                        - random.nextInt(Math.min(changed.length, 20_000));
                changed[place] =
                        switch (random.nextInt(4)) {
                            case 0 -> (byte) 0xFF;
                            case 1 -> 0;
                            case 2 -> (byte) (changed[place] ^ 1 << random.nextInt(8));
                            default -> (byte) random.nextInt();
                        };
            }
            isRead(file, changed, "seed %d, round %d".formatted(seed, i));
        }
    }
}
