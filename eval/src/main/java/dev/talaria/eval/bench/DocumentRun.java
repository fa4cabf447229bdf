package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// Documents in rounds: in each, both contestants extract the same ones, one after the other, and
/// take turns at going first. The peer's best setting is looked for before, with the documents of
/// the first round.
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
        Optional<LlamaCpp.Setting> setting = peer.map(other -> best(other, trials));
        Optional<DocumentContestant> other = peer.map(it -> it.asked().with(setting.orElseThrow()));
        List<DocumentResult> ours = new ArrayList<>();
        List<DocumentResult> theirs = new ArrayList<>();
        for (int round = 0; round < load.rounds().size(); round++) {
            boolean isPeerFirst = round % 2 == 1;
            int number = round;
            if (isPeerFirst) {
                other.ifPresent(it -> theirs.add(extract(it, LlamaCpp.NAME, number)));
            }
            ours.add(extract(own, "ours", number));
            if (!isPeerFirst) {
                other.ifPresent(it -> theirs.add(extract(it, LlamaCpp.NAME, number)));
            }
        }
        return new Timings(ours, theirs, trials, setting.map(LlamaCpp.Setting::toString));
    }

    // The first extraction reads the prompts' beginning and plans the passes that follow; where
    // several settings are tried, each has that behind it.
    private LlamaCpp.Setting best(Peer other, List<Trial> trials) {
        LlamaCpp.Setting best = other.settings().getFirst();
        double most = 0;
        for (LlamaCpp.Setting setting : other.settings()) {
            DocumentContestant asked = other.asked().with(setting);
            asked.extract(load.warmUp().subList(0, 1));
            if (other.settings().size() == 1) {
                return setting;
            }
            double speed = perMinute(asked.extract(load.rounds().getFirst()));
            trials.add(new Trial(setting.toString(), speed));
            progress.accept("%s, %s: %.2f documents/min".formatted(LlamaCpp.NAME, setting, speed));
            if (speed > most) {
                most = speed;
                best = setting;
            }
        }
        other.asked().with(best).extract(load.warmUp().subList(0, 1));
        return best;
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
