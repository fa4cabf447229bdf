package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.Opmask;
import dev.talaria.inference.x86.Tile;
import dev.talaria.inference.x86.VectorRegister;

import java.util.List;

/// The machine code of a [BfloatTileProduct]: rows in bfloat16 times panels of weights of one form,
/// over the blocks of a slice of columns.
///
/// For every panel the weights of the slice are made bfloat16 numbers, in memory that the
/// first-level cache keeps, unless they are such numbers: then they are read where they lie. Every
/// pair of tiles of rows is multiplied with both strips: four sums for four tiles that are read. A
/// slice's sums join those of the slices before in the outputs.
///
/// A weight's whole number comes into the fraction of a float of the size of 256, so that one
/// multiply-add makes `scale * (256 + number) + (minimum - scale * 256)` of it.
final class BfloatTileCode {

    /// Blocks of a slice at most: 32 KiB of weights.
    static final int SLICE_BLOCKS = 16;

    private static final int CACHE_LINE = 64;
    private static final int TILE_BYTES = 1024;
    private static final int BLOCK_BYTES = ByteMatrix.STRIPS * TILE_BYTES;

    // Sums of a pair of tiles: rows of both strips side by side.
    private static final int SUM_ROW_BYTES = ByteMatrix.STRIPS * ByteMatrix.VECTOR_BYTES;
    private static final int SUMS_BYTES = 2 * 16 * SUM_ROW_BYTES;

    /// Bytes of scratch memory.
    static final int SCRATCH_BYTES = CACHE_LINE + SUMS_BYTES + SLICE_BLOCKS * BLOCK_BYTES;

    // Addresses handed over.
    private static final Gpr WEIGHTS = Gpr.RDI;
    private static final Gpr PACKED = Gpr.RSI;
    private static final Gpr OUT = Gpr.RDX;
    private static final Gpr SCRATCH = Gpr.RCX;
    private static final Gpr ARGUMENTS = Gpr.R8;
    private static final List<Gpr> SAVED = List.of(Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14);

    // What stays.
    private static final Gpr SUMS = Gpr.R9;
    private static final Gpr BLOCKS = Gpr.R10;
    private static final Gpr LINE = Gpr.R11;
    private static final Gpr ROW_STRIDE = Gpr.RSI;
    private static final Gpr TILE_STRIDE = Gpr.RCX;

    // What moves on.
    private static final Gpr TO = Gpr.RDX;
    private static final Gpr PAIR = Gpr.RDI;
    private static final Gpr FIRST = Gpr.RAX;
    private static final Gpr SECOND = Gpr.RBX;
    private static final Gpr BLOCK = Gpr.R12;
    private static final Gpr BLOCKS_LEFT = Gpr.R13;
    private static final Gpr PAIRS_LEFT = Gpr.R14;
    private static final Gpr WEIGHT = Gpr.RBP;

    private static final Gpr FREE = Gpr.RAX;

    private static final VectorRegister SCALE = zmm(16);
    private static final VectorRegister OFFSET = zmm(17);
    private static final VectorRegister FIELD = zmm(18);
    private static final VectorRegister EXPONENT = zmm(19);
    private static final VectorRegister ORDER = zmm(20);
    private static final VectorRegister ZERO = zmm(21);

    // Floats from 256 on have their ones here.
    private static final int ONES_BIT = 15;
    private static final int BYTE_ONES = 256;

    /// What the code is told, and where it keeps what it has no register for: places in an array of
    /// 64-bit numbers.
    enum Argument {
        ROWS_OFFSET,
        OUT_OFFSET,
        OUT_STRIDE,
        /// Bytes of a panel.
        PANEL_STRIDE,
        /// Of the slice.
        BLOCKS,
        PAIRS,
        PANELS,
        /// A bit for every row of the last panel that there is.
        LAST_MASK,
        /// Not zero where the sums of earlier slices are in the outputs already.
        IS_CONTINUED,
        TILE_STRIDE,
        /// Bytes between blocks of rows.
        ROW_STRIDE,
        /// Of every pair but the last.
        PAIR_ROWS,
        LAST_ROWS,
        PANEL,
        PANEL_OUT,
        /// The shape of the tiles, 64 bytes.
        CONFIGURATION;

        Address place() {
            return at(ARGUMENTS).plus(ordinal() * Long.BYTES);
        }
    }

    /// Where the order of words begins that puts columns side by side.
    static final int ORDER_WORDS = Argument.CONFIGURATION.ordinal() + TileConfiguration.WORDS;

    /// 64-bit numbers in all.
    static final int ARGUMENT_WORDS = ORDER_WORDS + CACHE_LINE / Long.BYTES;

    private final Assembler code = new Assembler();
    private final Weights weights;

    private BfloatTileCode(Weights weights) {
        this.weights = weights;
    }

    /// How the weights are stored.
    private sealed interface Weights {}

    private record Numbers(ByteForm form) implements Weights {}

    private record Floats(FloatForm form) implements Weights {}

    /// The code for one form of whole numbers.
    static byte[] of(ByteForm form) {
        return of(new Numbers(form));
    }

    /// The code for halves or bfloat16 numbers.
    static byte[] of(FloatForm form) {
        return of(new Floats(form));
    }

    private static byte[] of(Weights weights) {
        BfloatTileCode product = new BfloatTileCode(weights);
        product.emit();
        return product.code.code();
    }

    private boolean areBfloats() {
        return weights instanceof Floats(FloatForm form) && form == FloatForm.BFLOATS;
    }

    /// The shape of the tile registers for tiles of so many rows.
    static void configure(int height, long[] words, int at) {
        TileConfiguration.put(
                new int[] {height, height, height, height, height, height, 16, 16},
                new int[] {64, 64, 64, 64, 64, 64, 64, 64},
                words,
                at);
    }

    /// The order of 16-bit words: those of the lower half between those of the upper.
    static void putOrder(long[] words) {
        for (int i = 0; i < CACHE_LINE / Short.BYTES; i++) {
            long word = i / 2 + i % 2 * 16L;
            words[ORDER_WORDS + i / 4] |= word << i % 4 * Short.SIZE;
        }
    }

    // ---- From panels to tiles

    private void emit() {
        SAVED.forEach(code::push);
        readArguments();
        Label nextPanel = new Label();
        code.bind(nextPanel);
        chooseLanes();
        decodePanel();
        multiplyPairs();
        move(Argument.PANEL, Argument.PANEL_STRIDE);
        code.mov(FREE, Argument.PANEL_OUT.place());
        code.add(FREE, ByteMatrix.PANEL_ROWS * Float.BYTES);
        code.mov(Argument.PANEL_OUT.place(), FREE);
        code.mov(FREE, Argument.PANELS.place());
        code.dec(FREE);
        code.mov(Argument.PANELS.place(), FREE);
        code.j(Condition.NOT_EQUAL, nextPanel);
        SAVED.reversed().forEach(code::pop);
        code.tilerelease();
        code.vzeroupper();
        code.ret();
    }

    private void readArguments() {
        code.ldtilecfg(Argument.CONFIGURATION.place());
        code.mov(Argument.PANEL.place(), WEIGHTS);
        code.add(OUT, Argument.OUT_OFFSET.place());
        code.mov(Argument.PANEL_OUT.place(), OUT);
        code.add(PACKED, Argument.ROWS_OFFSET.place());
        code.mov(Argument.ROWS_OFFSET.place(), PACKED);
        code.lea(SUMS, at(SCRATCH).plus(CACHE_LINE - 1));
        code.and(SUMS, -CACHE_LINE);
        code.lea(BLOCKS, at(SUMS).plus(SUMS_BYTES));
        code.mov(LINE, CACHE_LINE);
        code.mov(ROW_STRIDE, Argument.ROW_STRIDE.place());
        code.mov(TILE_STRIDE, Argument.TILE_STRIDE.place());
        code.vmovups(ORDER, at(ARGUMENTS).plus(ORDER_WORDS * Long.BYTES));
        if (weights instanceof Numbers(ByteForm form)) {
            fill(FIELD, (form.areNibbles() ? 0x0F : 0xFF) << ONES_BIT);
            fill(EXPONENT, Float.floatToRawIntBits(BYTE_ONES));
            int zero = form.zeroShift().map(shift -> 1 << shift).orElse(0);
            fill(ZERO, Float.floatToRawIntBits(-(BYTE_ONES + zero)));
        }
    }

    private void fill(VectorRegister to, int everyLane) {
        code.mov(FREE, everyLane);
        code.vpbroadcastd(to, FREE);
    }

    private void move(Argument pointer, Argument bytes) {
        code.mov(FREE, pointer.place());
        code.add(FREE, bytes.place());
        code.mov(pointer.place(), FREE);
    }

    // All lanes of a panel are outputs, but for the last panel.
    private void chooseLanes() {
        Label chosen = new Label();
        code.mov(FREE, Argument.PANELS.place());
        code.cmp(FREE, 1);
        code.mov(FREE, -1);
        code.j(Condition.NOT_EQUAL, chosen);
        code.mov(FREE, Argument.LAST_MASK.place());
        code.bind(chosen);
        code.kmovd(Opmask.K1, FREE);
        code.shr(FREE, ByteMatrix.STRIP_ROWS);
        code.kmovd(Opmask.K2, FREE);
    }

    // ---- Weights

    private void decodePanel() {
        if (areBfloats()) {
            code.mov(BLOCKS, Argument.PANEL.place());
            return;
        }
        int blockBytes =
                switch (weights) {
                    case Numbers(ByteForm form) -> form.blockBytes();
                    case Floats(FloatForm form) -> form.blockBytes();
                };
        code.mov(WEIGHT, Argument.PANEL.place());
        code.mov(BLOCK, BLOCKS);
        code.mov(BLOCKS_LEFT, Argument.BLOCKS.place());
        Label next = new Label();
        code.align(CACHE_LINE);
        code.bind(next);
        for (int ahead = 0; ahead < blockBytes; ahead += CACHE_LINE) {
            code.prefetcht0(at(WEIGHT).plus(blockBytes * 4 + ahead));
        }
        if (weights instanceof Numbers(ByteForm form)) {
            form.atSharedHalves(code, BLOCKS_LEFT, FREE, () -> unpackShared(form));
        }
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            switch (weights) {
                case Numbers(ByteForm form) -> decodeStrip(form, strip);
                case Floats(FloatForm form) -> roundStrip(form, strip);
            }
        }
        code.add(WEIGHT, blockBytes);
        code.add(BLOCK, BLOCK_BYTES);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
    }

    private void roundStrip(FloatForm form, int strip) {
        for (int column = 0; column < FloatForm.BLOCK_COLUMNS; column += 2) {
            VectorRegister even = zmm(column % 8);
            VectorRegister odd = zmm(column % 8 + 1);
            code.vcvtph2ps(even, at(WEIGHT).plus(form.offset(column, strip)));
            code.vcvtph2ps(odd, at(WEIGHT).plus(form.offset(column + 1, strip)));
            storePair(even, odd, strip, column);
        }
    }

    // Two columns side by side are a row of a tile.
    private void storePair(VectorRegister even, VectorRegister odd, int strip, int column) {
        code.vcvtne2ps2bf16(even, odd, even);
        code.vpermw(even, ORDER, even);
        int to = strip * TILE_BYTES + column / 2 * ByteMatrix.VECTOR_BYTES;
        code.vmovdqa32(at(BLOCK).plus(to), even);
    }

    private void decodeStrip(ByteForm form, int strip) {
        int vectors = form.groups() * form.groupVectors();
        for (int vector = 0; vector < vectors; vector++) {
            if (vector % form.groupVectors() == 0) {
                loadScales(form, strip, vector / form.groupVectors());
            }
            VectorRegister numbers = zmm(vector % 2 * 8);
            code.vmovdqa32(numbers, at(WEIGHT).plus(form.numbersOffset(strip, vector)));
            for (int column = 0; column < form.vectorColumns(); column += 2) {
                VectorRegister even = zmm(vector % 2 * 8 + 1 + column % 4);
                VectorRegister odd = zmm(vector % 2 * 8 + 2 + column % 4);
                decode(even, numbers, column);
                decode(odd, numbers, column + 1);
                storePair(even, odd, strip, vector * form.vectorColumns() + column);
            }
        }
    }

    private static VectorRegister sharedScale(int strip) {
        return zmm(22 + strip);
    }

    private static VectorRegister sharedMinimum(int strip) {
        return zmm(24 + strip);
    }

    private void unpackShared(ByteForm form) {
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            code.vcvtph2ps(sharedScale(strip), at(WEIGHT).plus(form.halvesOfScales(strip)));
            if (form.hasMinimums()) {
                code.vcvtph2ps(sharedMinimum(strip), at(WEIGHT).plus(form.halvesOfMinimums(strip)));
            }
        }
        code.add(WEIGHT, form.sharedBytes());
    }

    private void loadScales(ByteForm form, int strip, int group) {
        load(form, SCALE, form.scalesOffset(strip, group), sharedScale(strip));
        if (form.hasMinimums()) {
            load(form, OFFSET, form.minimumsOffset(strip, group), sharedMinimum(strip));
            code.vfmadd231ps(OFFSET, SCALE, ZERO);
        } else {
            code.vmulps(OFFSET, SCALE, ZERO);
        }
    }

    private void load(ByteForm form, VectorRegister to, int offset, VectorRegister shared) {
        form.loadScales(code, to, at(WEIGHT).plus(offset), shared);
    }

    // Upper nibbles are those of the second four columns.
    private void decode(VectorRegister to, VectorRegister numbers, int column) {
        int bit = column % 4 * Byte.SIZE + column / 4 * 4;
        if (bit < ONES_BIT) {
            code.vpslld(to, numbers, ONES_BIT - bit);
        } else {
            code.vpsrld(to, numbers, bit - ONES_BIT);
        }
        code.vpternlogd(to, FIELD, EXPONENT, AND_OR);
        code.vfmadd213ps(to, SCALE, OFFSET);
    }

    // to & a | b
    private static final int AND_OR = 0xEA;

    // ---- Tiles

    private void multiplyPairs() {
        code.mov(PAIR, Argument.ROWS_OFFSET.place());
        code.mov(TO, Argument.PANEL_OUT.place());
        code.mov(PAIRS_LEFT, Argument.PAIRS.place());
        Label next = new Label();
        code.bind(next);
        multiplyPair();
        addPair();
        code.lea(PAIR, at(PAIR).plus(TILE_STRIDE, 2));
        code.dec(PAIRS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
    }

    private void multiplyPair() {
        for (Tile sums : List.of(Tile.TMM0, Tile.TMM1, Tile.TMM2, Tile.TMM3)) {
            code.tilezero(sums);
        }
        code.mov(FIRST, PAIR);
        code.lea(SECOND, at(PAIR).plus(TILE_STRIDE, 1));
        code.mov(BLOCK, BLOCKS);
        code.mov(BLOCKS_LEFT, Argument.BLOCKS.place());
        Label next = new Label();
        code.align(CACHE_LINE);
        code.bind(next);
        code.tileloadd(Tile.TMM6, strip(0));
        code.tileloadd(Tile.TMM4, at(FIRST).plus(LINE, 1));
        code.tdpbf16ps(Tile.TMM0, Tile.TMM4, Tile.TMM6);
        code.tileloadd(Tile.TMM7, strip(1));
        code.tdpbf16ps(Tile.TMM1, Tile.TMM4, Tile.TMM7);
        code.tileloadd(Tile.TMM5, at(SECOND).plus(LINE, 1));
        code.tdpbf16ps(Tile.TMM2, Tile.TMM5, Tile.TMM6);
        code.tdpbf16ps(Tile.TMM3, Tile.TMM5, Tile.TMM7);
        code.add(FIRST, ROW_STRIDE);
        code.add(SECOND, ROW_STRIDE);
        code.add(BLOCK, BLOCK_BYTES);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
    }

    // Stored bfloat16 numbers have the strips' steps side by side.
    private Address strip(int strip) {
        return areBfloats()
                ? at(BLOCK).plus(LINE, ByteMatrix.STRIPS).plus(strip * ByteMatrix.VECTOR_BYTES)
                : at(BLOCK).plus(LINE, 1).plus(strip * TILE_BYTES);
    }

    // The second tile's rows follow the first one's.
    private void addPair() {
        code.lea(FIRST, at(SUMS).plus(ROW_STRIDE, SUM_ROW_BYTES / BfloatRows.BLOCK_BYTES));
        code.tilestored(at(SUMS).plus(LINE, 2), Tile.TMM0);
        code.tilestored(at(SUMS).plus(LINE, 2).plus(ByteMatrix.VECTOR_BYTES), Tile.TMM1);
        code.tilestored(at(FIRST).plus(LINE, 2), Tile.TMM2);
        code.tilestored(at(FIRST).plus(LINE, 2).plus(ByteMatrix.VECTOR_BYTES), Tile.TMM3);
        Label chosen = new Label();
        code.mov(BLOCKS_LEFT, Argument.PAIR_ROWS.place());
        code.cmp(PAIRS_LEFT, 1);
        code.j(Condition.NOT_EQUAL, chosen);
        code.mov(BLOCKS_LEFT, Argument.LAST_ROWS.place());
        code.bind(chosen);
        code.mov(FIRST, SUMS);
        Label add = new Label();
        Label done = new Label();
        code.mov(SECOND, Argument.IS_CONTINUED.place());
        code.test(SECOND, SECOND);
        code.j(Condition.NOT_EQUAL, add);
        eachRow(false);
        code.jmp(done);
        code.bind(add);
        eachRow(true);
        code.bind(done);
    }

    private void eachRow(boolean isContinued) {
        Label next = new Label();
        code.bind(next);
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            Opmask lanes = strip == 0 ? Opmask.K1 : Opmask.K2;
            VectorRegister sums = zmm(strip);
            int offset = strip * ByteMatrix.VECTOR_BYTES;
            if (isContinued) {
                code.vmovups(sums, lanes, at(TO).plus(offset));
                code.vaddps(sums, sums, at(FIRST).plus(offset));
            } else {
                code.vmovdqa32(sums, at(FIRST).plus(offset));
            }
            code.vmovups(at(TO).plus(offset), lanes, sums);
        }
        code.add(FIRST, SUM_ROW_BYTES);
        code.add(TO, Argument.OUT_STRIDE.place());
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
    }
}
