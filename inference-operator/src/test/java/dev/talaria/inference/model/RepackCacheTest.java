package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.gguf.GgmlType;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A start with weights that an earlier one repacked is a start like any other, only sooner.
@Timeout(120)
class RepackCacheTest {

    private static final int[] TOKENS = IntStream.range(0, 20).map(i -> i * 31 % 70).toArray();

    @TempDir private Path folder;

    private Path cache;
    private Path model;
    private float[][] expected;

    @BeforeEach
    void writeTheModel() throws IOException {
        cache = folder.resolve("deep/cache");
        model = new SmallModelFile().writeTo(folder);
        try (TestModel loaded = TestModel.load(model, "vector", 128)) {
            expected = loaded.logits(TOKENS, List.of(TOKENS.length));
        }
    }

    private float[][] logits(Path path, String kernels) throws IOException {
        LoadOptions options = new LoadOptions(Optional.of(cache), (bytes, ofBytes) -> {});
        try (TestModel loaded = TestModel.load(path, kernels, 128, options)) {
            return loaded.logits(TOKENS, List.of(TOKENS.length));
        }
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }

    /// The file of a first start.
    private Path keptOnce() throws IOException {
        assertThat(logits(model, "vector")).isDeepEqualTo(expected);
        assertThat(kept()).hasSize(1);
        return kept().getFirst();
    }

    private void assertLoadsAndRepairs(Path file, byte[] whole, String place) throws IOException {
        assertThat(logits(model, "vector")).as(place).isDeepEqualTo(expected);
        assertThat(Files.readAllBytes(file)).as(place).isEqualTo(whole);
    }

    @Test
    void theSecondStartMapsTheFileAndHasTheSameLogits() throws IOException {
        Path file = keptOnce();
        FileTime written = FileTime.from(Instant.EPOCH);
        Files.setLastModifiedTime(file, written);
        assertThat(logits(model, "vector")).isDeepEqualTo(expected);
        assertThat(kept()).containsExactly(file);
        assertThat(Files.getLastModifiedTime(file)).as("not written again").isEqualTo(written);
    }

    @Test
    void theMappedWeightsAreThoseOfTheFile() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path changed =
                new SmallModelFile()
                        .copy("blk.0.attn_q.weight", "blk.1.attn_q.weight")
                        .writeTo(other);
        float[][] differing = logits(changed, "vector");
        assertThat(differing).isNotEqualTo(expected);
        assertThat(logits(model, "vector")).isDeepEqualTo(expected);
        assertThat(kept()).as("a file for each model").hasSize(2);
        assertThat(logits(changed, "vector")).isDeepEqualTo(differing);
    }

    @Test
    void aFolderAndATiedModelAreKeptToo() throws IOException {
        Path tied =
                new SmallModelFile()
                        .without("output.weight")
                        .writeTo(Files.createDirectory(folder.resolve("tied")));
        Path hub = Files.createDirectory(folder.resolve("hub"));
        new SmallModelFolder().writeTo(hub);
        for (Path path : List.of(tied, hub)) {
            float[][] first = logits(path, "vector");
            assertThat(logits(path, "vector")).isDeepEqualTo(first);
        }
        assertThat(kept()).hasSize(2);
    }

    @Test
    void everyStorageTypeComesBackAsItWas() throws IOException {
        for (String type : LogitsFixture.TYPES) {
            LogitsFixture fixture = new LogitsFixture(type);
            float[][] first = logits(fixture.file(), "vector");
            assertThat(logits(fixture.file(), "vector")).as(type).isDeepEqualTo(first);
        }
        assertThat(kept()).hasSameSizeAs(LogitsFixture.TYPES);
    }

    @Test
    void aModelThatChangedUnderItsNameIsRepackedAnewInPlace() throws IOException {
        Path file = keptOnce();
        FileTime time = Files.getLastModifiedTime(model);
        Path changed =
                new SmallModelFile()
                        .copy("blk.0.attn_q.weight", "blk.1.attn_q.weight")
                        .writeTo(folder);
        Files.setLastModifiedTime(changed, time);
        float[][] differing = logits(changed, "vector");
        assertThat(differing).isNotEqualTo(expected);
        assertThat(logits(changed, "scalar")[0][0]).isCloseTo(differing[0][0], within());
        assertThat(kept()).containsExactly(file);
    }

    private static Offset<Float> within() {
        return Offset.offset(1e-3f);
    }

    @Test
    void aModelOfOtherTypesUnderTheSameNameIsRepackedAnew() throws IOException {
        keptOnce();
        new SmallModelFile()
                .zeros("blk.1.ffn_up.weight", GgmlType.F16, List.of(48L, 80L))
                .writeTo(folder);
        float[][] differing = logits(model, "vector");
        assertThat(differing).isNotEqualTo(expected);
        assertThat(logits(model, "vector")).isDeepEqualTo(differing);
        assertThat(kept()).hasSize(1);
    }

    @Test
    void everyTruncationIsNoticedAndRepaired() throws IOException {
        Path file = keptOnce();
        byte[] whole = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(1);
        IntStream lengths =
                IntStream.concat(
                        IntStream.of(0, 1, 7, 8, 11, 12, 43, 44, 75, 76, 80, whole.length - 1),
                        random.ints(20, 0, whole.length));
        for (int length : lengths.toArray()) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertLoadsAndRepairs(file, whole, "cut to " + length + " bytes, seed 1");
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        assertLoadsAndRepairs(file, whole, "one byte longer");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoReasonNotToStart() throws IOException {
        Files.createDirectories(cache.getParent());
        Files.writeString(cache, "a file where the folder should be");
        assertThat(logits(model, "vector")).isDeepEqualTo(expected);
        assertThat(Files.readString(cache)).startsWith("a file");
    }

    @Test
    void somethingElseUnderTheNameIsNoReasonNotToStart() throws IOException {
        Path file = keptOnce();
        Files.delete(file);
        Files.createDirectory(file);
        Files.writeString(file.resolve("occupied"), "");
        assertThat(logits(model, "vector")).isDeepEqualTo(expected);
        assertThat(kept()).as("nothing unfinished stays").containsExactly(file);
    }

    @Test
    void scalarKernelsKeepNothing() throws IOException {
        logits(model, "scalar");
        assertThat(cache).doesNotExist();
    }

    @Test
    void whatAKilledProcessLeftIsRemovedAndWhatARunningOneWritesIsNot() throws IOException {
        Path file = keptOnce();
        Files.delete(file);
        Path abandoned = file.resolveSibling("." + file.getFileName() + ".1.unfinished");
        Path running = file.resolveSibling("." + file.getFileName() + ".2.unfinished");
        Path foreign = file.resolveSibling(".other.3.unfinished");
        for (Path each : List.of(abandoned, running, foreign)) {
            Files.writeString(each, "half");
        }
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.EPOCH));
        Files.setLastModifiedTime(foreign, FileTime.from(Instant.EPOCH));
        logits(model, "vector");
        assertThat(kept()).containsExactlyInAnyOrder(file, running, foreign);
    }

    @Test
    void startsAtTheSameTimeAllSucceed() throws Exception {
        try (ExecutorService starts = Executors.newFixedThreadPool(6)) {
            List<Future<float[][]>> found = new ArrayList<>();
            for (int start = 0; start < 24; start++) {
                found.add(starts.submit(() -> logits(model, "vector")));
            }
            for (Future<float[][]> each : found) {
                assertThat(each.get()).isDeepEqualTo(expected);
            }
        }
        assertThat(kept()).hasSize(1);
    }

    @Test
    void progressRisesToTheTotalWithAndWithoutAFile() throws IOException {
        for (Optional<Path> place :
                List.of(Optional.<Path>empty(), Optional.of(cache), Optional.of(cache))) {
            List<Long> heard = new ArrayList<>();
            List<Long> totals = new ArrayList<>();
            LoadOptions options =
                    new LoadOptions(
                            place,
                            (bytes, ofBytes) -> {
                                heard.add(bytes);
                                totals.add(ofBytes);
                            });
            try (TestModel loaded = TestModel.load(model, "vector", 128, options)) {
                long total = loaded.model().matrixBytes() + 48 * 70 * 4;
                assertThat(heard).isSorted().doesNotHaveDuplicates().hasSize(16);
                assertThat(heard.getLast()).isEqualTo(total);
                assertThat(totals).containsOnly(total);
            }
        }
    }
}
