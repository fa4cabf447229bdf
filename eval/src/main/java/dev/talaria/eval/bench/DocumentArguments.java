package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The options of measuring documents a minute; all of them need `--documents`.
final class DocumentArguments {

    @Option(
            names = "--documents",
            paramLabel = "N",
            required = true,
            description =
                    "Measure documents a minute instead: extractions under a schema at temperature"
                            + " 0, N other documents in each round; invoices made up from a seed"
                            + " unless --from names some.")
    private int documents;

    @Option(
            names = "--from",
            paramLabel = "PATH",
            description =
                    "Documents of one's own: a folder of texts, or lines of JSON with the text as"
                            + " 'document' or 'text'. Needs --schema.")
    private Path from;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description =
                    "The JSON Schema of the answers to these. llama.cpp's own grammar knows a part"
                            + " of what ours does: give texts a maxLength, and no patterns.")
    private Path schema;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the invoices (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "512",
            description = "The most tokens of an answer (default: ${DEFAULT-VALUE}).")
    private int mostTokens;

    @Option(
            names = "--peer-sequences",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,4,8,16,1+lookup,8+lookup",
            description =
                    "Settings of the other engine; the fastest of them counts. N documents at a"
                            + " time, '+lookup' where it also guesses from its input (default:"
                            + " ${DEFAULT-VALUE}).")
    private List<String> peerSequences;

    /// Says which option is wrong.
    ///
    /// @throws IllegalArgumentException where one is
    void check() {
        if (documents < 1) {
            throw new IllegalArgumentException("--documents: %d is below 1".formatted(documents));
        }
        if (mostTokens < 1) {
            throw new IllegalArgumentException("--max-tokens: %d is below 1".formatted(mostTokens));
        }
        if ((from == null) != (schema == null)) {
            throw new IllegalArgumentException(
                    "--from and --schema belong together: documents of one's own need a schema, and"
                            + " the invoices have theirs");
        }
        peerSettings();
    }

    /// The load for so many rounds.
    DocumentLoad load(int rounds) throws IOException {
        return from == null
                ? DocumentLoad.invoices(documents, rounds, seed, mostTokens)
                : DocumentLoad.files(from, schema, documents, rounds, seed, mostTokens);
    }

    List<LlamaCpp.Setting> peerSettings() {
        try {
            return peerSequences.stream().map(LlamaCpp.Setting::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--peer-sequences: " + e.getMessage(), e);
        }
    }
}
