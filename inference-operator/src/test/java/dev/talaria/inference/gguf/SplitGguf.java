package dev.talaria.inference.gguf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts a model file into the files of a split one, as `llama-gguf-split` does.
public final class SplitGguf {

    private SplitGguf() {}

    /// Writes so many files beside each other, the tensors dealt out in turn; the first file has
    /// the metadata. Returns the files in order.
    public static List<Path> write(Path whole, Path folder, String name, int count)
            throws IOException {
        List<Path> files = new ArrayList<>();
        try (GgufFile file = GgufFile.open(whole)) {
            for (int number = 0; number < count; number++) {
                GgufWriter writer = new GgufWriter();
                if (number == 0) {
                    for (String key : file.metadata().keys()) {
                        writer.set(key, file.metadata().value(key).orElseThrow());
                    }
                }
                keys(writer, number, count, file.tensors().size());
                for (int i = number; i < file.tensors().size(); i += count) {
                    tensor(writer, file, file.tensors().get(i));
                }
                Path part = folder.resolve(partName(name, number, count));
                writer.write(part);
                files.add(part);
            }
        }
        return files;
    }

    /// The name of a file, by its number from 0.
    public static String partName(String name, int number, int count) {
        return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", name, number + 1, count);
    }

    static GgufWriter keys(GgufWriter writer, int number, int count, int tensors) {
        return writer.set("split.no", new GgufValue.Whole(GgufType.UINT16, number))
                .set("split.count", new GgufValue.Whole(GgufType.UINT16, count))
                .set("split.tensors.count", new GgufValue.Whole(GgufType.INT32, tensors));
    }

    private static void tensor(GgufWriter writer, GgufFile file, TensorInfo info) {
        MemorySegment data = file.tensor(info.name()).orElseThrow().data();
        writer.tensor(
                info.name(),
                GgmlType.ofId(info.typeId()).orElseThrow(),
                info.dimensions(),
                out -> out.write(data.toArray(ValueLayout.JAVA_BYTE)));
    }
}
