package dev.talaria.inference.kernel;

/// How numbers of a form meet activations of eight bits in `vpmaddubsw`, which multiplies unsigned
/// bytes with signed ones and adds two neighbouring products in 16 bits.
///
/// @param together how many such sums may be added up before 16 bits are too few
/// @param areSigned whether numbers are too large for that: then they are taken as signed ones,
///   without the zero point, and the activations get their signs
record Avx2Pairs(int together, boolean areSigned) {

    private static final int GREATEST_PAIR = 2 * RoundingLoop.GREATEST;

    static Avx2Pairs of(ByteForm form) {
        int fit = Short.MAX_VALUE / (GREATEST_PAIR * form.greatestNumber());
        return fit == 0
                ? new Avx2Pairs(1, true)
                : new Avx2Pairs(Math.min(fit, form.groupColumns() / Integer.BYTES), false);
    }
}
