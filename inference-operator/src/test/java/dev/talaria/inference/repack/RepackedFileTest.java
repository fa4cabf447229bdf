package dev.talaria.inference.repack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.talaria.inference.kernel.WeightMemory;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/// A file is taken only where every byte that counts is what was written.
class RepackedFileTest {

    private static final byte[] ORDER = filled(1);
    private static final byte[] IDENTITY = filled(2);

    // More than one piece; less than one.
    private static final TensorShape LARGE = shape("large", 1024, 1200);
    private static final TensorShape SMALL = shape("sm\u00E4ll", 3, 5);

    @TempDir private Path folder;

    private final WorkerTeam team = new WorkerTeam(2);
    private final Arena arena = Arena.ofShared();
    private RepackedFile file;
    private MemorySegment large;
    private MemorySegment small;

    @BeforeEach
    void write() throws IOException {
        file = file(ORDER, IDENTITY, List.of(LARGE, SMALL));
        large = random(LARGE.bytes());
        small = random(SMALL.bytes());
        file.write(List.of(large, small), team);
    }

    @AfterEach
    void close() {
        team.close();
        arena.close();
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[Sha256.BYTES];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static TensorShape shape(String name, int columns, int rows) {
        return new TensorShape(name, TensorType.F32, columns, rows);
    }

    private RepackedFile file(byte[] order, byte[] identity, List<TensorShape> shapes) {
        RepackedHeader header = new RepackedHeader(order, identity, shapes, TensorShape::bytes);
        return new RepackedFile(folder.resolve("model.panels"), header);
    }

    private MemorySegment random(long bytes) {
        byte[] values = new byte[Math.toIntExact(bytes)];
        new SplittableRandom(bytes).nextBytes(values);
        MemorySegment memory = arena.allocate(bytes, 64);
        memory.copyFrom(MemorySegment.ofArray(values));
        return memory;
    }

    private List<MemorySegment> read(RepackedFile wanted) throws IOException {
        return wanted.read(WeightMemory.of(0, 0, arena), team, bytes -> {});
    }

    private void assertNotTaken(RepackedFile wanted, String finding) {
        assertThatThrownBy(() -> read(wanted))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageContaining(finding);
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        List<MemorySegment> read = read(file);
        List<RepackedHeader.Entry> entries = file.header().entries();
        assertThat(read).hasSize(2);
        assertThat(read.get(0).mismatch(large)).isEqualTo(-1);
        assertThat(read.get(1).mismatch(small)).isEqualTo(-1);
        assertThat(read).allMatch(matrix -> matrix.maxByteAlignment() >= 64);
        assertThat(entries).allMatch(entry -> entry.offset() % 4096 == 0);
        assertThat(entries.getFirst().pieces()).isEqualTo(2);
    }

    @Test
    void anotherOrderModelOrTableIsNamed() {
        assertNotTaken(file(filled(9), IDENTITY, List.of(LARGE, SMALL)), "another order");
        assertNotTaken(file(ORDER, filled(9), List.of(LARGE, SMALL)), "files have changed");
        TensorShape renamed = shape("Large", 1024, 1200);
        assertNotTaken(file(ORDER, IDENTITY, List.of(renamed, SMALL)), "table");
        TensorShape turned = shape("large", 1200, 1024);
        assertNotTaken(file(ORDER, IDENTITY, List.of(turned, SMALL)), "table");
        TensorShape halves = new TensorShape("large", TensorType.F16, 2048, 1200);
        assertNotTaken(file(ORDER, IDENTITY, List.of(halves, SMALL)), "table");
        assertNotTaken(file(ORDER, IDENTITY, List.of(LARGE)), "bytes instead of");
    }

    @Test
    void aFileThatIsNotThereIsSaidSo() throws IOException {
        Files.delete(file.path());
        assertThatThrownBy(() -> read(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void everyFlippedBitOfTheHeaderIsNoticed() throws IOException {
        byte[] header = Arrays.copyOf(Files.readAllBytes(file.path()), file.header().bytes());
        assertThat(file.header().checksums(header)).hasSize(3);
        for (int bit = 0; bit < 8 * header.length; bit++) {
            byte[] damaged = header.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> file.header().checksums(damaged))
                    .as("bit %d", bit)
                    .isInstanceOf(UnusableFileException.class);
        }
    }

    @Test
    void everyTruncationOfTheHeaderIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(file.path());
        for (int length = 0; length <= file.header().bytes(); length++) {
            Files.write(file.path(), Arrays.copyOf(whole, length));
            assertNotTaken(file, "it has " + length + " bytes instead of " + whole.length);
        }
    }

    @Test
    void aFlippedBitOfTheWeightsIsNoticedAndItsMatrixNamed() throws IOException {
        byte[] whole = Files.readAllBytes(file.path());
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (RepackedHeader.Entry entry : file.header().entries()) {
            for (int trial = 0; trial < 8; trial++) {
                int at = Math.toIntExact(entry.offset() + random.nextLong(entry.bytes()));
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file.path(), damaged);
                assertThatThrownBy(() -> read(file))
                        .as("seed %d, byte %d", seed, at)
                        .isInstanceOf(UnusableFileException.class)
                        .hasMessage("'%s' is damaged", entry.shape().name());
            }
        }
    }

    @Test
    void whatWasReadSurvivesItsFilesReplacement() throws IOException {
        List<MemorySegment> read = read(file);
        file.write(List.of(random(LARGE.bytes()), random(SMALL.bytes())), team);
        Files.delete(file.path());
        assertThat(read.getFirst().mismatch(large)).isEqualTo(-1);
    }

    @Test
    void whatIsUsedWhereTheFileLiesIsCheckedAsWhatIsCopied() throws IOException {
        byte[] whole = Files.readAllBytes(file.path());
        int[] checksums = file.header().checksums(Arrays.copyOf(whole, file.header().bytes()));
        MemorySegment mapped = arena.allocate(whole.length, 4096);
        mapped.copyFrom(MemorySegment.ofArray(whole));
        List<MemorySegment> matrices = file.check(mapped, checksums, team, bytes -> {});
        assertThat(matrices.get(0).mismatch(large)).isEqualTo(-1);
        assertThat(matrices.get(1).mismatch(small)).isEqualTo(-1);
        for (RepackedHeader.Entry entry : file.header().entries()) {
            mapped.copyFrom(MemorySegment.ofArray(whole));
            long at = entry.offset() + entry.bytes() - 1;
            mapped.set(JAVA_BYTE, at, (byte) (mapped.get(JAVA_BYTE, at) ^ 1));
            assertThatThrownBy(() -> file.check(mapped, checksums, team, bytes -> {}))
                    .isInstanceOf(UnusableFileException.class)
                    .hasMessage("'%s' is damaged", entry.shape().name());
        }
    }

    @Test
    void progressIsToldOfEveryByte() throws IOException {
        AtomicLong bytes = new AtomicLong();
        file.read(WeightMemory.of(0, 0, arena), team, bytes::addAndGet);
        assertThat(bytes).hasValue(LARGE.bytes() + SMALL.bytes());
    }
}
