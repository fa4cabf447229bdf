package dev.talaria.inference.quantize;

/// Blocks of 256 whose groups have a signed scale each, quantized itself: Q3_K, Q6_K and IQ4_XS.
final class ScaledSuperBlocks implements RowEncoder {

    /// How one of the types divides and lays out a block.
    enum Layout {
        Q3_K(16, -32, 31, 110),
        Q6_K(16, -128, 127, 210),
        IQ4_XS(32, -32, 31, 136);

        private final int groupElements;
        private final int leastScale;
        private final int mostScale;
        private final int blockBytes;

        Layout(int groupElements, int leastScale, int mostScale, int blockBytes) {
            this.groupElements = groupElements;
            this.leastScale = leastScale;
            this.mostScale = mostScale;
            this.blockBytes = blockBytes;
        }

        private Levels levels() {
            return switch (this) {
                case Q3_K -> Levels.integers(-4, 3);
                case Q6_K -> Levels.integers(-32, 31);
                case IQ4_XS -> Levels.table();
            };
        }

        private ScaleFit fit(Levels levels) {
            return switch (this) {
                case Q3_K, Q6_K -> new ScaleFit(levels, 9, 0.1f);
                case IQ4_XS -> new ScaleFit(levels, 7, 1f);
            };
        }
    }

    private static final int ELEMENTS = 256;

    private final Layout layout;
    private final int groups;
    private final Levels levels;
    private final ScaleFit fit;
    private final float[] fitted;
    private final int[] scales;
    private final int[] codes = new int[ELEMENTS];

    ScaledSuperBlocks(Layout layout) {
        this.layout = layout;
        this.groups = ELEMENTS / layout.groupElements;
        this.levels = layout.levels();
        this.fit = layout.fit(levels);
        this.fitted = new float[groups];
        this.scales = new int[groups];
    }

    @Override
    public void encode(float[] row, int columns, byte[] out, int at) {
        for (int i = 0; i < columns / ELEMENTS; i++) {
            block(row, i * ELEMENTS, out, at + i * layout.blockBytes);
        }
    }

    private void block(float[] x, int from, byte[] out, int at) {
        for (int group = 0; group < groups; group++) {
            fitted[group] = fit.scale(x, from + group * layout.groupElements, layout.groupElements);
        }
        // The greatest scale takes the one more number there is on the negative side.
        float unit = ScaleFit.extreme(fitted, 0, groups) / layout.leastScale;
        float d = Bytes.putHalf(out, scaleAt(at), unit);
        for (int group = 0; group < groups; group++) {
            quantizeGroup(x, from, group, d);
        }
        switch (layout) {
            case Q3_K -> putQ3k(out, at);
            case Q6_K -> putQ6k(out, at);
            case IQ4_XS -> putIq4xs(out, at);
        }
    }

    private int scaleAt(int at) {
        return switch (layout) {
            case Q3_K -> at + 108;
            case Q6_K -> at + 208;
            case IQ4_XS -> at;
        };
    }

    private void quantizeGroup(float[] x, int from, int group, float d) {
        float wanted = d == 0 ? 0 : fitted[group] / d;
        scales[group] =
                Levels.round(Math.max(layout.leastScale, Math.min(layout.mostScale, wanted)));
        float scale = d * scales[group];
        float inverse = scale == 0 ? 0 : 1 / scale;
        int first = group * layout.groupElements;
        for (int i = first; i < first + layout.groupElements; i++) {
            codes[i] = levels.code(inverse * x[from + i]);
        }
    }

    private void putQ3k(byte[] out, int at) {
        for (int i = 0; i < 32; i++) {
            int bits = 0;
            for (int k = 0; k < 8; k++) {
                bits |= codes[k * 32 + i] >> 2 << k;
            }
            out[at + i] = (byte) bits;
        }
        BitPairs.put(codes, 0, out, at + 32);
        for (int i = 0; i < 8; i++) {
            out[at + 96 + i] = (byte) (scales[i] + 32 & 15 | (scales[i + 8] + 32 & 15) << 4);
        }
        for (int i = 0; i < 4; i++) {
            int bits = 0;
            for (int k = 0; k < 4; k++) {
                bits |= scales[k * 4 + i] + 32 >> 4 << 2 * k;
            }
            out[at + 104 + i] = (byte) bits;
        }
    }

    // The low nibbles of 128 elements lie in 64 bytes: quarters 0 and 1 low, 2 and 3 above them.
    private void putQ6k(byte[] out, int at) {
        for (int i = 0; i < 128; i++) {
            int first = i / 64 * 128 + i % 64;
            out[at + i] = (byte) (codes[first] & 15 | (codes[first + 64] & 15) << 4);
        }
        BitPairs.put(codes, 4, out, at + 128);
        for (int group = 0; group < groups; group++) {
            out[at + 192 + group] = (byte) scales[group];
        }
    }

    private void putIq4xs(byte[] out, int at) {
        int high = 0;
        int low = 0;
        for (int group = 0; group < groups; group++) {
            int code = scales[group] + 32;
            high |= code >> 4 << 2 * group;
            low |= (code & 15) << 4 * group;
        }
        Bytes.putShort(out, at + 2, (short) high);
        Bytes.putInt(out, at + 4, low);
        for (int i = 0; i < ELEMENTS / 2; i++) {
            int first = i / 16 * 32 + i % 16;
            out[at + 8 + i] = (byte) (codes[first] | codes[first + 16] << 4);
        }
    }
}
