package dev.talaria.inference.kernel;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// A weight matrix in the order vector kernels read it: strips of neighbouring rows whose 32-bit
/// words are interleaved, so that one vector load yields the same word of as many rows as there are
/// lanes; three strips make a panel.
///
/// A strip is a sequence of planes, each one 32-bit word per row. Block by block there is a plane
/// of scales, where the type keeps a half-precision scale apart from its payload (widened to
/// float32), and then the payload words: those of the file in their order, or, where a type has
/// [NumberPlaces], first those that hold scales and minimums, as in the file, and then the numbers
/// in the order of the columns. Not a bit is added but those that fill a word up; rows beyond the
/// last are zero.
///
/// The strips of a panel are read side by side: hardware prefetching ends with every page of 4 KiB,
/// and three pages that begin at the same time are waited for once.
final class PanelMatrix implements WeightMatrix {

    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat SCALE =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final long BYTES_LOW_BITS = 0x0101010101010101L;

    // One more whenever the order of the bytes changes: files of repacked weights outlive programs.
    private static final int ORDER_VERSION = 3;

    /// Strips of a panel.
    static final int STRIPS = 3;

    /// How a block of a type falls into words.
    ///
    /// @param elements per block, as far as the kernels are concerned
    /// @param fileBytes per block
    /// @param scaleOffset of the half-precision scale that is kept apart; -1 where there is none
    /// @param payloadOffset of the first word that is copied as it is
    /// @param copiedWords how many of them
    /// @param places of the numbers that follow; empty where everything is copied
    private record BlockShape(
            int elements,
            int fileBytes,
            int scaleOffset,
            int payloadOffset,
            int copiedWords,
            Optional<NumberPlaces> places) {

        static BlockShape of(TensorType type) {
            return switch (type) {
                case F32 -> copied(1, 4, -1, 0, 1);
                case F16, BF16 -> copied(2, 4, -1, 0, 1);
                case Q8_0 -> copied(32, 34, 0, 2, 8);
                case Q3_K -> copied(256, 110, 108, 0, 27);
                case IQ4_NL -> copied(32, 18, 0, 2, 4);
                case IQ4_XS -> copied(256, 136, -1, 0, 34);
                case Q4_0 -> placed(32, 18, 0, 0, 0, NumberPlaces.FOUR);
                case Q4_1 -> placed(32, 20, -1, 0, 1, NumberPlaces.FOUR);
                case Q5_0 -> placed(32, 22, 0, 0, 0, NumberPlaces.FIVE);
                case Q5_1 -> placed(32, 24, -1, 0, 1, NumberPlaces.FIVE);
                case Q2_K -> placed(256, 84, -1, 0, 5, NumberPlaces.TWO);
                case Q4_K -> placed(256, 144, -1, 0, 4, NumberPlaces.FOUR);
                case Q5_K -> placed(256, 176, -1, 0, 4, NumberPlaces.FIVE);
                case Q6_K -> placed(256, 210, 208, 192, 4, NumberPlaces.SIX);
            };
        }

        private static BlockShape copied(
                int elements, int fileBytes, int scaleOffset, int payloadOffset, int words) {
            return new BlockShape(
                    elements, fileBytes, scaleOffset, payloadOffset, words, Optional.empty());
        }

        private static BlockShape placed(
                int elements,
                int fileBytes,
                int scaleOffset,
                int payloadOffset,
                int copiedWords,
                NumberPlaces places) {
            return new BlockShape(
                    elements,
                    fileBytes,
                    scaleOffset,
                    payloadOffset,
                    copiedWords,
                    Optional.of(places));
        }

        int payloadWords() {
            return copiedWords
                    + places.map(it -> elements / it.groupColumns() * it.words()).orElse(0);
        }

        long stripBytes(int columns, int stripRows) {
            int planes = payloadWords() + (scaleOffset < 0 ? 0 : 1);
            return 4L * stripRows * planes * Math.ceilDiv(columns, elements);
        }
    }

    private final TensorType type;
    private final int rows;
    private final int columns;
    private final int stripRows;
    private final int panelRows;
    private final BlockShape shape;
    private final int blocks;
    private final long planeBytes;
    private final long scaleBytes;
    private final long blockBytes;
    private final long stripBytes;
    private final MemorySegment words;

    /// Repacks the tensor.
    ///
    /// @param stripRows rows per strip; three strips are a panel
    PanelMatrix(Tensor tensor, int stripRows, Arena arena, WorkerTeam team) {
        this(tensor.shape(), stripRows, arena.allocate(bytes(tensor.shape(), stripRows), 64));
        team.run(panels(), (panel, worker) -> repack(tensor, panel));
    }

    /// Panels that were repacked earlier.
    ///
    /// @throws IllegalArgumentException where the memory is not as long as they are
    PanelMatrix(TensorShape tensor, int stripRows, MemorySegment words) {
        if (words.byteSize() != bytes(tensor, stripRows)) {
            throw new IllegalArgumentException(
                    "'%s': panels of %d bytes, not %d"
                            .formatted(tensor.name(), bytes(tensor, stripRows), words.byteSize()));
        }
        this.type = tensor.type();
        this.rows = tensor.rows();
        this.columns = tensor.columns();
        this.stripRows = stripRows;
        this.panelRows = STRIPS * stripRows;
        this.shape = BlockShape.of(type);
        this.blocks = Math.ceilDiv(columns, shape.elements());
        this.planeBytes = 4L * stripRows;
        this.scaleBytes = shape.scaleOffset() < 0 ? 0 : planeBytes;
        this.blockBytes = scaleBytes + planeBytes * shape.payloadWords();
        this.stripBytes = shape.stripBytes(columns, stripRows);
        this.words = words;
    }

    /// Names the order, for panels that another process made.
    static String order(int stripRows) {
        return "panels %d of %d x %d rows".formatted(ORDER_VERSION, STRIPS, stripRows);
    }

    /// Bytes of a matrix.
    static long bytes(TensorShape tensor, int stripRows) {
        long panels = Math.ceilDiv(tensor.rows(), STRIPS * stripRows);
        return BlockShape.of(tensor.type()).stripBytes(tensor.columns(), stripRows)
                * STRIPS
                * panels;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int panels() {
        return Math.ceilDiv(rows, panelRows);
    }

    // A row of a written token meets six strips at a time.
    @Override
    public int panelsTogether() {
        return 2;
    }

    @Override
    public long bytes() {
        return words.byteSize();
    }

    @Override
    public MemorySegment memory() {
        return words.asReadOnly();
    }

    TensorType type() {
        return type;
    }

    MemorySegment words() {
        return words;
    }

    /// Bytes of a strip: between the same words of neighbouring strips.
    long stripBytes() {
        return stripBytes;
    }

    /// Bytes of a block of a strip, its plane of scales included.
    long blockBytes() {
        return blockBytes;
    }

    /// Strips, those that only fill the last panel up included.
    int strips() {
        return panels() * STRIPS;
    }

    /// Where the plane of the block's scales lies, in bytes.
    ///
    /// @param lane the first row of the strip within its panel
    long scaleOffset(int panel, int lane, int block) {
        return ((long) panel * STRIPS + lane / stripRows) * stripBytes + block * blockBytes;
    }

    /// Where the block's first payload plane lies, in bytes.
    ///
    /// @param lane the first row of the strip within its panel
    long payloadOffset(int panel, int lane, int block) {
        return scaleOffset(panel, lane, block) + scaleBytes;
    }

    /// Elements per block.
    int blockElements() {
        return shape.elements();
    }

    /// How the type's numbers lie; empty where its words are those of the file.
    Optional<NumberPlaces> places() {
        return shape.places();
    }

    /// Where the first word of the numbers of a group lies, in bytes.
    ///
    /// @param strip where the strip begins, in bytes
    /// @param column the group's first
    long groupOffset(long strip, NumberPlaces places, int column) {
        int block = column / shape.elements();
        int group = column % shape.elements() / places.groupColumns();
        return strip
                + block * blockBytes
                + scaleBytes
                + (shape.copiedWords() + group * places.words()) * planeBytes;
    }

    /// Bytes between the numbers of neighbouring groups.
    long groupBytes(NumberPlaces places) {
        return shape.elements() == places.groupColumns() ? blockBytes : places.words() * planeBytes;
    }

    private void repack(Tensor tensor, int panel) {
        int panelEnd = Math.min(rows - panel * panelRows, panelRows);
        long rowBytes = tensor.rowBytes();
        for (int lane = 0; lane < panelEnd; lane++) {
            MemorySegment row =
                    tensor.data().asSlice((panel * (long) panelRows + lane) * rowBytes, rowBytes);
            for (int block = 0; block < blocks; block++) {
                repackBlock(row, (long) block * shape.fileBytes(), panel, block, lane);
            }
        }
    }

    private void repackBlock(MemorySegment row, long at, int panel, int block, int lane) {
        int stripLane = lane % stripRows;
        if (shape.scaleOffset() >= 0) {
            float scale = RowDecoder.scale(row, at + shape.scaleOffset());
            words.set(SCALE, scaleOffset(panel, lane, block) + 4L * stripLane, scale);
        }
        long to = payloadOffset(panel, lane, block) + 4L * stripLane;
        for (int word = 0; word < shape.copiedWords(); word++) {
            words.set(WORD, to, readWord(row, at + copiedOffset(word)));
            to += planeBytes;
        }
        if (shape.places().isPresent()) {
            NumberPlaces places = shape.places().get();
            for (int from = 0; from < shape.elements(); from += places.groupColumns()) {
                repackGroup(places, row, at, from, to);
                to += places.words() * planeBytes;
            }
        }
    }

    // The two scales of Q2_K follow its numbers.
    private long copiedOffset(int word) {
        return type == TensorType.Q2_K && word == 4 ? 80 : shape.payloadOffset() + 4L * word;
    }

    private void repackGroup(NumberPlaces places, MemorySegment row, long at, int from, long to) {
        int bits = places.bits();
        long mask = ((1L << bits) - 1) * BYTES_LOW_BITS;
        if (places == NumberPlaces.FOUR) {
            for (int word = 0; word < places.words(); word++) {
                long eight = StoredNumbers.eight(type, row, at, from + 8 * word);
                words.set(WORD, to + word * planeBytes, (int) Long.compress(eight, mask));
            }
            return;
        }
        long last = StoredNumbers.eight(type, row, at, from + places.groupColumns() - 8);
        long leftovers = Long.compress(last, mask) >>> (8 - places.leftovers()) * bits;
        int wordBits = places.wordColumns() * bits;
        long wordMask = (1L << wordBits) - 1;
        long waiting = 0;
        int waitingBits = 0;
        int word = 0;
        for (int column = 0; column < places.groupColumns(); column += 4) {
            long eight = StoredNumbers.eight(type, row, at, from + (column & -8));
            waiting |= Long.compress(eight >>> column % 8 * 8, mask & 0xFFFFFFFFL) << waitingBits;
            waitingBits += 4 * bits;
            if (waitingBits >= wordBits && word < places.words()) {
                long spare = places.leftovers() == 0 ? 0 : (leftovers >>> 2 * word & 3) << 30;
                words.set(WORD, to + word * planeBytes, (int) (waiting & wordMask | spare));
                waiting >>>= wordBits;
                waitingBits -= wordBits;
                word++;
            }
        }
    }

    // A row of an odd number of 16-bit elements ends in half a word.
    private static int readWord(MemorySegment row, long offset) {
        return offset + 4 <= row.byteSize()
                ? row.get(WORD, offset)
                : Short.toUnsignedInt(row.get(HALF, offset));
    }
}
