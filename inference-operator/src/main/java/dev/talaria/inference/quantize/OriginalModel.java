package dev.talaria.inference.quantize;

import dev.talaria.inference.gguf.GgufValue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A model to be written anew, whatever it is read from: the keys and tensors of the GGUF file it
/// would be.
///
/// Tensors must not be used after [#close].
public interface OriginalModel extends AutoCloseable {

    /// The files it is read from, for messages and for not writing onto one of them.
    List<Path> files();

    /// The keys and values of the file to be written, but for those that say how it is stored.
    Map<String, GgufValue> metadata();

    /// All tensors, in the order they are to be written.
    List<WeightTensor> tensors();

    @Override
    void close();
}
