package dev.talaria.schemas.task;

/// How much less probable a token becomes by having been there before.
///
/// @param repetition for tokens of prompt and answer: a positive logit is divided by it, a negative
///   one multiplied; 1 for none. Keskar et al., "CTRL", 2019
/// @param frequency taken off a logit for every time the answer has the token; 0 for none
/// @param presence taken off a logit where the answer has the token; 0 for none
public record Penalties(float repetition, float frequency, float presence) {

    /// What was there before does not matter.
    public static final Penalties NONE = new Penalties(1f, 0f, 0f);

    public Penalties {
        if (!(repetition > 0f && repetition <= 10f)) {
            throw new IllegalArgumentException(
                    "repetition penalty %s is not above 0 and up to 10; 1 is none"
                            .formatted(repetition));
        }
        check("frequency", frequency);
        check("presence", presence);
    }

    private static void check(String name, float penalty) {
        if (!(penalty >= -2f && penalty <= 2f)) {
            throw new IllegalArgumentException(
                    "%s penalty %s is not within -2 to 2; 0 is none".formatted(name, penalty));
        }
    }

    /// Whether nothing changes.
    public boolean areNone() {
        return equals(NONE);
    }
}
