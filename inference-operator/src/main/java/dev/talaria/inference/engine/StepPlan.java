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
    /// once; beyond about so many rows that is nowhere what takes the time.
    static final int VERIFIED_ROWS = 16;

    private static final Comparator<Sequence> NEAREST_TO_END =
            Comparator.comparingInt(Sequence::unreadTokens);

    /// The most rows of prompts that are there for their own logits, which is where continuations
    /// are scored. Several continuations share a step, and their logits some megabytes.
    static final int SCORED_ROWS = 64;

    private final int chunkTokens;
    private final int mostLogits;
    private final StepCost cost;
    private final List<WritingSequence> writing = new ArrayList<>();
    private final List<Sequence> reading = new ArrayList<>();

    /// @param chunkTokens rows of prompts beside answers
    /// @param maxSequences that run together
    /// @param cost of the steps so far
    StepPlan(int chunkTokens, int maxSequences, StepCost cost) {
        this.chunkTokens = chunkTokens;
        this.cost = cost;
        this.mostLogits = maxSequences + VERIFIED_ROWS + SCORED_ROWS;
    }

    /// Fills the batch.
    ///
    /// @param running in the order of their admission
    void fill(Batch batch, List<Sequence> running) {
        writing.clear();
        reading.clear();
        for (Sequence sequence : running) {
            sequence.beginStep();
            if (sequence.isReadingPrompt()) {
                if (sequence.canRead()) {
                    reading.add(sequence);
                }
            } else if (sequence instanceof WritingSequence writer) {
                writing.add(writer);
            }
        }
        write(batch);
        read(batch);
    }

    private void write(Batch batch) {
        if (writing.isEmpty()) {
            return;
        }
        int guesses = VERIFIED_ROWS / writing.size();
        double rowsSaved = cost.rowsSaved(writing.size());
        for (int i = 0; i < writing.size(); i++) {
            // Those behind it need a row each.
            int most = batch.room() - (writing.size() - 1 - i);
            writing.get(i).addWritten(batch, most, guesses, rowsSaved);
        }
    }

    private void read(Batch batch) {
        if (reading.isEmpty()) {
            return;
        }
        int most = writing.isEmpty() ? batch.room() : Math.min(chunkTokens, batch.room());
        int end = batch.room() - most;
        Sequence oldest = reading.getFirst();
        add(batch, oldest, reading.size() == 1 ? most : Math.ceilDiv(most, 2));
        reading.sort(NEAREST_TO_END);
        for (Sequence sequence : reading) {
            if (sequence != oldest && batch.room() > end) {
                add(batch, sequence, batch.room() - end);
            }
        }
        if (batch.room() > end) {
            add(batch, oldest, batch.room() - end);
        }
    }

    // Everyone that reads may come to the end of its prompt in this step and want a row of logits;
    // so many are left for them. Those that write take one each, and the guesses theirs.
    private void add(Batch batch, Sequence sequence, int most) {
        int logits = mostLogits - reading.size() - batch.logitCount();
        sequence.addPrompt(batch, most, Math.max(1, logits));
    }
}
