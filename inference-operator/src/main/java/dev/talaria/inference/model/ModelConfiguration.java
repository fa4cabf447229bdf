package dev.talaria.inference.model;

import static java.util.Objects.requireNonNull;

/// The shape of a Mistral-architecture transformer.
///
/// @param layers blocks of attention and feed-forward
/// @param width of the residual stream
/// @param feedForwardWidth of the gated feed-forward network
/// @param heads of queries
/// @param kvHeads of keys and values; each serves `heads / kvHeads` query heads
/// @param headWidth of one head
/// @param vocabulary rows of the output matrix, padding included
/// @param contextTokens the model was made for, its rotary scaling included
/// @param rotaryWidth leading elements of a head that are rotated
/// @param rotaryBase of the rotation's wavelengths
/// @param epsilon of RMSNorm
/// @param slidingWindow tokens a token attends to, itself included; [#WHOLE_CONTEXT] for all
/// @param rotaryScaling how the rotation is stretched
public record ModelConfiguration(
        int layers,
        int width,
        int feedForwardWidth,
        int heads,
        int kvHeads,
        int headWidth,
        int vocabulary,
        int contextTokens,
        int rotaryWidth,
        double rotaryBase,
        float epsilon,
        int slidingWindow,
        RotaryScaling rotaryScaling) {

    /// The sliding window of a model that attends to every token.
    public static final int WHOLE_CONTEXT = Integer.MAX_VALUE;

    // Far above every published model; keeps products of a hostile file's numbers within an int.
    private static final int MOST = 1 << 20;

    public ModelConfiguration {
        positive("block_count", layers, 10_000);
        positive("embedding_length", width, MOST);
        positive("feed_forward_length", feedForwardWidth, MOST);
        positive("attention.head_count", heads, 10_000);
        positive("attention.head_count_kv", kvHeads, 10_000);
        positive("attention.key_length", headWidth, 10_000);
        positive("vocabulary", vocabulary, 1 << 24);
        positive("context_length", contextTokens, 1 << 26);
        positive("rope.dimension_count", rotaryWidth, headWidth);
        positive("sliding_window", slidingWindow, WHOLE_CONTEXT);
        requireNonNull(rotaryScaling, "rotaryScaling");
        if (heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    heads + " query heads cannot share " + kvHeads + " key-value heads");
        }
        if (rotaryWidth % 2 != 0) {
            throw new IllegalArgumentException("rotary width " + rotaryWidth + " is odd");
        }
        if (!(rotaryBase > 1)) {
            throw new IllegalArgumentException("rotary base " + rotaryBase + " is not above 1");
        }
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("norm epsilon " + epsilon + " is not above 0");
        }
        for (double frequency : rotaryScaling.frequencies(rotaryWidth, rotaryBase, contextTokens)) {
            if (!Double.isFinite(frequency)) {
                throw new IllegalArgumentException(
                        "rotary scaling '%s' does not suit a rotary width of %d"
                                .formatted(rotaryScaling.description(), rotaryWidth));
            }
        }
    }

    /// A shape without rotary scaling.
    public ModelConfiguration(
            int layers,
            int width,
            int feedForwardWidth,
            int heads,
            int kvHeads,
            int headWidth,
            int vocabulary,
            int contextTokens,
            int rotaryWidth,
            double rotaryBase,
            float epsilon,
            int slidingWindow) {
        this(
                layers,
                width,
                feedForwardWidth,
                heads,
                kvHeads,
                headWidth,
                vocabulary,
                contextTokens,
                rotaryWidth,
                rotaryBase,
                epsilon,
                slidingWindow,
                RotaryScaling.none());
    }

    /// The context to use where none is asked for: with [RotaryScaling.Dynamic] the original one,
    /// in which the rotation is plain; otherwise all of it.
    public int usualContextTokens() {
        return rotaryScaling instanceof RotaryScaling.Dynamic dynamic
                ? Math.min(dynamic.originalContext(), contextTokens)
                : contextTokens;
    }

    /// Width of all query heads together.
    public int queryWidth() {
        return heads * headWidth;
    }

    /// Width of all key (or value) heads together.
    public int kvWidth() {
        return kvHeads * headWidth;
    }

    private static void positive(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    name + " = " + value + " is not within 1 to " + most);
        }
    }
}
