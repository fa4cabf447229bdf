package dev.talaria.pipeline.cli;

import dev.talaria.inference.embedded.ModelFiles;
import dev.talaria.inference.synthetic.SyntheticModel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// Writes a model with random weights.
@Command(
        name = "synth",
        description =
                "Write a model file of a known shape with seeded random weights, for measuring"
                        + " speed.")
final class ModelSynthCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;

    @Option(
            names = "--shape",
            defaultValue = "mistral-7b",
            description = "mistral-7b, llama-3-8b or tiny (default: ${DEFAULT-VALUE}).")
    private String shape;

    @Option(
            names = "--type",
            defaultValue = "Q4_0",
            description =
                    "Storage type of all matrices: F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q5_1, Q5_0,"
                            + " Q4_K, Q4_1, Q4_0, IQ4_NL, IQ4_XS, Q3_K or Q2_K; or a mixture:"
                            + " Q5_K_M, Q5_K_S, Q4_K_M, Q4_K_S, Q3_K_L, Q3_K_M or Q3_K_S (default:"
                            + " ${DEFAULT-VALUE}).")
    private String type;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The same seed gives the same file (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Parameters(paramLabel = "OUT", description = "The file to write.")
    private Path out;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ModelPaths.creatable(out);
        PrintWriter err = spec.commandLine().getErr();
        ModelFiles.synthesize(out, shape, type, seed, progress(err));
        spec.commandLine()
                .getOut()
                .printf("%s: %s %s, %,d bytes%n", out, shape, type, Files.size(out));
        return 0;
    }

    private static SyntheticModel.Progress progress(PrintWriter err) {
        if (System.console() == null) {
            return (written, of) -> {};
        }
        long[] shown = {-1};
        return (written, of) -> {
            long percent = of == 0 ? 100 : written * 100 / of;
            if (percent > shown[0]) {
                shown[0] = percent;
                err.printf("\r%3d %%  %,d of %,d MB ", percent, written >> 20, of >> 20);
                err.print(percent == 100 ? "\r\033[K" : "");
                err.flush();
            }
        };
    }
}
