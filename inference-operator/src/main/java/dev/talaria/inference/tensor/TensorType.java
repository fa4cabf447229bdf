package dev.talaria.inference.tensor;

import java.util.Optional;

/// How the elements of a tensor are stored: in blocks of so many elements and bytes.
///
/// The numbers and layouts are those of the GGUF specification (ggml). Types that are known by
/// number but cannot be computed with are absent.
public enum TensorType {
    F32(0, 1, 4),
    F16(1, 1, 2),
    Q4_0(2, 32, 18),
    Q4_1(3, 32, 20),
    Q5_0(6, 32, 22),
    Q5_1(7, 32, 24),
    Q8_0(8, 32, 34),
    Q2_K(10, 256, 84),
    Q3_K(11, 256, 110),
    Q4_K(12, 256, 144),
    Q5_K(13, 256, 176),
    Q6_K(14, 256, 210),
    IQ4_NL(20, 32, 18),
    IQ4_XS(23, 256, 136),
    BF16(30, 1, 2);

    private static final TensorType[] VALUES = values();

    private final int ggufId;
    private final int blockElements;
    private final int blockBytes;

    TensorType(int ggufId, int blockElements, int blockBytes) {
        this.ggufId = ggufId;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /// The type of that number in a GGUF file, if this program can compute with it.
    public static Optional<TensorType> ofGgufId(int ggufId) {
        for (TensorType type : VALUES) {
            if (type.ggufId == ggufId) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /// The type's number in a GGUF file.
    public int ggufId() {
        return ggufId;
    }

    /// Elements per block; a row is a whole number of blocks.
    public int blockElements() {
        return blockElements;
    }

    /// Bytes per block.
    public int blockBytes() {
        return blockBytes;
    }

    /// Bytes of that many elements.
    ///
    /// @throws IllegalArgumentException where they are not a whole number of blocks
    /// @throws ArithmeticException where the product exceeds a long
    public long bytes(long elements) {
        if (elements < 0 || elements % blockElements != 0) {
            throw new IllegalArgumentException(
                    elements
                            + " elements of "
                            + this
                            + " are not a multiple of its block of "
                            + blockElements);
        }
        return Math.multiplyExact(elements / blockElements, blockBytes);
    }
}
