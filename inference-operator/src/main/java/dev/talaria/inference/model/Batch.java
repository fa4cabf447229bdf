package dev.talaria.inference.model;

import dev.talaria.inference.kernel.Kernels;

import java.util.Arrays;

/// The rows of one forward pass: tokens of one or of many sequences, each at its position.
///
/// Rows of the same sequence are added in the order of their positions, which continue what the
/// sequence has computed before. Rows of written tokens come before rows of prompts: the two kinds
/// are summed in different orders, each the fastest for its purpose, so a token's kind must follow
/// from its place in its request alone, never from what else is in the batch. Used again from step
/// to step; one thread.
public final class Batch {

    private final int[] tokens = new int[Kernels.MAX_ROWS];
    private final int[] positions = new int[Kernels.MAX_ROWS];
    private final KvCache.Reservation[] sequences = new KvCache.Reservation[Kernels.MAX_ROWS];
    private final int[] logitRows = new int[Kernels.MAX_ROWS];
    private int rows;
    private int writtenRows;
    private int writtenLogitCount;
    private int logitCount;

    /// Takes all rows out.
    public void clear() {
        Arrays.fill(sequences, 0, rows, null);
        rows = 0;
        writtenRows = 0;
        writtenLogitCount = 0;
        logitCount = 0;
    }

    /// Rows there are.
    public int rows() {
        return rows;
    }

    /// Rows there is still room for.
    public int room() {
        return Kernels.MAX_ROWS - rows;
    }

    /// Adds a token the model has written, or may have: one after the prompt's last.
    ///
    /// @param wantsLogits whether the next token's logits are to be computed for this row
    /// @return where the logits will be, counted over the rows that want them; -1 if it wants none
    /// @throws IllegalStateException after a row of a prompt
    public int addWritten(
            int token, int position, KvCache.Reservation sequence, boolean wantsLogits) {
        if (writtenRows < rows) {
            throw new IllegalStateException("written tokens come before the rows of prompts");
        }
        writtenRows++;
        if (wantsLogits) {
            writtenLogitCount++;
        }
        return add(token, position, sequence, wantsLogits);
    }

    /// Adds a token of a prompt.
    ///
    /// @param wantsLogits whether the next token's logits are to be computed for this row
    /// @return where the logits will be, counted over the rows that want them; -1 if it wants none
    public int addPrompt(
            int token, int position, KvCache.Reservation sequence, boolean wantsLogits) {
        return add(token, position, sequence, wantsLogits);
    }

    private int add(int token, int position, KvCache.Reservation sequence, boolean wantsLogits) {
        tokens[rows] = token;
        positions[rows] = position;
        sequences[rows] = sequence;
        if (wantsLogits) {
            logitRows[logitCount] = rows;
        }
        rows++;
        return wantsLogits ? logitCount++ : -1;
    }

    /// Written rows that want logits: the first of those that do.
    int writtenLogitCount() {
        return writtenLogitCount;
    }

    /// Rows of written tokens: the first of the batch.
    public int writtenRows() {
        return writtenRows;
    }

    int token(int row) {
        return tokens[row];
    }

    int position(int row) {
        return positions[row];
    }

    KvCache.Reservation sequence(int row) {
        return sequences[row];
    }

    /// Rows that want logits.
    public int logitCount() {
        return logitCount;
    }

    int logitRow(int index) {
        return logitRows[index];
    }
}
