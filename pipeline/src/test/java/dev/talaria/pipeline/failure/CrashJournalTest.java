package dev.talaria.pipeline.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.SourceRecord;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is known of a record after deaths of the process.
class CrashJournalTest {

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("talaria.crashes");
    }

    private CrashJournal next() {
        CrashJournal journal = CrashJournal.in(file());
        journal.open();
        return journal;
    }

    // What happens to a journal whose process dies: nothing.
    private void die(SourceRecord record, boolean alone, int times) {
        for (int i = 0; i < times; i++) {
            CrashJournal journal = next();
            journal.asked(record, alone);
            journal.failed();
        }
    }

    private static SourceRecord record(long offset) {
        return record("documents", offset, "text");
    }

    private static SourceRecord record(String topic, long offset, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return new SourceRecord(topic, 1, offset, 5, null, value, new RecordHeaders());
    }

    @Test
    void aRecordTheModelHadAtTwoDeathsIsASuspect() {
        die(record(7), false, 1);
        CrashJournal once = next();
        assertThat(once.isSuspect(record(7))).isFalse();
        assertThat(once.isEmpty()).isFalse();
        once.failed();
        die(record(7), false, 1);

        CrashJournal twice = next();
        assertThat(twice.isSuspect(record(7))).isTrue();
        assertThat(twice.isSuspect(record(8))).isFalse();
        assertThat(twice.suspects()).isEqualTo(1);
        assertThat(twice.verdict(record(7))).isEmpty();
    }

    @Test
    void aRecordTheModelHadNoMoreWasNotThere() {
        for (int i = 0; i < 3; i++) {
            CrashJournal journal = next();
            journal.asked(record(7), false).leave();
            journal.asked(record(8), false);
            journal.failed();
        }
        CrashJournal journal = next();
        assertThat(journal.isSuspect(record(7))).isFalse();
        assertThat(journal.isSuspect(record(8))).isTrue();
    }

    @Test
    void aRecordIsDeadlyOnceTheProcessDiedThreeTimesWithItAlone() {
        die(record(7), false, 2);
        for (int alone = 1; alone <= 3; alone++) {
            die(record(7), true, 1);
            CrashJournal journal = next();
            assertThat(journal.verdict(record(7)).isPresent()).isEqualTo(alone == 3);
            assertThat(journal.isSuspect(record(7))).isEqualTo(alone < 3);
            journal.failed();
        }
        assertThat(next().verdict(record(7)).orElseThrow())
                .hasMessageContaining("died 5 times")
                .hasMessageContaining("3 of them");
    }

    @Test
    void howeverManyDiedBesideOthersNoneOfThemIsDeadly() {
        die(record(7), false, 300);
        CrashJournal journal = next();
        assertThat(journal.verdict(record(7))).isEmpty();
        assertThat(journal.isSuspect(record(7))).isTrue();
    }

    @Test
    void aStopForgetsEverything() {
        die(record(7), true, 9);
        CrashJournal stopped = next();
        stopped.asked(record(8), false);
        stopped.stopped();

        CrashJournal journal = next();
        assertThat(journal.isEmpty()).isTrue();
        assertThat(journal.verdict(record(7))).isEmpty();
    }

    @Test
    void anAnswerForgetsARecordAndACancelledRequestDoesNot() {
        die(record(7), false, 2);
        CrashJournal cancelled = next();
        cancelled.asked(record(7), true).leave();
        assertThat(cancelled.isSuspect(record(7))).isTrue();
        cancelled.failed();

        CrashJournal answered = next();
        answered.asked(record(7), true).leave();
        answered.settled(record(7));
        assertThat(answered.isSuspect(record(7))).isFalse();
        answered.failed();
        assertThat(next().isEmpty()).isTrue();
    }

    @Test
    void anotherRecordInThePlaceOfASuspectIsNone() {
        die(record(7), false, 2);
        CrashJournal journal = next();
        assertThat(journal.isSuspect(record("documents", 7, "another text"))).isFalse();
        assertThat(journal.isSuspect(record("Documents", 7, "text"))).isFalse();
    }

    @Test
    void topicsWithLongNamesAreToldApartByAllOfThem() {
        String end = "x".repeat(CrashFile.TOPIC_BYTES);
        die(record("a" + end, 7, "text"), false, 2);
        CrashJournal journal = next();
        assertThat(journal.isSuspect(record("a" + end, 7, "text"))).isTrue();
        assertThat(journal.isSuspect(record("b" + end, 7, "text"))).isFalse();
    }

    @Test
    void moreRecordsThanThereAreSlotsTakeThePlacesOfTheLeastSuspicious() throws Exception {
        die(record(1), false, 2);
        die(record(2), false, 1);
        long size = Files.size(file());
        CrashJournal full = next();
        for (int i = 1; i < CrashFile.SLOTS; i++) {
            full.asked(record(100 + i), false);
        }
        assertThat(full.isSuspect(record(1))).isTrue();
        full.failed();

        CrashJournal fuller = next();
        assertThat(fuller.isSuspect(record(1))).isTrue();
        for (int i = 0; i < 2 * CrashFile.SLOTS; i++) {
            fuller.asked(record(10_000 + i), true);
        }
        assertThat(fuller.suspects()).isZero();
        assertThat(Files.size(file())).isEqualTo(size);
        fuller.failed();
    }

    @Test
    void whereThereCanBeNoFileEverythingElseGoesOn() throws Exception {
        Path noFolder = Files.writeString(folder.resolve("file"), "");
        CrashJournal journal = CrashJournal.in(noFolder.resolve("talaria.crashes"));
        journal.open();
        CrashJournal.Mark mark = journal.asked(record(7), true);
        mark.leave();
        journal.settled(record(7));
        assertThat(journal.isEmpty()).isTrue();
        assertThat(journal.verdict(record(7))).isEmpty();
        journal.stopped();
    }

    @Test
    void aFileThatAnotherHasIsLeftToIt() {
        CrashJournal first = next();
        CrashJournal second = next();
        second.asked(record(8), true);
        first.asked(record(7), true);
        second.stopped();
        first.failed();

        CrashJournal journal = next();
        journal.failed();
        die(record(7), true, 2);
        assertThat(next().verdict(record(7))).isPresent();
    }

    @Test
    void whatEndsAfterTheJournalChangesNothing() {
        CrashJournal journal = next();
        CrashJournal.Mark mark = journal.asked(record(7), true);
        journal.failed();
        mark.leave();
        journal.asked(record(8), true).leave();

        CrashJournal after = next();
        assertThat(after.isEmpty()).isFalse();
        assertThat(after.isSuspect(record(7))).isFalse();
    }
}
