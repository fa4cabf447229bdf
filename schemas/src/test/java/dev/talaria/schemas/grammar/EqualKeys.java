package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Places and values of one grammar by their keys: where keys are equal, the same may follow.
final class EqualKeys {

    // Of a first byte: the second bytes, whether it completes the value, whether there is it.
    private static final int COMPLETE = 256;
    private static final int ALLOWED = 257;
    private static final int BITS = 258;

    private final Map<Object, BitSet> byKey = new HashMap<>();

    /// Notes what may follow here, and compares it with what might where keys were the same.
    void check(Recognizer recognizer, String context) {
        Recognizer probe = recognizer.fork();
        compare(probe.place(), ahead(probe), context);
        for (Reading reading : recognizer.readings(2, 2)) {
            if (reading.value() != null) {
                compare(reading.value(), ahead(reading.inside()), context);
            }
        }
    }

    private void compare(Object key, BitSet ahead, String context) {
        BitSet before = byKey.putIfAbsent(key, ahead);
        if (before != null) {
            assertThat(ahead).as(context).isEqualTo(before);
        }
    }

    // Two bytes ahead is as far as equal values promise here.
    private static BitSet ahead(Recognizer recognizer) {
        BitSet ahead = new BitSet(256 * BITS);
        for (int first = 0; first < 256; first++) {
            if (recognizer.push(first)) {
                ahead.set(first * BITS + ALLOWED);
                ahead.set(first * BITS + COMPLETE, recognizer.isComplete());
                for (int second = 0; second < 256; second++) {
                    if (recognizer.push(second)) {
                        ahead.set(first * BITS + second);
                        recognizer.pop(1);
                    }
                }
                recognizer.pop(1);
            }
        }
        return ahead;
    }
}
