package dev.talaria.inference.quantize;

/// Blocks of 256 whose groups have a scale and a minimum each, quantized themselves: Q2_K, Q4_K and
/// Q5_K.
final class AffineSuperBlocks implements RowEncoder {

    /// How one of the types divides and lays out a block.
    enum Layout {
        Q2_K(16, 3, 15, 84),
        Q4_K(32, 15, 63, 144),
        Q5_K(32, 31, 63, 176);

        private final int groupElements;
        private final int mostLevel;
        private final int mostScale;
        private final int blockBytes;

        Layout(int groupElements, int mostLevel, int mostScale, int blockBytes) {
            this.groupElements = groupElements;
            this.mostLevel = mostLevel;
            this.mostScale = mostScale;
            this.blockBytes = blockBytes;
        }
    }

    private static final int ELEMENTS = 256;

    private final Layout layout;
    private final int groups;
    private final AffineFit fit;
    private final float[] fitted;
    private final float[] minimums;
    private final int[] scaleCodes;
    private final int[] minimumCodes;
    private final int[] codes = new int[ELEMENTS];

    AffineSuperBlocks(Layout layout) {
        this.layout = layout;
        this.groups = ELEMENTS / layout.groupElements;
        this.fit = new AffineFit(layout.mostLevel, true);
        this.fitted = new float[groups];
        this.minimums = new float[groups];
        this.scaleCodes = new int[groups];
        this.minimumCodes = new int[groups];
    }

    @Override
    public void encode(float[] row, int columns, byte[] out, int at) {
        for (int i = 0; i < columns / ELEMENTS; i++) {
            block(row, i * ELEMENTS, out, at + i * layout.blockBytes);
        }
    }

    private void block(float[] x, int from, byte[] out, int at) {
        float greatestScale = 0;
        float greatestMinimum = 0;
        for (int group = 0; group < groups; group++) {
            fit.fit(x, from + group * layout.groupElements, layout.groupElements);
            fitted[group] = fit.scale();
            minimums[group] = -fit.offset();
            greatestScale = Math.max(greatestScale, fitted[group]);
            greatestMinimum = Math.max(greatestMinimum, minimums[group]);
        }
        int scalesAt = layout == Layout.Q2_K ? at + 80 : at;
        float d = Bytes.putHalf(out, scalesAt, greatestScale / layout.mostScale);
        float dmin = Bytes.putHalf(out, scalesAt + 2, greatestMinimum / layout.mostScale);
        for (int group = 0; group < groups; group++) {
            quantizeGroup(x, from, group, d, dmin);
        }
        switch (layout) {
            case Q2_K -> putQ2k(out, at);
            case Q4_K -> {
                SixBitScales.put(scaleCodes, minimumCodes, out, at + 4);
                putNibbles(out, at + 16);
            }
            case Q5_K -> {
                SixBitScales.put(scaleCodes, minimumCodes, out, at + 4);
                putFifthBits(out, at + 16);
                putNibbles(out, at + 48);
            }
        }
    }

    // Rounding the scale shifts what the best minimum is, and the other way round: so of the
    // neighbours the pair with the least error is taken.
    private void quantizeGroup(float[] x, int from, int group, float d, float dmin) {
        int scale = nearest(fitted[group], d);
        int minimum = nearest(minimums[group], dmin);
        double least = Double.POSITIVE_INFINITY;
        for (int s = Math.max(0, scale - 1); s <= Math.min(layout.mostScale, scale + 1); s++) {
            for (int m = Math.max(0, minimum - 1);
                    m <= Math.min(layout.mostScale, minimum + 1);
                    m++) {
                double error = error(x, from, group, d * s, dmin * m);
                if (error < least) {
                    least = error;
                    scaleCodes[group] = s;
                    minimumCodes[group] = m;
                }
            }
        }
        float chosen = d * scaleCodes[group];
        float inverse = chosen == 0 ? 0 : 1 / chosen;
        float offset = dmin * minimumCodes[group];
        int first = group * layout.groupElements;
        for (int i = first; i < first + layout.groupElements; i++) {
            codes[i] = level(inverse * (x[from + i] + offset));
        }
    }

    private double error(float[] x, int from, int group, float scale, float minimum) {
        float inverse = scale == 0 ? 0 : 1 / scale;
        double error = 0;
        int first = from + group * layout.groupElements;
        for (int i = first; i < first + layout.groupElements; i++) {
            float missed = x[i] - (scale * level(inverse * (x[i] + minimum)) - minimum);
            error += missed * missed;
        }
        return error;
    }

    private int level(float value) {
        return Levels.round(Math.max(0, Math.min(layout.mostLevel, value)));
    }

    private int nearest(float value, float unit) {
        return unit == 0 ? 0 : Levels.round(Math.min(layout.mostScale, value / unit));
    }

    private void putQ2k(byte[] out, int at) {
        for (int group = 0; group < groups; group++) {
            out[at + group] = (byte) (scaleCodes[group] | minimumCodes[group] << 4);
        }
        BitPairs.put(codes, 0, out, at + 16);
    }

    // Of every 64 elements the first 32 are low nibbles and the others the high ones.
    private void putNibbles(byte[] out, int at) {
        for (int i = 0; i < ELEMENTS / 2; i++) {
            int low = i / 32 * 64 + i % 32;
            out[at + i] = (byte) (codes[low] & 15 | (codes[low + 32] & 15) << 4);
        }
    }

    private void putFifthBits(byte[] out, int at) {
        for (int i = 0; i < 32; i++) {
            int bits = 0;
            for (int group = 0; group < groups; group++) {
                bits |= codes[group * 32 + i] >> 4 << group;
            }
            out[at + i] = (byte) bits;
        }
    }
}
