package dev.talaria.inference.x86;

/// The tile registers of AMX, as Intel's manual (volume 2) describes the instructions, and no more
/// lenient.
final class TileUnit {

    private static final int TILES = 8;
    private static final int ROWS = 16;
    private static final int ROW_BYTES = 64;
    private static final int ROW_WORDS = ROW_BYTES / Integer.BYTES;
    private static final int CONFIGURATION_BYTES = 64;

    private final CheckedMemory memory;
    private final int[][] words = new int[TILES][ROWS * ROW_WORDS];
    private final int[] heights = new int[TILES];
    private final int[] widths = new int[TILES];
    private boolean isConfigured;

    TileUnit(CheckedMemory memory) {
        this.memory = memory;
    }

    boolean isConfigured() {
        return isConfigured;
    }

    void release() {
        isConfigured = false;
        clear();
    }

    private void clear() {
        for (int tile = 0; tile < TILES; tile++) {
            heights[tile] = 0;
            widths[tile] = 0;
            zero(tile);
        }
    }

    private void zero(int tile) {
        java.util.Arrays.fill(words[tile], 0);
    }

    /// `ldtilecfg`.
    void configure(long address) {
        clear();
        require(memory.loadByte(address) == 1, "palette " + memory.loadByte(address));
        require(memory.loadByte(address + 1) == 0, "a product is started in the middle");
        for (int i = 2; i < CONFIGURATION_BYTES; i++) {
            boolean isReserved = i < 16 || i >= 32 && i < 48 || i >= 56;
            require(!isReserved || memory.loadByte(address + i) == 0, "byte %d".formatted(i));
        }
        for (int tile = 0; tile < TILES; tile++) {
            widths[tile] = memory.loadShort(address + 16 + 2L * tile) & 0xFFFF;
            heights[tile] = memory.loadByte(address + 48 + tile) & 0xFF;
            require(widths[tile] <= ROW_BYTES && heights[tile] <= ROWS, "tmm%d".formatted(tile));
            require((widths[tile] == 0) == (heights[tile] == 0), "tmm%d".formatted(tile));
        }
        isConfigured = true;
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new InvalidCodeException("tile configuration: " + what);
        }
    }

    private void requireConfigured(int tile) {
        if (!isConfigured || heights[tile] == 0) {
            throw new InvalidCodeException("tmm%d is not configured".formatted(tile));
        }
    }

    /// `tilezero`.
    void clear(int tile) {
        requireConfigured(tile);
        zero(tile);
    }

    /// `tileloadd`.
    void load(int tile, long address, long stride) {
        requireWholeWords(tile);
        zero(tile);
        for (int row = 0; row < heights[tile]; row++) {
            for (int i = 0; i < widths[tile] / Integer.BYTES; i++) {
                words[tile][row * ROW_WORDS + i] =
                        memory.loadInt(address + row * stride + (long) i * Integer.BYTES);
            }
        }
    }

    /// `tilestored`.
    void store(int tile, long address, long stride) {
        requireWholeWords(tile);
        for (int row = 0; row < heights[tile]; row++) {
            for (int i = 0; i < widths[tile] / Integer.BYTES; i++) {
                memory.storeInt(
                        address + row * stride + (long) i * Integer.BYTES,
                        words[tile][row * ROW_WORDS + i]);
            }
        }
    }

    // The processor has no such rule for loads and stores; our code has no other tiles.
    private void requireWholeWords(int tile) {
        requireConfigured(tile);
        if (widths[tile] % Integer.BYTES != 0) {
            throw new InvalidCodeException(
                    "tmm%d has rows of %d bytes".formatted(tile, widths[tile]));
        }
    }

    private void requireProduct(int to, int a, int b) {
        requireWholeWords(to);
        requireWholeWords(a);
        requireWholeWords(b);
        boolean areThree = to != a && to != b && a != b;
        boolean fit =
                heights[to] == heights[a]
                        && widths[to] == widths[b]
                        && widths[a] / Integer.BYTES == heights[b];
        if (!areThree || !fit) {
            throw new InvalidCodeException(
                    "tmm%d (%d x %d) += tmm%d (%d x %d) * tmm%d (%d x %d)"
                            .formatted(
                                    to,
                                    heights[to],
                                    widths[to],
                                    a,
                                    heights[a],
                                    widths[a],
                                    b,
                                    heights[b],
                                    widths[b]));
        }
    }

    /// `tdpbssd`, `tdpbsud`, `tdpbusd` and `tdpbuud`.
    void multiplyBytes(int to, int a, boolean isASigned, int b, boolean isBSigned) {
        requireProduct(to, a, b);
        for (int row = 0; row < heights[to]; row++) {
            for (int k = 0; k < heights[b]; k++) {
                int left = words[a][row * ROW_WORDS + k];
                for (int column = 0; column < widths[to] / Integer.BYTES; column++) {
                    int right = words[b][k * ROW_WORDS + column];
                    int sum = 0;
                    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                        sum += number(left, shift, isASigned) * number(right, shift, isBSigned);
                    }
                    words[to][row * ROW_WORDS + column] += sum;
                }
            }
        }
    }

    private static int number(int word, int shift, boolean isSigned) {
        return isSigned ? (byte) (word >> shift) : word >> shift & 0xFF;
    }

    /// `tdpbf16ps`: even and odd columns apart, each with one rounding a product, to the nearest,
    /// ties to even; then the two, then what was there. What is denormal is zero, before and after.
    void multiplyBfloats(int to, int a, int b) {
        requireProduct(to, a, b);
        for (int row = 0; row < heights[to]; row++) {
            for (int column = 0; column < widths[to] / Integer.BYTES; column++) {
                float even = 0;
                float odd = 0;
                for (int k = 0; k < heights[b]; k++) {
                    int left = words[a][row * ROW_WORDS + k];
                    int right = words[b][k * ROW_WORDS + column];
                    even = fused(lower(left), lower(right), even);
                    odd = fused(upper(left), upper(right), odd);
                }
                int at = row * ROW_WORDS + column;
                float before = normal(Float.intBitsToFloat(words[to][at]));
                float sum = normal(before + normal(even + odd));
                words[to][at] = Float.floatToRawIntBits(sum);
            }
        }
    }

    private static float lower(int word) {
        return normal(Float.intBitsToFloat(word << 16));
    }

    private static float upper(int word) {
        return normal(Float.intBitsToFloat(word & 0xFFFF0000));
    }

    private static float fused(float a, float b, float c) {
        return normal(Math.fma(a, b, c));
    }

    private static float normal(float value) {
        return Math.abs(value) < Float.MIN_NORMAL ? Math.copySign(0f, value) : value;
    }
}
