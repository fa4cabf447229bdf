package dev.talaria.inference.kernel;

import java.util.Arrays;
import java.util.List;

/// How one row's product reads its weights fastest, found out by the first products themselves.
///
/// Nothing is fastest everywhere: what four streams side by side were worth on one processor (Zen
/// 5), half as much again, they cost on the one before (Zen 4), and there asking ahead costs what
/// it is meant to save. The numbers are the same to the bit, so all ways take turns of
/// [#TURN_BYTES] until each has had [#ROUNDS]; what was fastest in most rounds stays. The turns of
/// a round follow each other, so that what else uses the memory meanwhile disturbs all alike.
///
/// May be used by many threads.
final class ReadingTrial {

    /// Bytes that a turn reads, at least.
    static final long TURN_BYTES = 16L << 20;

    /// Turns of each.
    static final int ROUNDS = 255;

    private static final List<WeightReading> READINGS = WeightReading.OF_ONE_ROW;

    // Of each turn of the round.
    private final long[] bytes = new long[READINGS.size()];
    private final long[] nanos = new long[READINGS.size()];
    private final int[] roundsWon = new int[READINGS.size()];
    private int turn;
    private int roundsOver;
    private volatile WeightReading reading = READINGS.getFirst();
    private volatile boolean isOver;

    /// How the next product reads.
    WeightReading reading() {
        return reading;
    }

    /// Whether the choice has been made, so that nobody needs to tell times any more.
    boolean isOver() {
        return isOver;
    }

    /// Tells what a thread has read, and how. What belongs to a turn before, because another thread
    /// has ended it meanwhile, does not count.
    synchronized void add(WeightReading how, long readBytes, long inNanos) {
        if (isOver || how != reading) {
            return;
        }
        bytes[turn] += readBytes;
        nanos[turn] += inNanos;
        if (bytes[turn] < TURN_BYTES) {
            return;
        }
        turn++;
        if (turn == READINGS.size()) {
            endRound();
        }
        reading = READINGS.get(isOver ? indexOfMost() : turn);
    }

    private void endRound() {
        int fastest = 0;
        for (int i = 1; i < READINGS.size(); i++) {
            if ((double) bytes[i] * nanos[fastest] > (double) bytes[fastest] * nanos[i]) {
                fastest = i;
            }
        }
        roundsWon[fastest]++;
        roundsOver++;
        turn = 0;
        Arrays.fill(bytes, 0);
        Arrays.fill(nanos, 0);
        isOver = roundsOver == ROUNDS;
    }

    private int indexOfMost() {
        int most = 0;
        for (int i = 1; i < READINGS.size(); i++) {
            if (roundsWon[i] > roundsWon[most]) {
                most = i;
            }
        }
        return most;
    }
}
