package dev.talaria.datasets.synthetic;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// A list of words, of which a part is kept apart: what a model was trained on never shows it the
/// words it is judged on.
///
/// Which part a word belongs to is a matter of its place: every fifth is held out.
final class Words {

    private static final int HELD_OUT_EVERY = 5;

    private final List<String> training;
    private final List<String> heldOut;

    private Words(List<String> all) {
        this.training = part(all, false);
        this.heldOut = part(all, true);
    }

    private static List<String> part(List<String> all, boolean heldOut) {
        return IntStream.range(0, all.size())
                .filter(i -> i % HELD_OUT_EVERY == HELD_OUT_EVERY - 1 == heldOut)
                .mapToObj(all::get)
                .toList();
    }

    /// The words of a text, separated by commas.
    static Words of(String text) {
        return new Words(List.of(text.strip().split("\\s*,\\s*")));
    }

    String pick(RandomGenerator random, boolean isHeldOut) {
        List<String> words = words(isHeldOut);
        return words.get(random.nextInt(words.size()));
    }

    List<String> words(boolean isHeldOut) {
        return isHeldOut ? heldOut : training;
    }
}
