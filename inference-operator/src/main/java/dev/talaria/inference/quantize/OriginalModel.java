package dev.talaria.inference.quantize;

import dev.talaria.inference.gguf.GgufValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A model to be written anew, whatever it is read from: the keys and tensors of the GGUF file it
/// would be.
///
/// Tensors must not be used after [#close].
public sealed interface OriginalModel extends AutoCloseable permits OriginalGguf, OriginalFolder {

    /// Opens a GGUF file, split or not, or a Hugging Face folder.
    ///
    /// @throws IOException where it cannot be read
    /// @throws dev.talaria.inference.gguf.MalformedModelException where it is damaged
    /// @throws dev.talaria.inference.gguf.UnsupportedModelException where it holds what cannot be
    ///   read, or what a GGUF file cannot express
    static OriginalModel open(Path path) throws IOException {
        return Files.isDirectory(path) ? OriginalFolder.open(path) : OriginalGguf.open(path);
    }

    /// The files it is read from, for messages and for not writing onto one of them.
    List<Path> files();

    /// The keys and values of the file to be written, but for those that say how it is stored.
    Map<String, GgufValue> metadata();

    /// What the file to be written will do otherwise than this model does, in one line each.
    List<String> notes();

    /// All tensors, in the order they are to be written.
    List<WeightTensor> tensors();

    @Override
    void close();
}
