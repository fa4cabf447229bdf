package dev.talaria.inference.tokenizer.chat.jinja;

import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;

/// What a template may still do. Once it is used up, every further step fails at once, so that the
/// run is over soon whatever the library makes of the failures.
final class Budget {

    private static final int STEPS = 1_000_000;
    private static final int LONGEST_SECONDS = 2;

    private final long deadlineNanos = System.nanoTime() + LONGEST_SECONDS * 1_000_000_000L;
    private int left = STEPS;
    private String excess;

    /// Takes one step.
    ///
    /// @throws UnsupportedChatException where there is none left
    void step() {
        if (left > 0 && --left == 0) {
            excess = "it takes more than " + STEPS + " steps";
        } else if (left > 0 && System.nanoTime() - deadlineNanos > 0) {
            excess = "it takes longer than " + LONGEST_SECONDS + " seconds";
            left = 0;
        }
        if (left == 0) {
            throw new UnsupportedChatException("chat template: " + excess);
        }
    }

    /// Lets no further step be taken.
    void end() {
        left = 0;
        excess = "it has ended";
    }

    /// @throws UnsupportedChatException where the budget was used up
    void requireLeft() {
        if (left == 0) {
            throw new UnsupportedChatException("chat template: " + excess);
        }
    }
}
