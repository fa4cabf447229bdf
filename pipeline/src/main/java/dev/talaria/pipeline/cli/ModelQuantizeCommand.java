package dev.talaria.pipeline.cli;

import dev.talaria.inference.embedded.ModelFiles;
import dev.talaria.inference.quantize.ModelQuantizer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// Writes a model in another storage type.
@Command(
        name = "quantize",
        description = {
            "Write a model anew as a GGUF file of another storage type or mixture of types.",
            "Types: F32, F16, BF16, Q8_0, Q6_K, Q5_K_M, Q5_K_S, Q5_1, Q5_0, Q4_K_M, Q4_K_S, Q4_1, "
                    + "Q4_0, IQ4_NL, IQ4_XS, Q3_K_L, Q3_K_M, Q3_K_S, Q2_K."
        })
final class ModelQuantizeCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;

    @Parameters(
            index = "0",
            paramLabel = "IN",
            description =
                    "A GGUF file, of a split model the first, or a Hugging Face folder with its"
                            + " tokenizer.")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
    private Path out;

    @Option(
            names = "--type",
            required = true,
            paramLabel = "TYPE",
            description = "What to store it in, such as Q4_K_M.")
    private String type;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads to work with (default: one per processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--force", description = "Replace OUT where it exists.")
    private boolean force;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (threads < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--threads = " + threads + " is below 1");
        }
        ModelPaths.model(in);
        ModelPaths.creatable(out);
        if (Files.exists(out) && Files.isSameFile(in, out)) {
            throw new CommandException(out + ": is read, too; name another file to write");
        }
        if (Files.exists(out) && !force) {
            throw new CommandException(out + ": exists; add --force to replace it");
        }
        ModelFiles.quantize(in, out, type, threads, new Terminal(spec.commandLine().getErr()));
        spec.commandLine().getOut().printf("%s: %s, %,d bytes%n", out, type, Files.size(out));
        return 0;
    }

    /// Notes as lines, progress as one line that is written over where there is a terminal.
    private static final class Terminal implements ModelQuantizer.Listener {

        private final PrintWriter err;
        private final boolean isTerminal = System.console() != null;
        private long shown = -1;

        private Terminal(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void written(long bytes, long ofBytes) {
            long percent = ofBytes == 0 ? 100 : bytes * 100 / ofBytes;
            if (isTerminal && percent > shown) {
                shown = percent;
                err.printf("\r%3d %%  %,d of %,d MB ", percent, bytes >> 20, ofBytes >> 20);
                err.print(percent == 100 ? "\r\033[K" : "");
                err.flush();
            }
        }

        @Override
        public void note(String line) {
            err.println(line);
            err.flush();
        }
    }
}
