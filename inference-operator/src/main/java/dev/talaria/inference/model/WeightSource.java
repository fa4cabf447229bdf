package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tokenizer.Tokenizer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A stored model, open: its shape and weights, whatever they are stored in.
///
/// Keys, names and layouts are those of a GGUF file of architecture `llama`: `blk.0.attn_q.weight`,
/// and rows of queries and keys in the order in which neighbours turn together. So a loader, and a
/// program that writes GGUF files, need not know where weights came from. Shared by all threads
/// until [#close].
public sealed interface WeightSource extends AutoCloseable permits GgufSource, FolderSource {

    /// Opens a GGUF file or a Hugging Face folder; no weights are read.
    ///
    /// @throws MalformedModelException where it is damaged
    /// @throws UnsupportedModelException where it is a folder or a file of another kind
    static WeightSource open(Path path) throws IOException {
        return Files.isDirectory(path) ? FolderSource.open(path) : GgufSource.open(path);
    }

    /// The file or folder as it was named when opened.
    Path path();

    /// The files that make the model what it is, in a fixed order.
    List<Path> files();

    /// The model's shape.
    ///
    /// @throws MalformedModelException where keys are missing or make no sense
    /// @throws UnsupportedModelException where such a model cannot be computed
    ModelConfiguration shape();

    /// Keys and values as a GGUF file has them. Those of a folder describe the model and not its
    /// tokenizer.
    ///
    /// @throws MalformedModelException where a folder's keys are missing or make no sense
    /// @throws UnsupportedModelException where GGUF cannot express what a folder asks for
    Map<String, GgufValue> metadata();

    /// The names of all tensors that the model uses, in the order in which they are stored.
    List<String> tensorNames();

    /// What a tensor is; empty where the model has none of that name. No weights are read.
    ///
    /// @throws UnsupportedModelException as [#tensor]
    Optional<TensorShape> tensorShape(String name);

    /// A tensor; empty where the model has none of that name.
    ///
    /// @param scratch where the data lie if they had to be rearranged; otherwise they are a view of
    ///   the file. May be used by several threads
    /// @throws UnsupportedModelException where its type cannot be computed with, or it is no vector
    ///   or matrix
    Optional<Tensor> tensor(String name, Arena scratch);

    /// A complaint about a tensor, with its place.
    MalformedModelException failure(String tensor, String finding);

    /// The tokens that end generation, besides those the tokenizer knows of.
    Set<Integer> endTokens();

    /// The model's tokenizer, independent of this source.
    ///
    /// @throws MalformedModelException where its parts do not fit together
    /// @throws UnsupportedModelException where it is of a kind that is not implemented
    Tokenizer tokenizer() throws IOException;

    @Override
    void close();
}
