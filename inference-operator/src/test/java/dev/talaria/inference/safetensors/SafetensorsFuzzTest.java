package dev.talaria.inference.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Any bytes at all as the files of a Hugging Face folder: they are read, or refused with a
/// [MalformedFolderException] that names a place within them.
///
/// In an ordinary build the seeds run, those under `src/test/resources` in
/// `SafetensorsFuzzTestInputs`; how to fuzz for new ones is in `CONTRIBUTING.md`.
class SafetensorsFuzzTest {

    private static final Path FILE = Path.of("fuzzed");

    @FuzzTest
    void anyBytesAreReadOrATypedError(byte[] bytes) {
        read(bytes);
    }

    /// Reads the bytes as a safetensors file, as a folder's JSON and as a list of shards.
    static void read(byte[] bytes) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        requireReadOrRefused(bytes, () -> readTensors(segment));
        requireReadOrRefused(
                bytes, () -> JsonFields.read(FILE, segment).integers("eos_token_id", 0, 9));
        requireReadOrRefused(bytes, () -> ShardIndex.read(FILE, segment));
    }

    private static void readTensors(MemorySegment segment) {
        for (SafetensorsTensor tensor : SafetensorsHeader.read(FILE, segment).tensors()) {
            assertThat(segment.asSlice(tensor.offset(), tensor.byteSize()).byteSize() * 8)
                    .as(tensor.toString())
                    .isEqualTo(tensor.elements() * tensor.type().bits());
        }
    }

    private static void requireReadOrRefused(byte[] bytes, Runnable reading) {
        try {
            reading.run();
        } catch (MalformedFolderException e) {
            assertThat(e.offset()).as(e.getMessage()).isBetween(0L, (long) bytes.length);
        }
    }
}
