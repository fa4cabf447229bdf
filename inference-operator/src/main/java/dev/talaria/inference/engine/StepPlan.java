package dev.talaria.inference.engine;

import dev.talaria.inference.model.Batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What one step computes: a token or more of every sequence that is writing, and chunks of prompts
/// beside them.
///
/// Rows of prompts cost as much time as rows of answers, so beside answers there are only as many
/// as the options say. Half of them go to the prompt that has waited longest, the others to those
/// that are nearest to their end: short prompts do not wait for long ones, and none waits for ever.
///
/// The engine's thread alone uses it.
final class StepPlan {

    /// The most rows of all sequences together that only verify guesses. A step reads every weight
    /// once; up to about so many rows that, and not the arithmetic, is what takes the time.
    static final int VERIFIED_ROWS = 16;

    private static final Comparator<Sequence> NEAREST_TO_END =
            Comparator.comparingInt(Sequence::unreadTokens);

    private final int chunkTokens;
    private final List<Sequence> writing = new ArrayList<>();
    private final List<Sequence> reading = new ArrayList<>();

    StepPlan(int chunkTokens) {
        this.chunkTokens = chunkTokens;
    }

    /// Fills the batch.
    ///
    /// @param running in the order of their admission
    void fill(Batch batch, List<Sequence> running) {
        writing.clear();
        reading.clear();
        for (Sequence sequence : running) {
            sequence.beginStep();
            if (!sequence.isReadingPrompt()) {
                writing.add(sequence);
            } else if (sequence.canRead()) {
                reading.add(sequence);
            }
        }
        write(batch);
        read(batch);
    }

    private void write(Batch batch) {
        int guesses = writing.isEmpty() ? 0 : VERIFIED_ROWS / writing.size();
        for (int i = 0; i < writing.size(); i++) {
            // Those behind it need a row each.
            int most = batch.room() - (writing.size() - 1 - i);
            writing.get(i).addWritten(batch, most, guesses);
        }
    }

    private void read(Batch batch) {
        if (reading.isEmpty()) {
            return;
        }
        int most = writing.isEmpty() ? batch.room() : Math.min(chunkTokens, batch.room());
        int end = batch.room() - most;
        Sequence oldest = reading.getFirst();
        oldest.addPrompt(batch, reading.size() == 1 ? most : Math.ceilDiv(most, 2));
        reading.sort(NEAREST_TO_END);
        for (Sequence sequence : reading) {
            if (sequence != oldest && batch.room() > end) {
                sequence.addPrompt(batch, batch.room() - end);
            }
        }
        if (batch.room() > end) {
            oldest.addPrompt(batch, batch.room() - end);
        }
    }
}
