package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.talaria.inference.Damage;
import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufType;
import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.kernel.VectorKernels;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.report.ModelReport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Damaged models do not only open: they load and compute, or the error is a typed one.
class HostileModelTest {

    private static final long SEED = 20_260_215L;
    private static final int MUTATIONS = 10_000;
    private static final int CONTEXT = 16;

    private static final List<GgufValue> NASTY =
            List.of(
                    GgufValue.uint32(0),
                    GgufValue.uint32(1),
                    GgufValue.uint32(3),
                    GgufValue.uint32(1 << 20),
                    GgufValue.uint32(0xFFFF_FFFFL),
                    new GgufValue.Whole(GgufType.INT32, -1),
                    new GgufValue.Whole(GgufType.INT64, Long.MIN_VALUE),
                    new GgufValue.Whole(GgufType.UINT64, Long.MAX_VALUE),
                    new GgufValue.Whole(GgufType.UINT64, -1),
                    GgufValue.float32(0),
                    GgufValue.float32(-1e30f),
                    GgufValue.float32(Float.NaN),
                    GgufValue.float32(Float.POSITIVE_INFINITY),
                    new GgufValue.Real(GgufType.FLOAT64, 1e300),
                    new GgufValue.Flag(true),
                    new GgufValue.Text(""),
                    new GgufValue.Text("\u0000\u001b[31m"),
                    GgufArray.of(new int[] {4, 2}),
                    GgufArray.of(List.of()));

    @TempDir private Path folder;

    @Test
    void damagedBytesLoadOrAreATypedError() throws IOException {
        Path file = new SmallModelFile().writeTo(folder);
        byte[] whole = Files.readAllBytes(file);
        int header = headerBytes(file);
        SplittableRandom random = new SplittableRandom(SEED);
        int loaded = 0;
        try (WorkerTeam team = new WorkerTeam(1)) {
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] damaged = whole.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    Damage.once(damaged, random.nextInt(10) == 0 ? damaged.length : header, random);
                }
                // Some file systems wait for the disk where a file is written over.
                Files.delete(file);
                Files.write(file, damaged);
                String place = "seed %d, mutation %d".formatted(SEED, i);
                loaded += loadsAndComputes(file, team, place) ? 1 : 0;
            }
        }
        assertThat(loaded).as("mutations that were harmless").isBetween(1, MUTATIONS - 1);
    }

    private static int headerBytes(Path path) throws IOException {
        try (GgufFile file = GgufFile.open(path)) {
            return Math.toIntExact(
                    file.tensors().stream().mapToLong(TensorInfo::offset).min().orElseThrow());
        }
    }

    @Test
    void everyKeyWithAnyValueLoadsOrIsATypedError() throws IOException {
        List<String> more =
                List.of(
                        "general.alignment",
                        "general.name",
                        "llama.attention.key_length",
                        "llama.attention.value_length",
                        "llama.rope.dimension_count",
                        "llama.rope.freq_base",
                        "llama.rope.scaling.type",
                        "llama.rope.scaling.factor",
                        "llama.expert_count",
                        "split.no",
                        "split.count",
                        "split.tensors.count");
        int loaded = 0;
        try (WorkerTeam team = new WorkerTeam(1)) {
            List<String> keys = new SmallModelFile().keys();
            for (String key : concat(keys, more)) {
                for (GgufValue value : NASTY) {
                    // The writer itself would stumble over another alignment.
                    if (!key.equals("general.alignment") || !(value instanceof GgufValue.Whole)) {
                        Path file = new SmallModelFile().set(key, value).writeTo(folder);
                        String place = key + " = " + value.type() + " " + value;
                        loaded += loadsAndComputes(file, team, place) ? 1 : 0;
                    }
                }
            }
        }
        assertThat(loaded).isPositive();
    }

    private static List<String> concat(List<String> first, List<String> second) {
        String[] all = Arrays.copyOf(first.toArray(String[]::new), first.size() + second.size());
        for (int i = 0; i < second.size(); i++) {
            all[first.size() + i] = second.get(i);
        }
        return List.of(all);
    }

    private static boolean loadsAndComputes(Path path, WorkerTeam team, String place)
            throws IOException {
        try (Arena arena = Arena.ofShared();
                GgufFile file = GgufFile.open(path)) {
            assertThat(ModelReport.of(file).text()).as(place).isNotBlank();
            MistralModel model = ModelLoader.load(file, new VectorKernels(), team, arena, CONTEXT);
            KvCache cache = new KvCache(model.shape(), 1 << 26);
            try (KvCache.Reservation sequence = cache.reserve(CONTEXT)) {
                Batch batch = new Batch();
                for (int position = 0; position < 3; position++) {
                    batch.addPrompt(0, position, sequence, position == 2);
                }
                model.forward(batch, new float[model.shape().vocabulary()]);
            }
            return true;
        } catch (MalformedGgufException | UnsupportedModelException e) {
            assertThat(e.getMessage()).as(place).isNotBlank();
            return false;
        } catch (RuntimeException | OutOfMemoryError e) {
            return fail(place, e);
        }
    }
}
