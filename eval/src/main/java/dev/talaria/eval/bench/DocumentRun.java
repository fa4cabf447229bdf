package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// Documents in rounds: in each, both contestants extract the same ones, one after the other, and
/// take turns at going first. The peer's best setting is looked for with the documents of the first
/// round: what it made of them with that setting is its first round. It does not get them again,
/// since it keeps what it has read.
final class DocumentRun {

    private final DocumentLoad load;
    private final DocumentContestant own;
    private final Optional<Peer> peer;
    private final ToIntFunction<Runnable> warmUp;
    private final Consumer<String> progress;

    /// Another program, and the ways it may be asked in.
    ///
    /// @param settings at least one
    record Peer(List<LlamaCpp.Setting> settings, Asked asked) {

        Peer {
            settings = List.copyOf(settings);
        }
    }

    /// The other program as a contestant.
    @FunctionalInterface
    interface Asked {
        DocumentContestant with(LlamaCpp.Setting setting);
    }

    /// A setting that was tried.
    record Trial(String setting, double documentsPerMinute) {}

    /// What was measured: of both the result of every round.
    ///
    /// @param trials of the peer's settings; empty where there was but one
    /// @param setting the one it was measured with
    record Timings(
            List<DocumentResult> own,
            List<DocumentResult> peer,
            List<Trial> trials,
            Optional<String> setting) {}

    /// @param warmUp repeats a pass until it is compiled, and says how often
    /// @param progress is told what goes on
    DocumentRun(
            DocumentLoad load,
            DocumentContestant own,
            Optional<Peer> peer,
            ToIntFunction<Runnable> warmUp,
            Consumer<String> progress) {
        this.load = load;
        this.own = own;
        this.peer = peer;
        this.warmUp = warmUp;
        this.progress = progress;
    }

    Timings run() {
        progress.accept("warm-up");
        int passes = warmUp.applyAsInt(() -> own.extract(load.warmUp()));
        progress.accept("warm-up: %d times %d documents".formatted(passes, load.warmUp().size()));
        List<Trial> trials = new ArrayList<>();
        List<DocumentResult> ours = new ArrayList<>();
        List<DocumentResult> theirs = new ArrayList<>();
        Optional<LlamaCpp.Setting> setting = peer.map(other -> best(other, trials, theirs));
        Optional<DocumentContestant> other = peer.map(it -> it.asked().with(setting.orElseThrow()));
        int roundsTried = theirs.size();
        for (int round = 0; round < load.rounds().size(); round++) {
            // Where its settings were tried, the peer was first in the first round.
            boolean isPeerFirst = round % 2 != roundsTried;
            int number = round;
            Runnable theirRound =
                    () -> other.ifPresent(it -> theirs.add(extract(it, LlamaCpp.NAME, number)));
            if (isPeerFirst && round >= roundsTried) {
                theirRound.run();
            }
            ours.add(extract(own, "ours", number));
            if (!isPeerFirst && round >= roundsTried) {
                theirRound.run();
            }
        }
        return new Timings(ours, theirs, trials, setting.map(LlamaCpp.Setting::toString));
    }

    /// The fastest setting, or the only one.
    ///
    /// @param results of the first round, with that setting, is added where several were tried
    private LlamaCpp.Setting best(Peer other, List<Trial> trials, List<DocumentResult> results) {
        List<LlamaCpp.Setting> settings = other.settings();
        LlamaCpp.Setting best = settings.getFirst();
        prepare(other, best);
        if (settings.size() == 1) {
            return best;
        }
        DocumentResult fastest = tried(other, best, trials);
        for (LlamaCpp.Setting setting : settings.subList(1, settings.size())) {
            prepare(other, setting);
            DocumentResult result = tried(other, setting, trials);
            if (perMinute(result) > perMinute(fastest)) {
                fastest = result;
                best = setting;
            }
        }
        results.add(fastest);
        if (load.rounds().size() > 1) {
            prepare(other, best);
        }
        return best;
    }

    // The first extraction reads the prompts' beginning and plans the passes that follow.
    private void prepare(Peer other, LlamaCpp.Setting setting) {
        other.asked().with(setting).extract(load.warmUp().subList(0, 1));
    }

    private DocumentResult tried(Peer other, LlamaCpp.Setting setting, List<Trial> trials) {
        DocumentResult result = other.asked().with(setting).extract(load.rounds().getFirst());
        double speed = perMinute(result);
        trials.add(new Trial(setting.toString(), speed));
        progress.accept("%s, %s: %.2f documents/min".formatted(LlamaCpp.NAME, setting, speed));
        return result;
    }

    private DocumentResult extract(DocumentContestant contestant, String name, int round) {
        DocumentResult result = contestant.extract(load.rounds().get(round));
        progress.accept(
                "%s, round %d of %d: %.2f documents/min"
                        .formatted(name, round + 1, load.rounds().size(), perMinute(result)));
        return result;
    }

    private static double perMinute(DocumentResult result) {
        return 60 * result.answers().size() / result.seconds();
    }
}
