package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.eval.peer.LlamaCpp;
import dev.talaria.schemas.document.Document;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class DocumentRunTest {

    private final DocumentLoad load = DocumentLoad.invoices(2, 3, 1, 100);
    private final List<String> events = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();

    @Test
    void bothExtractTheSameDocumentsAndTakeTurnsAtGoingFirst() {
        DocumentRun.Timings timings = run(List.of("4"));

        assertThat(events)
                .containsExactly(
                        "own warm-up-0",
                        "4 warm-up-0",
                        "own invoice-0",
                        "4 invoice-0",
                        "4 invoice-2",
                        "own invoice-2",
                        "own invoice-4",
                        "4 invoice-4");
        assertThat(timings.own()).hasSize(3);
        assertThat(timings.peer()).hasSize(3);
        assertThat(timings.trials()).isEmpty();
        assertThat(timings.setting()).contains("4");
    }

    @Test
    void thePeerIsMeasuredWithItsFastestSetting() {
        DocumentRun.Timings timings = run(List.of("1", "8", "4+lookup"));

        assertThat(timings.setting()).contains("8");
        assertThat(timings.trials())
                .extracting(DocumentRun.Trial::setting)
                .containsExactly("1", "8", "4+lookup");
        assertThat(events)
                .containsExactly(
                        "own warm-up-0",
                        "1 warm-up-0",
                        "1 invoice-0",
                        "8 warm-up-0",
                        "8 invoice-0",
                        "4+lookup warm-up-0",
                        "4+lookup invoice-0",
                        "8 warm-up-0",
                        "own invoice-0",
                        "own invoice-2",
                        "8 invoice-2",
                        "8 invoice-4",
                        "own invoice-4");
        assertThat(progress).anyMatch(line -> line.contains("llama.cpp, 8: 120.00 documents/min"));
    }

    /// Once it has read them it would have them ready.
    @Test
    void thePeerGetsNoDocumentTwiceInOneSetting() {
        DocumentRun.Timings timings = run(List.of("1", "4", "8"));

        assertThat(events).filteredOn(event -> event.equals("8 invoice-0")).hasSize(1);
        assertThat(timings.peer())
                .extracting(DocumentResult::seconds)
                .containsExactly(1.0, 1.0, 1.0);
        assertThat(timings.own()).hasSize(3);
    }

    @Test
    void withoutAPeerOursIsMeasuredAlone() {
        DocumentRun.Timings timings =
                new DocumentRun(
                                load,
                                documents -> answer("own", documents, 1),
                                Optional.empty(),
                                this::once,
                                progress::add)
                        .run();

        assertThat(timings.own()).hasSize(3);
        assertThat(timings.peer()).isEmpty();
        assertThat(timings.setting()).isEmpty();
    }

    private DocumentRun.Timings run(List<String> settings) {
        DocumentRun.Peer peer =
                new DocumentRun.Peer(
                        settings.stream().map(LlamaCpp.Setting::parse).toList(),
                        setting ->
                                documents ->
                                        answer(
                                                setting.toString(),
                                                documents,
                                                9.0 - setting.sequences()));
        return new DocumentRun(
                        load,
                        documents -> answer("own", documents, 1),
                        Optional.of(peer),
                        this::once,
                        progress::add)
                .run();
    }

    private int once(Runnable pass) {
        pass.run();
        return 1;
    }

    private DocumentResult answer(String who, List<Document> documents, double seconds) {
        events.add(who + " " + documents.getFirst().id());
        return new DocumentResult(
                seconds, documents.stream().map(_ -> "{}").toList(), 9, 4, 3, Optional.empty());
    }
}
