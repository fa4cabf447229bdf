package dev.talaria.eval.bench;

import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.embedded.ModelBench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which model a run measured.
///
/// @param file its name, without folder
/// @param fileBytes its size; 0 where the model is a folder
/// @param name as the file calls itself
/// @param sha256 of the weights
/// @param type the weights' prevailing storage type
/// @param description architecture, parameters, kernels
/// @param bytesPerStep weights that a forward pass reads, as they lie in memory
/// @param multiplyAddsPerToken of all weight matrices
record MeasuredModel(
        String file,
        long fileBytes,
        String name,
        String sha256,
        String type,
        String description,
        long bytesPerStep,
        long multiplyAddsPerToken) {

    static MeasuredModel of(Path file, ModelBench bench) throws IOException {
        ModelDescription model = bench.model();
        return new MeasuredModel(
                file.getFileName().toString(),
                Files.isRegularFile(file) ? Files.size(file) : 0,
                model.name(),
                model.sha256(),
                model.quantization(),
                model.description(),
                bench.matrixBytes(),
                bench.multiplyAddsPerToken());
    }
}
