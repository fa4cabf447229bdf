package dev.talaria.inference.report;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.model.FolderSource;
import dev.talaria.inference.model.GgufSource;
import dev.talaria.inference.model.WeightSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What a model file or folder holds, and every reason why this program cannot run it.
///
/// @param file as it was named when opened
/// @param fileBytes of all files with weights
/// @param format such as `GGUF version 3`
/// @param architecture as the file names it; empty where it does not
/// @param parameters elements of all tensors
/// @param tensorTypes by type name, in the order of their first tensor
/// @param vocabularyOnly whether the file has a tokenizer but no weights
/// @param weightObstacles empty where the weights can be computed with
/// @param tokenizerObstacles empty where text can be turned into tokens
public record ModelReport(
        String file,
        long fileBytes,
        String format,
        String architecture,
        Optional<String> name,
        long parameters,
        Map<String, TypeCount> tensorTypes,
        Dimensions dimensions,
        TokenizerSummary tokenizer,
        boolean vocabularyOnly,
        List<String> weightObstacles,
        List<String> tokenizerObstacles) {

    /// How much of a file is stored in one type.
    ///
    /// @param bytes 0 where the type's block size is not known
    public record TypeCount(int tensors, long bytes) {}

    /// The model's dimensions; absent ones are not stated by the file.
    ///
    /// @param rotaryScaling its kind and numbers; absent where there is none
    /// @param slidingWindow tokens; absent where a token attends to all before it
    public record Dimensions(
            OptionalLong layers,
            OptionalLong context,
            OptionalLong dim,
            OptionalLong ffn,
            OptionalLong heads,
            OptionalLong kvHeads,
            OptionalLong headDim,
            OptionalDouble ropeBase,
            Optional<String> rotaryScaling,
            OptionalLong slidingWindow) {}

    /// The tokenizer.
    ///
    /// @param model `llama` for SentencePiece, `gpt2` for byte-level BPE; of a folder, the file
    /// @param specials ids by what they are for: begin, end, end of turn, unknown
    /// @param chatTemplate the template's first line
    public record TokenizerSummary(
            Optional<String> model,
            int tokens,
            Map<String, Long> specials,
            Optional<String> chatTemplate) {}

    public ModelReport {
        requireNonNull(file, "file");
        requireNonNull(architecture, "architecture");
        requireNonNull(name, "name");
        requireNonNull(dimensions, "dimensions");
        requireNonNull(tokenizer, "tokenizer");
        requireNonNull(format, "format");
        weightObstacles = List.copyOf(weightObstacles);
        tokenizerObstacles = List.copyOf(tokenizerObstacles);
    }

    /// Looks a file over; no tensor data are read.
    ///
    /// @throws dev.talaria.inference.gguf.MalformedGgufException where a key has another type than
    ///   its name implies
    public static ModelReport of(GgufFile file) {
        return new ModelInspection(file).report();
    }

    /// Looks a file or folder over; no tensor data are read.
    ///
    /// @throws dev.talaria.inference.gguf.MalformedModelException where a key has another type than
    ///   its name implies
    public static ModelReport of(WeightSource source) {
        return switch (source) {
            case GgufSource gguf -> of(gguf.file());
            case FolderSource folder -> new FolderInspection(folder).report();
        };
    }

    /// As [#of(WeightSource)], but of a GGUF file's tokenizer nobody knows whether there are
    /// obstacles: for who makes the tokenizer anyway, and hears of them then.
    public static ModelReport ofWeights(WeightSource source) {
        return switch (source) {
            case GgufSource gguf -> new ModelInspection(gguf.file()).reportOfWeights();
            case FolderSource _ -> of(source);
        };
    }

    /// Every reason why this program cannot run the model.
    public List<String> obstacles() {
        return Stream.concat(weightObstacles.stream(), tokenizerObstacles.stream()).toList();
    }

    /// Whether this program can run the model.
    public boolean isRunnable() {
        return isComputable() && tokenizerObstacles.isEmpty();
    }

    /// Whether this program can compute with the weights, for tokens that come from elsewhere.
    public boolean isComputable() {
        return !vocabularyOnly && weightObstacles.isEmpty();
    }

    /// The report for people, one fact a line.
    public String text() {
        return new ReportText(this).toString();
    }
}
