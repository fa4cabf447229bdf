package dev.talaria.inference.model;

import dev.talaria.inference.kernel.Kernels;

import java.util.Arrays;

/// The rows of one forward pass: tokens of one or of many sequences, each at its position.
///
/// Rows of the same sequence are added in the order of their positions, which continue what the
/// sequence has computed before. Used again from step to step; one thread.
public final class Batch {

    private final int[] tokens = new int[Kernels.MAX_ROWS];
    private final int[] positions = new int[Kernels.MAX_ROWS];
    private final KvCache.Reservation[] sequences = new KvCache.Reservation[Kernels.MAX_ROWS];
    private final int[] logitRows = new int[Kernels.MAX_ROWS];
    private int rows;
    private int logitCount;

    /// Takes all rows out.
    public void clear() {
        Arrays.fill(sequences, 0, rows, null);
        rows = 0;
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

    /// Adds a token.
    ///
    /// @param wantsLogits whether the next token's logits are to be computed for this row
    /// @return where the logits will be, counted over the rows that want them; -1 if it wants none
    public int add(int token, int position, KvCache.Reservation sequence, boolean wantsLogits) {
        tokens[rows] = token;
        positions[rows] = position;
        sequences[rows] = sequence;
        if (wantsLogits) {
            logitRows[logitCount] = rows;
        }
        rows++;
        return wantsLogits ? logitCount++ : -1;
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
