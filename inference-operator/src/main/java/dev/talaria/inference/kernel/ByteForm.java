package dev.talaria.inference.kernel;

import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.GeneralAssembler;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.Operand;
import dev.talaria.inference.x86.VectorRegister;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How a type's weights are seen by instructions that multiply bytes: whole numbers from 0 to 255,
/// in groups of columns that share a scale, exactly as they are stored.
///
/// A weight is `scale * (number - zero)`, or `scale * number + minimum`.
///
/// @param areNibbles whether the numbers are below 16, so that a byte holds two
/// @param groupColumns 16 or 32
/// @param areHalves whether scale and minimum of a group are half-precision numbers; else they are
///   whole numbers of a byte, times halves that [#SHARING_BLOCKS] blocks share
/// @param zeroShift binary logarithm of the number that stands for zero; empty where each group has
///   a minimum instead
record ByteForm(
        boolean areNibbles, int groupColumns, boolean areHalves, Optional<Integer> zeroShift) {

    /// Columns of a block: all forms are read 32 columns at a time.
    static final int BLOCK_COLUMNS = 32;

    /// Blocks that share halves, where there are any: 256 columns. The halves lie before them.
    static final int SHARING_BLOCKS = 8;

    // So many were best on Zen 4, of nibbles and of bytes.
    private static final int BLOCKS_AHEAD = 10;

    private static final int CACHE_LINE = 64;

    /// The form of a type; empty for types of floats, and for IQ4_XS, which is left to float
    /// activations too: with eight bits its fixture keeps 85 % of the most probable tokens, fewer
    /// than llama.cpp does.
    static Optional<ByteForm> of(TensorType type) {
        return switch (type) {
            case F32, F16, BF16, IQ4_XS -> Optional.empty();
            case Q4_0 -> around(true, 32, true, 3);
            case Q5_0 -> around(false, 32, true, 4);
            case Q8_0, IQ4_NL -> around(false, 32, true, 7);
            case Q3_K -> around(true, 16, false, 2);
            case Q6_K -> around(false, 16, false, 5);
            case Q4_1 -> above(true, 32, true);
            case Q5_1 -> above(false, 32, true);
            case Q2_K -> above(true, 16, false);
            case Q4_K -> above(true, 32, false);
            case Q5_K -> above(false, 32, false);
        };
    }

    /// The forms of all types, each once, in the order of the types: code lies at the same places
    /// in every process.
    static List<ByteForm> all() {
        return Arrays.stream(TensorType.values())
                .flatMap(type -> of(type).stream())
                .distinct()
                .toList();
    }

    private static Optional<ByteForm> around(
            boolean areNibbles, int groupColumns, boolean areHalves, int zeroShift) {
        return Optional.of(
                new ByteForm(areNibbles, groupColumns, areHalves, Optional.of(zeroShift)));
    }

    private static Optional<ByteForm> above(
            boolean areNibbles, int groupColumns, boolean areHalves) {
        return Optional.of(new ByteForm(areNibbles, groupColumns, areHalves, Optional.empty()));
    }

    /// Whether groups have minimums.
    boolean hasMinimums() {
        return zeroShift.isEmpty();
    }

    /// No number of the form is greater.
    int greatestNumber() {
        return areNibbles ? 15 : zeroShift.map(shift -> (2 << shift) - 1).orElse(31);
    }

    /// Groups of a block.
    int groups() {
        return BLOCK_COLUMNS / groupColumns;
    }

    /// Columns whose numbers are one vector of a strip.
    int vectorColumns() {
        return areNibbles ? 8 : 4;
    }

    /// Vectors of numbers a strip has of a group.
    int groupVectors() {
        return groupColumns / vectorColumns();
    }

    /// Bytes of the scales, or of the minimums, that a strip has of a group.
    int scaleBytes() {
        return ByteMatrix.STRIP_ROWS * (areHalves ? Short.BYTES : Byte.BYTES);
    }

    /// Bytes of the halves that blocks share; none where every group has its own.
    int sharedBytes() {
        return areHalves ? 0 : (hasMinimums() ? 2 : 1) * halvesOfScales(ByteMatrix.STRIPS);
    }

    /// Where the halves of a strip's scales lie, from the first of them.
    int halvesOfScales(int strip) {
        return strip * ByteMatrix.STRIP_ROWS * Short.BYTES;
    }

    /// Where the halves of a strip's minimums lie, from the first of the scales'.
    int halvesOfMinimums(int strip) {
        return halvesOfScales(ByteMatrix.STRIPS + strip);
    }

    /// Where a block begins, from what it shares with others.
    ///
    /// @param block of these, 0 to `SHARING_BLOCKS - 1`
    long blockOffset(int block) {
        return sharedBytes() + (long) block * blockBytes();
    }

    /// Bytes that a panel has for a block: its own, and its part of the shared ones.
    int streamBytes() {
        return blockBytes() + sharedBytes() / SHARING_BLOCKS;
    }

    /// How far before they are multiplied weights are asked for, in bytes, where a stretch of
    /// panels is read once: pages, at whose ends the processor stops by itself.
    int aheadBytes() {
        return BLOCKS_AHEAD * streamBytes();
    }

    /// Code that asks for a part of a block's cache lines; all `steps` together ask for all of
    /// them. All asked for in one step would be waited for: a processor has room for some twenty
    /// that are on their way.
    ///
    /// @param stream where the block and its part of what is shared begin
    /// @param reading not [WeightReading#UNASKED]
    void askFor(GeneralAssembler code, Address stream, WeightReading reading, int step, int steps) {
        int lines = Math.ceilDiv(streamBytes(), CACHE_LINE);
        int end = (step + 1) * lines / steps;
        for (int line = step * lines / steps; line < end; line++) {
            reading.askFor(code, stream.plus(line * CACHE_LINE));
        }
    }

    /// Bytes of a block of a panel.
    int blockBytes() {
        return ByteMatrix.STRIPS
                * groups()
                * (numberBytes() + (hasMinimums() ? 2 : 1) * scaleBytes());
    }

    private int numberBytes() {
        return groupVectors() * ByteMatrix.VECTOR_BYTES;
    }

    /// Where a vector of numbers lies within its block, in bytes.
    ///
    /// @param vector of the strip, 0 to `groups() * groupVectors() - 1`
    int numbersOffset(int strip, int vector) {
        return (strip * groups() * groupVectors() + vector) * ByteMatrix.VECTOR_BYTES;
    }

    /// Where the scales of a group lie within its block, in bytes.
    int scalesOffset(int strip, int group) {
        int numbers = ByteMatrix.STRIPS * groups() * numberBytes();
        return numbers + (group * ByteMatrix.STRIPS + strip) * scaleBytes();
    }

    /// Where the minimums of a group lie within its block, in bytes.
    int minimumsOffset(int strip, int group) {
        return scalesOffset(strip, group) + groups() * ByteMatrix.STRIPS * scaleBytes();
    }

    /// Code that loads scales, or minimums, as floats. Whole numbers times halves are exact.
    ///
    /// @param shared where the halves that they are multiplied with are, as floats; not read where
    ///   they are halves themselves
    void loadScales(Assembler code, VectorRegister to, Address from, Operand shared) {
        if (areHalves) {
            code.vcvtph2ps(to, from);
        } else {
            code.vpmovsxbd(to, from);
            code.vcvtdq2ps(to, to);
            code.vmulps(to, to, shared);
        }
    }

    /// As [#loadScales(Assembler, VectorRegister, Address, Operand)], eight of them.
    void loadScales(Avx2Assembler code, VectorRegister to, Address from, Operand shared) {
        if (areHalves) {
            code.vcvtph2ps(to, from);
        } else {
            code.vpmovsxbd(to, from);
            code.vcvtdq2ps(to, to);
            code.vmulps(to, to, shared);
        }
    }

    /// Code that is run for the first of the blocks that share halves; none where none do.
    ///
    /// @param blocksLeft blocks of the panel that are not done, this one included
    /// @param free is written over
    /// @param unpack what is to be done with the halves, and moves past them
    void atSharedHalves(GeneralAssembler code, Gpr blocksLeft, Gpr free, Runnable unpack) {
        if (areHalves) {
            return;
        }
        Label areUnpacked = new Label();
        code.mov(free, blocksLeft);
        code.and(free, SHARING_BLOCKS - 1);
        code.j(Condition.NOT_EQUAL, areUnpacked);
        unpack.run();
        code.bind(areUnpacked);
    }
}
