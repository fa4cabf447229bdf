package dev.talaria.eval.statistics;

/// How often one row passed, of how many trials with different seeds.
public record Tally(int passed, int trials) {

    /// Nothing tried yet.
    public static final Tally NONE = new Tally(0, 0);

    public Tally {
        if (passed < 0 || passed > trials) {
            throw new IllegalArgumentException("%d of %d".formatted(passed, trials));
        }
    }

    /// With one more trial.
    public Tally with(boolean isPassed) {
        return new Tally(passed + (isPassed ? 1 : 0), trials + 1);
    }

    /// The share that passed.
    public double share() {
        return (double) passed / trials;
    }
}
