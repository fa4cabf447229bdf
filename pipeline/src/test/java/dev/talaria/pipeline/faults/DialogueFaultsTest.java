package dev.talaria.pipeline.faults;

import dev.talaria.pipeline.faults.DialogueRound.Disturbance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Chat and function calling on a cluster of which brokers are restarted and leaders moved, behind
/// lines that are held up and cut, while instances join, leave and stand still: every request and
/// every conversation ends exactly once, partial text is whole and in order, and all of it says
/// byte for byte what it says where nothing goes wrong.
///
/// `./mvnw -Pfaults -pl pipeline -am test` has each of these twenty times, an ordinary build none;
/// `-Dtalaria.faults.seed=…` repeats a run's faults.
@DisabledIfSystemProperty(
        named = "talaria.dialogue.faults",
        matches = "0",
        disabledReason =
                "a cluster of its own takes half a minute; -Ddialogue.faults=N or -Pfaults")
class DialogueFaultsTest {

    private static final int EACH = Integer.getInteger("talaria.dialogue.faults", 1);
    private static final long SEED = Long.getLong("talaria.faults.seed", 20_260_301L);
    private static final List<Fault> FAULTS =
            List.of(
                    Fault.BROKER_RESTARTED,
                    Fault.LEADERS_MOVED,
                    Fault.NETWORK_PAUSED,
                    Fault.REBALANCED,
                    Fault.CONSUMER_SLOW);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void everyRequestAndConversationEndsExactlyOnceAndAsIfNothingHadHappened() throws Exception {
        Random random = new Random(SEED);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            faults.addAll(FAULTS);
        }
        Collections.shuffle(faults, random);
        String place = "seed %d, %s".formatted(SEED, faults);
        System.out.printf("chat and tools: %s; logs in %s%n", place, folder);
        try (Cluster cluster = Cluster.start(folder.resolve("cluster"));
                DialogueRound undisturbed = round("undisturbed", cluster);
                DialogueRound disturbed = round("disturbed", cluster)) {
            undisturbed.run(Collections.nCopies(faults.size(), () -> {}));
            undisturbed.instances().close();

            ClusterFaults around = new ClusterFaults(cluster, disturbed.instances(), random);
            List<Disturbance> happenings = new ArrayList<>();
            for (Fault fault : faults) {
                happenings.add(() -> disturbed.meanwhile(() -> happen(around, fault)));
            }
            disturbed.run(happenings);

            DialogueProof.assertOnceAndAsUndisturbed(disturbed, undisturbed, place);
            System.out.printf(
                    "chat and tools: %d faults, %d instances ended by themselves%n",
                    faults.size(), disturbed.instances().restarts());
        }
    }

    private static Fault happen(ClusterFaults around, Fault fault) throws Exception {
        around.inject(fault);
        return fault;
    }

    private DialogueRound round(String name, Cluster cluster) throws Exception {
        return new DialogueRound(
                name, cluster.bootstrapServers(), folder, 2, ClusterFaults.SETTINGS);
    }
}
