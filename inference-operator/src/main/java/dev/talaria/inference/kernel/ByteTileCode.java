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

/// The machine code of a [ByteTileProduct]: tiles of up to sixteen rows times strips of weights of
/// one form, over the blocks of a slice of columns.
///
/// For every panel and each of its strips, the numbers of the slice are made signed bytes, and the
/// scales floats, in memory that the first-level cache keeps. Then, for every tile, every block:
///
/// ```
/// for each group of columns
///     whole sums = weights * rows                                  tdpbssd
///     sums += whole sums * (scale of the row * scale of the weights)
///     sums += minimum of the weights * (scale * sum of the row)    where there are minimums
/// ```
///
/// Whole sums are exact, and what is done with them is what [ByteProductCode] does, in its order:
/// the bits are the same.
///
/// The tile registers multiply one block ahead of the vector registers: the whole sums of a block
/// are fetched while the next ones are made, in the other half of the registers and of the memory
/// between them.
final class ByteTileCode {

    /// Blocks of a slice at most: with the scales of all forms 24 KiB, half a first-level cache.
    static final int SLICE_BLOCKS = 32;

    /// Bytes of scratch memory.
    static final int SCRATCH_BYTES;

    private static final int CACHE_LINE = 64;
    private static final int AHEAD_BYTES = 4096;

    // Whole sums of a tile, and how many of them there are: two halves of two groups.
    private static final int TILE_BYTES = 1024;
    private static final int WHOLE_SUMS_BYTES = 4 * TILE_BYTES;
    private static final int BLOCK_VECTORS = ByteForm.BLOCK_COLUMNS / 4;
    private static final int NUMBER_BYTES = BLOCK_VECTORS * ByteMatrix.VECTOR_BYTES;

    static {
        int mostScales = 2 * 2 * ByteMatrix.VECTOR_BYTES;
        SCRATCH_BYTES = CACHE_LINE + WHOLE_SUMS_BYTES + SLICE_BLOCKS * (NUMBER_BYTES + mostScales);
    }

    // Addresses handed over.
    private static final Gpr WEIGHTS = Gpr.RDI;
    private static final Gpr PACKED = Gpr.RSI;
    private static final Gpr OUT = Gpr.RDX;
    private static final Gpr SCRATCH = Gpr.RCX;
    private static final Gpr ARGUMENTS = Gpr.R8;
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;

    // What stays.
    private static final Gpr WHOLE_SUMS = Gpr.R9;
    private static final Gpr BLOCKS = Gpr.R10;
    private static final Gpr HALF_LINE = Gpr.R11;

    // What moves on within a tile: the tile registers' places, then the vector registers'.
    private static final Gpr KIND = Gpr.RDI;
    private static final Gpr ROW = Gpr.RAX;
    private static final Gpr NUMBERS = Gpr.RBX;
    private static final Gpr ROW_SCALES = Gpr.RBP;
    private static final Gpr ROW_SUMS = Gpr.R12;
    private static final Gpr BLOCK = Gpr.R13;
    private static final Gpr BLOCKS_LEFT = Gpr.R14;
    private static final Gpr ROW_STRIDE = Gpr.R15;
    private static final Gpr SUM_STRIDE = Gpr.RCX;
    private static final Gpr TO = Gpr.RDX;
    private static final Gpr HEIGHT = Gpr.RSI;

    // Free outside of the loop over blocks.
    private static final Gpr FREE = Gpr.RAX;
    private static final Gpr FREE_2 = Gpr.RBX;

    // While a strip is unpacked: halves that blocks share.
    private static final Gpr FREE_STRIP = Gpr.R15;
    private static final VectorRegister SHARED_SCALE = zmm(9);
    private static final VectorRegister SHARED_MINIMUM = zmm(10);

    private static final VectorRegister SCALE = zmm(16);
    private static final VectorRegister MINIMUM = zmm(17);
    private static final VectorRegister ZERO = zmm(18);
    private static final VectorRegister NIBBLES = zmm(19);
    private static final int FIRST_FREE = 20;
    private static final int FREE_PAIRS = 6;

    private final Assembler code = new Assembler();
    private final ByteForm form;

    private ByteTileCode(ByteForm form) {
        this.form = form;
    }

    /// The code for one form.
    static byte[] of(ByteForm form) {
        ByteTileCode product = new ByteTileCode(form);
        product.emit();
        return product.code.code();
    }

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
        TILES,
        PANELS,
        /// A bit for every row of the last panel that there is.
        LAST_MASK,
        /// Not zero where the sums of earlier slices are in the outputs already.
        IS_CONTINUED,
        /// Bytes between tiles of rows, and between their further sums.
        TILE_STRIDE,
        TILE_SUMS_STRIDE,
        PANEL,
        PANEL_OUT,
        STRIP,
        TILES_LEFT,
        TILE,
        TILE_SUMS;

        Address place() {
            return at(ARGUMENTS).plus(ordinal() * Long.BYTES);
        }
    }

    /// What the code is told of one kind of tiles, behind the others: first of all but the last
    /// tile, then of the last.
    enum KindArgument {
        /// In bytes from the address of the rows; that of the further sums likewise.
        FIRST,
        FIRST_SUMS,
        /// Four times the rows.
        HEIGHT,
        /// Bytes between blocks of rows, and between their further sums.
        ROW_STRIDE,
        SUM_STRIDE,
        CONFIGURATION;

        private Address place() {
            return at(KIND).plus(ordinal() * Long.BYTES);
        }
    }

    /// 64-bit numbers that a kind of tiles takes.
    static final int KIND_WORDS = KindArgument.CONFIGURATION.ordinal() + TileConfiguration.WORDS;

    /// Where the kinds begin.
    static final int FIRST_KIND = Argument.values().length;

    /// 64-bit numbers in all.
    static final int ARGUMENT_WORDS = FIRST_KIND + 2 * KIND_WORDS;

    /// The shape of the tile registers for tiles of so many rows.
    static void configure(ByteForm form, int height, long[] words, int at) {
        int groupVectors = BLOCK_VECTORS / form.groups();
        int width = form.groupColumns();
        TileConfiguration.put(
                new int[] {
                    height, height, height, height, height, height, groupVectors, groupVectors
                },
                new int[] {64, 64, 64, 64, width, width, 64, 64},
                words,
                at);
    }

    // ---- From panels to tiles

    private void emit() {
        SAVED.forEach(code::push);
        readArguments();
        Label nextPanel = new Label();
        Label nextStrip = new Label();
        Label stripDone = new Label();
        code.bind(nextPanel);
        code.xor(FREE, FREE);
        code.mov(Argument.STRIP.place(), FREE);
        code.bind(nextStrip);
        chooseLanes(stripDone);
        unpackStrip();
        multiplyTiles();
        code.bind(stripDone);
        code.mov(FREE, Argument.STRIP.place());
        code.inc(FREE);
        code.mov(Argument.STRIP.place(), FREE);
        code.cmp(FREE, ByteMatrix.STRIPS);
        code.j(Condition.NOT_EQUAL, nextStrip);
        move(Argument.PANEL, Argument.PANEL_STRIDE);
        code.mov(FREE, Argument.PANEL_OUT.place());
        code.add(FREE, ByteMatrix.PANEL_ROWS * Float.BYTES);
        code.mov(Argument.PANEL_OUT.place(), FREE);
        countDown(Argument.PANELS);
        code.j(Condition.NOT_EQUAL, nextPanel);
        SAVED.reversed().forEach(code::pop);
        code.tilerelease();
        code.vzeroupper();
        code.ret();
    }

    private void readArguments() {
        code.mov(Argument.PANEL.place(), WEIGHTS);
        code.add(OUT, Argument.OUT_OFFSET.place());
        code.mov(Argument.PANEL_OUT.place(), OUT);
        code.add(PACKED, Argument.ROWS_OFFSET.place());
        for (int kind = 0; kind < 2; kind++) {
            code.lea(KIND, kind(kind));
            add(KindArgument.FIRST, PACKED);
            add(KindArgument.FIRST_SUMS, PACKED);
        }
        code.lea(WHOLE_SUMS, at(SCRATCH).plus(CACHE_LINE - 1));
        code.and(WHOLE_SUMS, -CACHE_LINE);
        code.lea(BLOCKS, at(WHOLE_SUMS).plus(WHOLE_SUMS_BYTES));
        code.mov(HALF_LINE, CACHE_LINE / 2);
        form.zeroShift().ifPresent(shift -> fill(ZERO, 1 << shift));
        if (form.areNibbles()) {
            fill(NIBBLES, 0x0F);
        }
    }

    private static Address kind(int kind) {
        return at(ARGUMENTS).plus((FIRST_KIND + kind * KIND_WORDS) * Long.BYTES);
    }

    private void add(KindArgument to, Gpr from) {
        code.mov(FREE, to.place());
        code.add(FREE, from);
        code.mov(to.place(), FREE);
    }

    private void fill(VectorRegister to, int everyByte) {
        code.mov(FREE, everyByte * 0x01010101L & 0xFFFF_FFFFL);
        code.vpbroadcastd(to, FREE);
    }

    private void move(Argument pointer, Argument bytes) {
        code.mov(FREE, pointer.place());
        code.add(FREE, bytes.place());
        code.mov(pointer.place(), FREE);
    }

    private void countDown(Argument left) {
        code.mov(FREE, left.place());
        code.dec(FREE);
        code.mov(left.place(), FREE);
    }

    // All lanes of a panel are outputs, but for the last panel, where a strip may have none.
    private void chooseLanes(Label none) {
        Label chosen = new Label();
        Label isFirst = new Label();
        code.mov(FREE, -1);
        code.mov(FREE_2, Argument.PANELS.place());
        code.cmp(FREE_2, 1);
        code.j(Condition.NOT_EQUAL, chosen);
        code.mov(FREE, Argument.LAST_MASK.place());
        code.mov(FREE_2, Argument.STRIP.place());
        code.cmp(FREE_2, 0);
        code.j(Condition.EQUAL, isFirst);
        code.shr(FREE, ByteMatrix.STRIP_ROWS);
        code.bind(isFirst);
        code.and(FREE, 0xFFFF);
        code.j(Condition.EQUAL, none);
        code.bind(chosen);
        code.kmovd(Opmask.K1, FREE);
    }

    // ---- Weights

    private int unpackedBytes() {
        return NUMBER_BYTES
                + form.groups() * (form.hasMinimums() ? 2 : 1) * ByteMatrix.VECTOR_BYTES;
    }

    private static int scaleOffset(int group) {
        return NUMBER_BYTES + group * ByteMatrix.VECTOR_BYTES;
    }

    private int minimumOffset(int group) {
        return scaleOffset(form.groups() + group);
    }

    private void unpackStrip() {
        Gpr scales = ROW_SCALES;
        code.mov(NUMBERS, Argument.PANEL.place());
        code.mov(scales, NUMBERS);
        Label isFirst = new Label();
        code.mov(FREE, Argument.STRIP.place());
        code.cmp(FREE, 0);
        code.j(Condition.EQUAL, isFirst);
        code.add(NUMBERS, form.numbersOffset(1, 0));
        code.add(scales, form.scaleBytes());
        code.bind(isFirst);
        code.mov(BLOCK, BLOCKS);
        code.mov(BLOCKS_LEFT, Argument.BLOCKS.place());
        Label next = new Label();
        code.align(CACHE_LINE);
        code.bind(next);
        form.atSharedHalves(code, BLOCKS_LEFT, FREE, this::unpackShared);
        for (int ahead = 0; ahead < form.blockBytes() / 2; ahead += CACHE_LINE) {
            code.prefetcht0(at(NUMBERS).plus(AHEAD_BYTES + ahead));
        }
        unpackNumbers();
        for (int group = 0; group < form.groups(); group++) {
            unpackScale(scales, form.scalesOffset(0, group), scaleOffset(group), SHARED_SCALE);
            if (form.hasMinimums()) {
                unpackScale(
                        scales,
                        form.minimumsOffset(0, group),
                        minimumOffset(group),
                        SHARED_MINIMUM);
            }
        }
        code.add(NUMBERS, form.blockBytes());
        code.add(scales, form.blockBytes());
        code.add(BLOCK, unpackedBytes());
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, next);
    }

    private void unpackNumbers() {
        int vectors = form.groups() * form.groupVectors();
        for (int vector = 0; vector < vectors; vector++) {
            VectorRegister low = zmm(vector % 4 * 2);
            VectorRegister high = zmm(vector % 4 * 2 + 1);
            Address from = at(NUMBERS).plus(vector * ByteMatrix.VECTOR_BYTES);
            if (form.areNibbles()) {
                code.vmovdqa32(high, from);
                code.vpandd(low, NIBBLES, high);
                code.vpsrlw(high, high, 4);
                code.vpandd(high, NIBBLES, high);
                storeSigned(2 * vector, low);
                storeSigned(2 * vector + 1, high);
            } else {
                code.vmovdqa32(low, from);
                storeSigned(vector, low);
            }
        }
    }

    private void storeSigned(int vector, VectorRegister numbers) {
        if (form.zeroShift().isPresent()) {
            code.vpsubb(numbers, numbers, ZERO);
        }
        code.vmovdqa32(at(BLOCK).plus(vector * ByteMatrix.VECTOR_BYTES), numbers);
    }

    // For the second strip the pointer to scales is one strip's scales further on, and its halves
    // lie one strip's halves further on.
    private void unpackShared() {
        Gpr scales = ROW_SCALES;
        Label isFirst = new Label();
        code.mov(FREE, scales);
        code.mov(FREE_STRIP, Argument.STRIP.place());
        code.test(FREE_STRIP, FREE_STRIP);
        code.j(Condition.EQUAL, isFirst);
        code.add(FREE, form.halvesOfScales(1) - form.scaleBytes());
        code.bind(isFirst);
        code.vcvtph2ps(SHARED_SCALE, at(FREE).plus(form.halvesOfScales(0)));
        if (form.hasMinimums()) {
            code.vcvtph2ps(SHARED_MINIMUM, at(FREE).plus(form.halvesOfMinimums(0)));
        }
        code.add(NUMBERS, form.sharedBytes());
        code.add(scales, form.sharedBytes());
    }

    private void unpackScale(Gpr scales, int from, int to, VectorRegister shared) {
        form.loadScales(code, zmm(8), at(scales).plus(from), shared);
        code.vmovdqa32(at(BLOCK).plus(to), zmm(8));
    }

    // ---- Tiles

    private void multiplyTiles() {
        Label next = new Label();
        Label last = new Label();
        Label configured = new Label();
        code.lea(KIND, kind(0));
        code.mov(FREE, Argument.TILES.place());
        code.mov(Argument.TILES_LEFT.place(), FREE);
        findOutputs();
        code.cmp(FREE, 1);
        code.j(Condition.EQUAL, last);
        startKind();
        code.jmp(configured);
        code.bind(next);
        code.mov(FREE, Argument.TILES_LEFT.place());
        code.cmp(FREE, 1);
        code.j(Condition.NOT_EQUAL, configured);
        code.bind(last);
        code.lea(KIND, kind(1));
        startKind();
        code.bind(configured);
        loadSums();
        multiplyTile();
        storeSums();
        move(Argument.TILE, Argument.TILE_STRIDE);
        move(Argument.TILE_SUMS, Argument.TILE_SUMS_STRIDE);
        countDown(Argument.TILES_LEFT);
        code.j(Condition.NOT_EQUAL, next);
    }

    private void findOutputs() {
        Label isFirst = new Label();
        code.mov(TO, Argument.PANEL_OUT.place());
        code.mov(FREE_2, Argument.STRIP.place());
        code.cmp(FREE_2, 0);
        code.j(Condition.EQUAL, isFirst);
        code.add(TO, ByteMatrix.VECTOR_BYTES);
        code.bind(isFirst);
    }

    private void startKind() {
        code.ldtilecfg(KindArgument.CONFIGURATION.place());
        code.mov(FREE, KindArgument.FIRST.place());
        code.mov(Argument.TILE.place(), FREE);
        code.mov(FREE, KindArgument.FIRST_SUMS.place());
        code.mov(Argument.TILE_SUMS.place(), FREE);
    }

    private void loadSums() {
        Label zero = new Label();
        Label loaded = new Label();
        code.mov(HEIGHT, KindArgument.HEIGHT.place());
        code.mov(FREE, Argument.IS_CONTINUED.place());
        code.test(FREE, FREE);
        code.j(Condition.EQUAL, zero);
        code.mov(FREE_2, TO);
        for (int row = 0; row < ByteTileProduct.TILE_ROWS; row++) {
            code.vmovups(zmm(row), Opmask.K1, at(FREE_2));
            nextOutput(row, loaded);
        }
        code.jmp(loaded);
        code.bind(zero);
        for (int row = 0; row < ByteTileProduct.TILE_ROWS; row++) {
            code.vpxord(zmm(row), zmm(row), zmm(row));
        }
        code.bind(loaded);
    }

    private void storeSums() {
        Label stored = new Label();
        code.mov(FREE_2, TO);
        for (int row = 0; row < ByteTileProduct.TILE_ROWS; row++) {
            code.vmovups(at(FREE_2), Opmask.K1, zmm(row));
            nextOutput(row, stored);
        }
        code.bind(stored);
        code.mov(TO, FREE_2);
    }

    private void nextOutput(int row, Label done) {
        code.add(FREE_2, Argument.OUT_STRIDE.place());
        code.cmp(HEIGHT, (row + 1) * Float.BYTES);
        code.j(Condition.BELOW_OR_EQUAL, done);
    }

    // ---- Blocks

    private void multiplyTile() {
        code.mov(ROW, Argument.TILE.place());
        code.mov(ROW_SUMS, Argument.TILE_SUMS.place());
        code.mov(ROW_STRIDE, KindArgument.ROW_STRIDE.place());
        code.mov(SUM_STRIDE, KindArgument.SUM_STRIDE.place());
        code.lea(ROW_SCALES, at(ROW).plus(HEIGHT, ByteForm.BLOCK_COLUMNS / Float.BYTES));
        code.mov(NUMBERS, BLOCKS);
        code.mov(BLOCK, BLOCKS);
        code.mov(BLOCKS_LEFT, Argument.BLOCKS.place());
        Label next = new Label();
        Label lastInFirst = new Label();
        Label lastInSecond = new Label();
        Label done = new Label();
        multiplyBlock(0);
        code.align(CACHE_LINE);
        code.bind(next);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.EQUAL, lastInFirst);
        multiplyBlock(1);
        addBlock(0);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.EQUAL, lastInSecond);
        multiplyBlock(0);
        addBlock(1);
        code.jmp(next);
        code.bind(lastInFirst);
        addBlock(0);
        code.jmp(done);
        code.bind(lastInSecond);
        addBlock(1);
        code.bind(done);
    }

    private Tile wholeSums(int half, int group) {
        return Tile.values()[half * form.groups() + group];
    }

    private int wholeSumsOffset(int half, int group) {
        return (half * form.groups() + group) * TILE_BYTES;
    }

    private void multiplyBlock(int half) {
        int groupBytes = NUMBER_BYTES / form.groups();
        for (int group = 0; group < form.groups(); group++) {
            int pair = form.groups() == 1 ? half : group;
            Tile rows = pair == 0 ? Tile.TMM4 : Tile.TMM5;
            Tile weights = pair == 0 ? Tile.TMM6 : Tile.TMM7;
            code.tilezero(wholeSums(half, group));
            code.tileloadd(rows, at(ROW).plus(HALF_LINE, 1).plus(group * form.groupColumns()));
            code.tileloadd(weights, at(NUMBERS).plus(HALF_LINE, 2).plus(group * groupBytes));
            code.tdpbssd(wholeSums(half, group), rows, weights);
        }
        code.add(ROW, ROW_STRIDE);
        code.add(NUMBERS, unpackedBytes());
    }

    private void addBlock(int half) {
        for (int group = 0; group < form.groups(); group++) {
            Address to = at(WHOLE_SUMS).plus(HALF_LINE, 2).plus(wholeSumsOffset(half, group));
            code.tilestored(to, wholeSums(half, group));
        }
        for (int group = 0; group < form.groups(); group++) {
            addGroup(half, group);
        }
        code.add(ROW_SCALES, ROW_STRIDE);
        if (form.hasMinimums()) {
            code.add(ROW_SUMS, SUM_STRIDE);
        }
        code.add(BLOCK, unpackedBytes());
    }

    // Rows beyond those of the tile are rubbish that is not stored; most of them are left out.
    private void addGroup(int half, int group) {
        Label done = new Label();
        code.vmovdqa32(SCALE, at(BLOCK).plus(scaleOffset(group)));
        if (form.hasMinimums()) {
            code.vmovdqa32(MINIMUM, at(BLOCK).plus(minimumOffset(group)));
        }
        for (int row = 0; row < ByteTileProduct.TILE_ROWS; row++) {
            if (row > 0 && row % ByteTileProduct.ROWS_TOGETHER == 0) {
                code.cmp(HEIGHT, row * Float.BYTES);
                code.j(Condition.BELOW_OR_EQUAL, done);
            }
            VectorRegister whole = zmm(FIRST_FREE + row % FREE_PAIRS * 2);
            VectorRegister scale = zmm(FIRST_FREE + row % FREE_PAIRS * 2 + 1);
            int place = wholeSumsOffset(half, group) + row * ByteMatrix.VECTOR_BYTES;
            code.vcvtdq2ps(whole, at(WHOLE_SUMS).plus(place));
            code.vmulps(scale, SCALE, at(ROW_SCALES).plus(row * Float.BYTES).broadcast());
            code.vfmadd231ps(zmm(row), whole, scale);
            if (form.hasMinimums()) {
                code.vfmadd231ps(zmm(row), MINIMUM, scaledSum(row, group).broadcast());
            }
        }
        code.bind(done);
    }

    // The further sums begin with the kind of the first group.
    private static Address scaledSum(int row, int group) {
        Address first = at(ROW_SUMS).plus(row * Float.BYTES);
        return group == 0 ? first : first.plus(HEIGHT, group);
    }
}
