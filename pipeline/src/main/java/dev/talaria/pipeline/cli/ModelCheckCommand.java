package dev.talaria.pipeline.cli;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.embedded.ModelCheck;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Does a model work here, and how fast can it be.
@Command(
        name = "check",
        description = {
            "Load a model, run a short prompt through it, and say what to expect of it on this"
                    + " machine.",
            "Exit code 0 if everything passed, 1 if not."
        })
final class ModelCheckCommand implements Callable<Integer> {

    private static final int NOT_PASSED = 1;
    private static final double GIGA = 1e9;

    @Mixin private StandardOptions standard;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            description =
                    "A GGUF file or a folder in Hugging Face's layout; the miniature model that"
                            + " comes along if left out.")
    private Path model;

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, amx, vnni, avx2, vector or scalar (default: ${DEFAULT-VALUE}).")
    private String kernels;

    @Option(names = "--threads", description = "Compute threads (default: all processors).")
    private Integer threads;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (threads != null && threads < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--threads = %d is below 1; leave it out to use all processors"
                            .formatted(threads));
        }
        Path path = model == null ? EmbeddedModel.file() : ModelPaths.model(model);
        OperatorConfig usual = OperatorConfig.DEFAULT;
        OperatorConfig config =
                new OperatorConfig(
                        Optional.of(path),
                        kernels,
                        threads == null ? usual.threads() : threads,
                        usual.maxSequences(),
                        usual.contextTokens(),
                        usual.kvCacheBytes());
        ModelCheck.Report report =
                ModelCheck.run(path, config, LoadingLine.on(spec.commandLine().getErr()));
        print(report, config.threads());
        return report.passed() ? 0 : NOT_PASSED;
    }

    private void print(ModelCheck.Report report, int usedThreads) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(report.model());
        for (ModelCheck.Finding finding : report.findings()) {
            out.printf(
                    "%-6s %-12s %s%n",
                    finding.passed() ? "ok" : "FAILED", finding.what(), finding.detail());
        }
        ModelCheck.Expectation e = report.expectation();
        out.printf("%nthis machine, %d threads (measured now)%n", usedThreads);
        out.printf("  memory read        %8.1f GB/s%n", e.readBytesPerSecond() / GIGA);
        out.printf(
                "  float32 arithmetic %8.1f G multiply-adds/s%n", e.multiplyAddsPerSecond() / GIGA);
        out.printf("%nthis model at these ceilings%n");
        out.printf(
                "  prompt             %8.1f tokens/s at most (%.3f G multiply-adds a token)%n",
                e.mostPromptTokensPerSecond(), e.multiplyAddsPerToken() / GIGA);
        out.printf(
                "  answer             %8.1f tokens/s at most, one at a time (%.3f GB a token)%n",
                e.mostDecodeTokensPerSecond(), e.matrixBytes() / GIGA);
        out.printf("%nmemory%n");
        out.printf("  weights            %8.3f GB%n", e.matrixBytes() / GIGA);
        out.printf(
                "  keys and values    %8.3f GB for %d tokens (%d bytes a token)%n",
                e.kvTokens() * e.kvBytesPerToken() / GIGA, e.kvTokens(), e.kvBytesPerToken());
        out.printf(
                "  context            %8d tokens, %d such requests at a time%n",
                e.contextTokens(), e.kvTokens() / e.contextTokens());
        out.flush();
    }
}
