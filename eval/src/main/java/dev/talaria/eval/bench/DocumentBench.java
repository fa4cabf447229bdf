package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.inference.embedded.LoadProgress;
import dev.talaria.schemas.document.Document;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Measures documents a minute on one model file, beside another program where there is one.
///
/// @param settings the peer may be measured with
/// @param loading is told how far the loading of the weights has come
/// @param progress is told what goes on
record DocumentBench(
        Path file,
        OperatorConfig config,
        DocumentLoad load,
        List<LlamaCpp.Setting> settings,
        LoadProgress loading,
        Consumer<String> progress) {

    DocumentReport measure(Optional<LlamaCpp> peer) throws IOException {
        String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        progress.accept("loading " + file);
        try (EmbeddedOperator operator = EmbeddedOperator.open(config.withModel(file), loading)) {
            // Computing the file's digest beside a measurement would slow it down.
            ModelDescription model = operator.model();
            DocumentRun.Timings timings =
                    new DocumentRun(
                                    load,
                                    new OwnDocuments(operator, load.task()),
                                    peer.map(it -> asked(operator, it)),
                                    WarmUp.ofThisJvm()::run,
                                    progress)
                            .run();
            return report(started, model, timings, peer);
        }
    }

    private DocumentRun.Peer asked(EmbeddedOperator operator, LlamaCpp peer) {
        Function<Document, int[]> prompt = document -> operator.prompt(document, load.task());
        List<int[]> prompts = load.all().map(prompt).toList();
        int mostTokens = load.task().sampling().maxTokens();
        int longest = mostTokens + prompts.stream().mapToInt(each -> each.length).max().orElse(0);
        PeerDocuments documents =
                new PeerDocuments(
                        peer,
                        settings.getFirst(),
                        prompt,
                        PeerDocuments.commonBeginning(prompts),
                        load.task().schema().json(),
                        mostTokens,
                        longest);
        return new DocumentRun.Peer(settings, documents::with);
    }

    private DocumentReport report(
            String started,
            ModelDescription model,
            DocumentRun.Timings timings,
            Optional<LlamaCpp> peer) {
        String schema = load.task().schema().json();
        DocumentReport.Side own = DocumentReport.Side.of(timings.own(), schema);
        return new DocumentReport(
                DocumentReport.FORMAT,
                OperatorVersion.current(),
                started,
                Machine.here(),
                new DocumentReport.Model(
                        file.getFileName().toString(),
                        model.name(),
                        model.sha256(),
                        model.quantization(),
                        model.description()),
                config.threads(),
                load.documents(),
                load.task().sampling().maxTokens(),
                own,
                peer.map(it ->
                        DocumentReport.Beside.of(
                                it.description(),
                                timings,
                                own,
                                DocumentReport.Side.of(timings.peer(), schema))));
    }
}
