package dev.talaria.inference.safetensors;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// A fuzzer's way into the parsers of Hugging Face folders: every input is read, or refused with a
/// [MalformedFolderException]; anything else that is thrown is a finding.
public final class SafetensorsFuzzTarget {

    private static final Path FILE = Path.of("fuzzed");

    private SafetensorsFuzzTarget() {}

    /// Reads the bytes as a safetensors file and as a folder's JSON.
    public static void fuzzerTestOneInput(byte[] bytes) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        try {
            for (SafetensorsTensor tensor : SafetensorsHeader.read(FILE, segment).tensors()) {
                if (segment.asSlice(tensor.offset(), tensor.byteSize()).byteSize() * 8
                        != tensor.elements() * tensor.type().bits()) {
                    throw new IllegalStateException(tensor + " is not of its own size");
                }
            }
        } catch (MalformedFolderException e) {
            requirePlace(e, bytes);
        }
        try {
            JsonFields.read(FILE, segment).text("architectures");
        } catch (MalformedFolderException e) {
            requirePlace(e, bytes);
        }
        try {
            ShardIndex.read(FILE, segment);
        } catch (MalformedFolderException e) {
            requirePlace(e, bytes);
        }
    }

    private static void requirePlace(MalformedFolderException e, byte[] bytes) {
        if (e.offset() < 0 || e.offset() > bytes.length) {
            throw new IllegalStateException("no place within the file: " + e.getMessage(), e);
        }
    }
}
