package dev.talaria.pipeline.cli;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.task.ExtractionTask;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// The command `run` as users start it, with an operator in the model's place that never answers
/// and never ends. A program of its own, to be stopped.
public final class StuckRun {

    private StuckRun() {}

    /// A submission is a line on the error stream.
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true);
        PrintWriter err = new PrintWriter(System.err, true);
        RunCommand run = new RunCommand((config, line, listener) -> new StuckOperator(line));
        System.exit(Main.run(out, err, List.of(run), arguments));
    }

    private record StuckOperator(PrintWriter err) implements InferenceOperator {

        @Override
        public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
            err.println("submitted " + document.id());
            return new CompletableFuture<>();
        }

        @Override
        public ModelDescription model() {
            return new ModelDescription("stuck", "0".repeat(64), "none", 512, "a stuck model");
        }

        @Override
        public void close() {
            while (true) {
                LockSupport.park();
            }
        }
    }
}
