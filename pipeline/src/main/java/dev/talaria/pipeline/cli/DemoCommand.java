package dev.talaria.pipeline.cli;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.pipeline.app.Cleanup;
import dev.talaria.pipeline.demo.Demo;
import dev.talaria.pipeline.example.ToolsDemo;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// The whole pipeline on sample documents, with a broker of its own.
@Command(
        name = "demo",
        description = {
            "Run the pipeline on sample documents, with a Kafka broker and a model in this"
                    + " process.",
            "Ends by itself, with exit code 0 where every document was answered exactly once."
        })
final class DemoCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "A GGUF file or Hugging Face folder in place of the miniature model.")
    private Path model;

    @Option(
            names = "--keep",
            description = "Leave broker and pipeline running afterwards, until Ctrl-C.")
    private boolean keep;

    @Option(
            names = "--tools",
            description =
                    "Hold conversations in which the model calls a tool, instead of extracting from"
                            + " documents.")
    private boolean tools;

    @Spec private CommandSpec spec;

    private final Supplier<InferenceOperator> operators;

    DemoCommand() {
        this.operators = this::embedded;
    }

    /// The demo on another operator.
    DemoCommand(Supplier<InferenceOperator> operators) {
        this.operators = operators;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (tools) {
            return converse();
        }
        PrintWriter out = spec.commandLine().getOut();
        try (Cleanup cleanup = new Cleanup()) {
            InferenceOperator operator = cleanup.add(operators.get());
            Path folder = cleanup.temporaryFolder("talaria-demo-");
            Demo demo = Demo.start(folder, operator, out, cleanup);
            boolean complete = demo.answerSamples();
            if (keep) {
                demo.explainUse();
                demo.awaitEnd();
            }
            return complete ? 0 : 1;
        }
    }

    private int converse() throws InterruptedException {
        if (keep) {
            throw new ParameterException(
                    spec.commandLine(), "--tools ends by itself; leave out --keep");
        }
        try (Cleanup cleanup = new Cleanup()) {
            EmbeddedOperator operator = cleanup.add(embedded());
            Path folder = cleanup.temporaryFolder("talaria-demo-");
            PrintWriter out = spec.commandLine().getOut();
            return ToolsDemo.start(folder, operator, out, cleanup).converse() ? 0 : 1;
        }
    }

    private EmbeddedOperator embedded() {
        return OperatorStart.open(
                model == null ? OperatorConfig.DEFAULT : OperatorConfig.DEFAULT.withModel(model),
                spec.commandLine().getErr());
    }
}
