package dev.talaria.pipeline.cli;

import dev.talaria.inference.embedded.ModelFiles;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;

/// Logits of every position, for comparing engines.
@Command(
        name = "logits",
        description =
                "Write the logits of every position of a token sequence: positions x vocabulary, "
                        + "little-endian float32.")
final class ModelLogitsCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;

    @Parameters(paramLabel = "FILE", description = "A GGUF file.")
    private Path model;

    @Option(
            names = "--ids",
            required = true,
            paramLabel = "IDS.txt",
            description = "Token ids, separated by white space.")
    private Path ids;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "OUT.f32",
            description = "The file to write.")
    private Path out;

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String kernels;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ModelPaths.existing(model);
        int[] tokens = read(ModelPaths.existing(ids));
        int[] vocabulary = {0};
        int threads = Runtime.getRuntime().availableProcessors();
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(out), 1 << 16)) {
            ModelFiles.logits(
                    model,
                    tokens,
                    kernels,
                    threads,
                    (logits, offset, width) -> {
                        stream.write(bytes(logits, offset, width));
                        vocabulary[0] = width;
                    });
        }
        spec.commandLine()
                .getOut()
                .printf("%s: %d positions x %d logits%n", out, tokens.length, vocabulary[0]);
        return 0;
    }

    private static int[] read(Path file) throws IOException {
        try {
            return Arrays.stream(Files.readString(file).strip().split("\\s+"))
                    .mapToInt(Integer::parseInt)
                    .toArray();
        } catch (NumberFormatException e) {
            throw new CommandException(
                    file + ": " + e.getMessage() + "; write whole numbers separated by white space",
                    e);
        }
    }

    private static byte[] bytes(float[] logits, int offset, int width) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(logits, offset, width);
        return buffer.array();
    }
}
