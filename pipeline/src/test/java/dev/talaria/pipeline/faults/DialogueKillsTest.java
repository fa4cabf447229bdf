package dev.talaria.pipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.broker.EmbeddedBroker;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Random;

/// A process that answers requests for text and holds conversations with tools is killed at random
/// moments, its start among them: every request and every conversation is answered or rejected
/// exactly once, every call made exactly once, and all of them say byte for byte what they say
/// where nothing is killed.
///
/// `./mvnw -Pfaults -pl pipeline -am test` kills it thirty times; `-Dtalaria.faults.seed=…` repeats
/// a run's moments.
class DialogueKillsTest {

    private static final int KILLS = Integer.getInteger("talaria.dialogue.kills", 4);
    private static final long SEED = Long.getLong("talaria.faults.seed", System.nanoTime());

    @TempDir private Path folder;

    @Test
    void everyRequestAndConversationEndsExactlyOnceAndAsIfNothingHadHappened() throws Exception {
        String place = "%d kills, seed %d".formatted(KILLS, SEED);
        System.out.println("chat and tools: " + place);
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"));
                DialogueRound undisturbed = round("undisturbed", broker);
                DialogueRound killed = round("killed", broker)) {
            undisturbed.run(Collections.nCopies(KILLS, () -> {}));
            Random random = new Random(SEED);
            killed.run(Collections.nCopies(KILLS, () -> killed.kill(random)));

            DialogueProof.assertOnceAndAsUndisturbed(killed, undisturbed, place);
            assertThat(killed.instances().restarts()).as("ended by itself, %s", place).isZero();
        }
    }

    private DialogueRound round(String name, EmbeddedBroker broker) throws Exception {
        return new DialogueRound(name, broker.bootstrapServers(), folder, 1, Map.of());
    }
}
