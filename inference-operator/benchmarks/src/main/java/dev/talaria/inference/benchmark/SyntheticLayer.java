package dev.talaria.inference.benchmark;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.synthetic.ModelShape;
import dev.talaria.inference.synthetic.SyntheticModel;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// One layer of a 7B model with random weights, in a temporary file.
final class SyntheticLayer implements AutoCloseable {

    private static final long SEED = 1;
    private static final ModelShape ONE_LAYER =
            new ModelShape("one-layer", 1, 4096, 14_336, 32, 8, 4096, 512, 10_000f, 1e-5f);

    private final Path path;
    private final GgufFile file;

    /// @param type of the matrices
    /// @throws IOException where there is no room for it
    SyntheticLayer(TensorType type) throws IOException {
        this.path = Files.createTempFile("talaria-layer", ".gguf");
        try {
            SyntheticModel.write(path, ONE_LAYER, type, SEED, (_, _) -> {});
            this.file = GgufFile.open(path);
        } catch (IOException | RuntimeException | Error e) {
            Files.delete(path);
            throw e;
        }
    }

    /// The matrix; valid until this is closed.
    Tensor tensor(MatrixShape shape) {
        return file.tensor(shape.tensorName()).orElseThrow();
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.delete(path);
    }
}
