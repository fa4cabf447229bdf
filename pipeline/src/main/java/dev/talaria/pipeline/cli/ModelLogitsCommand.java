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
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/// Logits of every position, for comparing engines.
@Command(
        name = "logits",
        description =
                "Write the logits of every position of a token sequence: positions x vocabulary, "
                        + "little-endian float32.")
final class ModelLogitsCommand implements Callable<Integer> {

    // Characters of a wrong word that a message repeats.
    private static final int SHOWN = 20;

    @Mixin private StandardOptions standard;

    @Parameters(paramLabel = "PATH", description = "A GGUF file or a Hugging Face folder.")
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
            description = "auto, amx, vnni, avx2, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String kernels;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ModelPaths.model(model);
        int[] tokens = read(ModelPaths.existing(ids));
        ModelPaths.creatable(out);
        if (Files.exists(out) && (isPartOfModel(out) || Files.isSameFile(out, ids))) {
            throw new CommandException(out + ": is read, too; name another file for --out");
        }
        // Whatever goes wrong, an earlier result stays and no half of a new one does.
        Path unfinished =
                out.resolveSibling(".%s.%s".formatted(out.getFileName(), UUID.randomUUID()));
        try {
            int vocabulary = write(tokens, unfinished);
            Files.move(unfinished, out, StandardCopyOption.REPLACE_EXISTING);
            spec.commandLine()
                    .getOut()
                    .printf("%s: %d positions x %d logits%n", out, tokens.length, vocabulary);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return 0;
    }

    private boolean isPartOfModel(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        return Files.isSameFile(file, model) || folder != null && Files.isSameFile(folder, model);
    }

    private int write(int[] tokens, Path file) throws IOException {
        int[] vocabulary = {0};
        int threads = Runtime.getRuntime().availableProcessors();
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            ModelFiles.logits(
                    model,
                    tokens,
                    kernels,
                    threads,
                    LoadingLine.on(spec.commandLine().getErr()),
                    (logits, offset, width) -> {
                        stream.write(bytes(logits, offset, width));
                        vocabulary[0] = width;
                    });
        }
        return vocabulary[0];
    }

    private static int[] read(Path file) throws IOException {
        return ModelPaths.text(file)
                .strip()
                .lines()
                .flatMap(Pattern.compile("\\s+")::splitAsStream)
                .filter(word -> !word.isEmpty())
                .mapToInt(word -> id(file, word))
                .toArray();
    }

    private static int id(Path file, String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            String shown = word.length() > SHOWN ? word.substring(0, SHOWN) + "…" : word;
            throw new CommandException(
                    "%s: '%s' is not a token id; write whole numbers separated by white space"
                            .formatted(file, shown),
                    e);
        }
    }

    private static byte[] bytes(float[] logits, int offset, int width) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * width).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(logits, offset, width);
        return buffer.array();
    }
}
