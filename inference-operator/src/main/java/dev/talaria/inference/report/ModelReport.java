package dev.talaria.inference.report;

import static java.util.Objects.requireNonNull;

import dev.talaria.inference.gguf.GgufFile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What a model file holds, and every reason why this program cannot run it.
///
/// @param architecture as the file names it; empty where it does not
/// @param parameters elements of all tensors
/// @param tensorTypes by type name, in the order of their first tensor
/// @param vocabularyOnly whether the file has a tokenizer but no weights
/// @param obstacles empty where the model can be run
public record ModelReport(
        String file,
        long fileBytes,
        int version,
        String architecture,
        Optional<String> name,
        long parameters,
        Map<String, TypeCount> tensorTypes,
        Dimensions dimensions,
        TokenizerSummary tokenizer,
        boolean vocabularyOnly,
        List<String> obstacles) {

    /// How much of a file is stored in one type.
    ///
    /// @param bytes 0 where the type's block size is not known
    public record TypeCount(int tensors, long bytes) {}

    /// The model's dimensions; absent ones are not stated by the file.
    public record Dimensions(
            OptionalLong layers,
            OptionalLong context,
            OptionalLong dim,
            OptionalLong ffn,
            OptionalLong heads,
            OptionalLong kvHeads,
            OptionalLong headDim,
            OptionalDouble ropeBase) {}

    /// The tokenizer.
    ///
    /// @param model `llama` for SentencePiece, `gpt2` for byte-level BPE
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
        obstacles = List.copyOf(obstacles);
    }

    /// Looks a file over; no tensor data are read.
    ///
    /// @throws dev.talaria.inference.gguf.MalformedGgufException where a key has another type than
    ///   its name implies
    public static ModelReport of(GgufFile file) {
        return new ModelInspection(file).report();
    }

    /// Whether this program can run the model.
    public boolean isRunnable() {
        return !vocabularyOnly && obstacles.isEmpty();
    }

    /// The report for people, one fact a line.
    public String text() {
        return new ReportText(this).toString();
    }
}
