package dev.talaria.inference.quantize;

import dev.talaria.inference.tensor.TensorType;

/// Blocks of 32 with one scale, or a scale and a minimum.
final class SmallBlockEncoder implements RowEncoder {

    private static final int ELEMENTS = 32;

    private final int blockBytes;
    private final Block block;

    /// Writes one block.
    @FunctionalInterface
    interface Block {

        void encode(float[] x, int from, byte[] out, int at);
    }

    SmallBlockEncoder(TensorType type, Block block) {
        this.blockBytes = type.blockBytes();
        this.block = block;
    }

    @Override
    public void encode(float[] row, int columns, byte[] out, int at) {
        for (int i = 0; i < columns / ELEMENTS; i++) {
            block.encode(row, i * ELEMENTS, out, at + i * blockBytes);
        }
    }

    static Block q80() {
        Levels levels = Levels.integers(-127, 127);
        ScaleFit fit = new ScaleFit(levels, 2, 0.3f);
        int[] codes = new int[ELEMENTS];
        return (x, from, out, at) -> {
            float scale = Bytes.putHalf(out, at, fit.scale(x, from, ELEMENTS));
            codes(levels, x, from, scale, codes);
            for (int i = 0; i < ELEMENTS; i++) {
                out[at + 2 + i] = (byte) levels.number(codes[i]);
            }
        };
    }

    static Block q40() {
        return nibbles(Levels.integers(-8, 7), 9, 0.1f);
    }

    static Block iq4nl() {
        return nibbles(Levels.table(), 7, 1f);
    }

    private static Block nibbles(Levels levels, int tries, float step) {
        ScaleFit fit = new ScaleFit(levels, tries, step);
        int[] codes = new int[ELEMENTS];
        return (x, from, out, at) -> {
            float scale = Bytes.putHalf(out, at, fit.scale(x, from, ELEMENTS));
            codes(levels, x, from, scale, codes);
            putNibbles(codes, out, at + 2);
        };
    }

    static Block q50() {
        Levels levels = Levels.integers(-16, 15);
        ScaleFit fit = new ScaleFit(levels, 9, 0.1f);
        int[] codes = new int[ELEMENTS];
        return (x, from, out, at) -> {
            float scale = Bytes.putHalf(out, at, fit.scale(x, from, ELEMENTS));
            codes(levels, x, from, scale, codes);
            putFifthBits(codes, out, at + 2);
            putNibbles(codes, out, at + 6);
        };
    }

    static Block q41() {
        AffineFit fit = new AffineFit(15, false);
        int[] codes = new int[ELEMENTS];
        return (x, from, out, at) -> {
            affineCodes(fit, 15, x, from, out, at, codes);
            putNibbles(codes, out, at + 4);
        };
    }

    static Block q51() {
        AffineFit fit = new AffineFit(31, false);
        int[] codes = new int[ELEMENTS];
        return (x, from, out, at) -> {
            affineCodes(fit, 31, x, from, out, at, codes);
            putFifthBits(codes, out, at + 4);
            putNibbles(codes, out, at + 8);
        };
    }

    private static void codes(Levels levels, float[] x, int from, float scale, int[] codes) {
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < ELEMENTS; i++) {
            codes[i] = levels.code(inverse * x[from + i]);
        }
    }

    private static void affineCodes(
            AffineFit fit, int most, float[] x, int from, byte[] out, int at, int[] codes) {
        fit.fit(x, from, ELEMENTS);
        float scale = Bytes.putHalf(out, at, fit.scale());
        float offset = Bytes.putHalf(out, at + 2, fit.offset());
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = 0; i < ELEMENTS; i++) {
            float level = Math.max(0, Math.min(most, inverse * (x[from + i] - offset)));
            codes[i] = Levels.round(level);
        }
    }

    private static void putNibbles(int[] codes, byte[] out, int at) {
        for (int i = 0; i < 16; i++) {
            out[at + i] = (byte) (codes[i] & 15 | (codes[i + 16] & 15) << 4);
        }
    }

    private static void putFifthBits(int[] codes, byte[] out, int at) {
        int bits = 0;
        for (int i = 0; i < ELEMENTS; i++) {
            bits |= (codes[i] >> 4) << i;
        }
        Bytes.putInt(out, at, bits);
    }
}
