package dev.talaria.inference.kernel;

import java.util.Arrays;

/// Whether one row's product reads its weights faster as several streams side by side or as a
/// single one, found out by the first products themselves.
///
/// Neither is faster everywhere: with four streams memory gave half as much again on one processor
/// (Zen 5), and a fifth less on the one before (Zen 4). The numbers are the same to the bit, so
/// both take turns of [#TURN_BYTES] until each has had [#ROUNDS]; what was faster in most rounds
/// stays. The two turns of a round follow each other, so that what else uses the memory meanwhile
/// disturbs both alike.
///
/// May be used by many threads.
final class StreamTrial {

    /// Bytes that a turn reads, at least.
    static final long TURN_BYTES = 16L << 20;

    /// Turns of each, an odd number.
    static final int ROUNDS = 31;

    // Of each turn of the round: several streams, a single one.
    private final long[] bytes = new long[2];
    private final long[] nanos = new long[2];
    private int roundsOver;
    private int roundsWon;
    private volatile boolean areSideBySide = true;
    private volatile boolean isOver;

    /// How the next product reads: as several streams, or as a single one.
    boolean areSideBySide() {
        return areSideBySide;
    }

    /// Whether the choice has been made, so that nobody needs to tell times any more.
    boolean isOver() {
        return isOver;
    }

    /// Tells what a thread has read, and how. What belongs to a turn before, because another thread
    /// has ended it meanwhile, does not count.
    synchronized void add(boolean sideBySide, long readBytes, long inNanos) {
        if (isOver || sideBySide != areSideBySide) {
            return;
        }
        int turn = sideBySide ? 0 : 1;
        bytes[turn] += readBytes;
        nanos[turn] += inNanos;
        if (bytes[turn] < TURN_BYTES) {
            return;
        }
        if (turn == 1) {
            endRound();
        }
        areSideBySide = isOver ? 2 * roundsWon > ROUNDS : !sideBySide;
    }

    private void endRound() {
        roundsOver++;
        if ((double) bytes[0] * nanos[1] > (double) bytes[1] * nanos[0]) {
            roundsWon++;
        }
        Arrays.fill(bytes, 0);
        Arrays.fill(nanos, 0);
        isOver = roundsOver == ROUNDS;
    }
}
