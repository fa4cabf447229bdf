package dev.talaria.eval.bench;

/// One thing whose speed is measured, named as llama.cpp's own bench does.
sealed interface Measure {

    /// Such as `pp512` or `tg64x16`.
    String name();

    /// Tokens that are computed in the time measured.
    int tokens();

    /// What it is held back by in the end: see [Limit].
    Limit limit();

    /// The same for less time, by the same code: what warms it up.
    Measure brief();

    /// A prompt is read, to the logits of its last token.
    record Prompt(int tokens) implements Measure {

        // Enough rows for every kernel that works on many.
        private static final int BRIEF_TOKENS = 64;

        @Override
        public String name() {
            return "pp" + tokens;
        }

        @Override
        public Limit limit() {
            return Limit.MULTIPLY_ADD;
        }

        @Override
        public Measure brief() {
            return new Prompt(Math.min(BRIEF_TOKENS, tokens));
        }
    }

    /// Several sequences write one token each, step after step.
    ///
    /// @param sequences that decode together
    /// @param context tokens each has read before, outside of the time measured
    /// @param steps tokens each writes
    record Decode(int sequences, int context, int steps) implements Measure {

        private static final int BRIEF_STEPS = 2;

        @Override
        public String name() {
            return "tg"
                    + steps
                    + (sequences == 1 ? "" : "x" + sequences)
                    + (context == 1 ? "" : "@" + context);
        }

        @Override
        public int tokens() {
            return sequences * steps;
        }

        @Override
        public Limit limit() {
            return sequences == 1 ? Limit.MEMORY_READ : Limit.MULTIPLY_ADD;
        }

        @Override
        public Measure brief() {
            return new Decode(sequences, 1, Math.min(BRIEF_STEPS, steps));
        }
    }
}
