package dev.talaria.datasets.cli;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.file.RecordFiles;
import dev.talaria.datasets.record.RecordSink;
import dev.talaria.datasets.record.WriteOptions;
import dev.talaria.datasets.synthetic.SyntheticCorpus;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;

/// Makes documents with known fields.
@Command(
        name = "synth",
        mixinStandardHelpOptions = true,
        description = {
            "Make documents whose fields are known, with their schemas, or requests whose tool"
                    + " calls are known.",
            "The same options make the same rows. OUT's ending says its format, as for convert."
        })
final class SynthCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "OUT", description = "The file to write.")
    private Path output;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = SyntheticCorpus.MIXED,
            completionCandidates = Kinds.class,
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private String kind;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many rows (default: ${DEFAULT-VALUE}).")
    private long count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Another seed, other rows (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--held-out",
            description =
                    "Draw names, places and things from words that are never drawn without this"
                            + " option: for evaluation.")
    private boolean heldOut;

    @Option(names = "--verbose", description = "Add the stack trace to a failure.")
    private boolean verbose;

    @Spec private CommandSpec spec;

    /// What `--kind` may be.
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SyntheticCorpus.kinds().iterator();
        }
    }

    @Override
    public Integer call() throws IOException {
        if (count < 0) {
            throw new ParameterException(spec.commandLine(), "--count: " + count + " is below 0");
        }
        SyntheticCorpus corpus = corpus();
        WriteOptions options =
                RecordFiles.isBinary(output)
                        ? WriteOptions.DEFAULT.withCompression(Compression.ZSTD)
                        : WriteOptions.DEFAULT;
        try (RecordSink sink = RecordFiles.create(output, corpus.type(), options)) {
            for (long i = 0; i < count; i++) {
                sink.write(corpus.row(i));
            }
            sink.finish();
        }
        spec.commandLine().getErr().printf("%d rows: %s%n", count, output);
        return 0;
    }

    private SyntheticCorpus corpus() {
        try {
            return new SyntheticCorpus(kind, seed, heldOut);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--kind: " + e.getMessage(), e);
        }
    }
}
