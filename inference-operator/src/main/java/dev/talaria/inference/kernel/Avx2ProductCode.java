package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.xmm;
import static dev.talaria.inference.x86.VectorRegister.ymm;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.VectorRegister;

import java.util.List;

/// The machine code of a [ByteProduct] for processors with AVX2: tiles of rows times panels of
/// weights of one form. The sums are those of [ByteProductCode], made of the same numbers in the
/// same order, so they have the same bits.
///
/// Sixteen registers do not hold the sums of a tile. They hold the numbers of eight outputs and 32
/// columns instead, decoded once, and all rows of the tile are led past them; a row's sums lie in
/// the first-level cache and are touched once a block. So tiles are as high as one likes.
///
/// For every panel, every tile, every block, every half of a strip, every row, every group of
/// columns:
///
/// ```
/// for each four columns: pairs += weights * row            vpmaddubsw, 16 bits
/// whole sums = pairs + pairs                               vpmaddwd, 32 bits
/// whole sums += zero point * -(sum of the row's numbers)
/// sums += whole sums * (scale of the row * scale of the weights)
/// sums += minimum of the weights * (scale * sum of the row)    where there are minimums
/// ```
///
/// Pairs are added in 16 bits for as long as these hold them ([Avx2Pairs]). Weights of eight bits
/// lend their signs to the row, because `vpmaddubsw` takes unsigned ones.
final class Avx2ProductCode {

    /// The most rows of a tile: with their sums, a block of their numbers and a block of weights
    /// they leave most of a first-level cache of 32 KiB to what is read ahead.
    static final int TILE_ROWS = 32;

    private static final int CACHE_LINE = 64;
    static final int VECTOR = 32;
    static final int HALVES = ByteMatrix.PANEL_ROWS * Float.BYTES / VECTOR;

    // Eight bytes, by which eight bits of a mask are shifted to be the highest of their lanes.
    static final long TO_HIGHEST_BITS = 0x18191A1B_1C1D1E1FL;

    // How far ahead weights are asked for: a page and more, where the processor stops by itself.
    private static final int AHEAD_BYTES = 4096 + 1024;

    // Arguments, in the order of ByteProduct; those on the stack lie behind what is saved there.
    private static final Gpr WEIGHTS_ARGUMENT = Gpr.RDI;
    private static final Gpr WEIGHTS_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr ROWS_ARGUMENT = Gpr.RCX;
    private static final Gpr SUMS_ARGUMENT = Gpr.R8;
    private static final Gpr OUT_ARGUMENT = Gpr.R9;
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;

    // What moves on within a panel and a tile: weights, the rows' numbers, their scales, and two
    // kinds of their sums.
    private static final Gpr WEIGHT = Gpr.RAX;
    private static final Gpr NUMBERS = Gpr.RCX;
    private static final Gpr SCALES = Gpr.RDX;
    private static final List<Gpr> KINDS = List.of(Gpr.RSI, Gpr.R8);
    private static final Gpr BLOCKS_LEFT = Gpr.RBP;
    private static final Gpr TO = Gpr.R12;
    private static final Gpr FURTHER = Gpr.R13;

    // Four bytes a row: that of the loop, and those of a tile.
    private static final Gpr ROW = Gpr.R9;
    private static final Gpr TILE = Gpr.R10;

    // From a block of rows to the next.
    private static final Gpr BLOCK_BYTES = Gpr.R11;
    private static final Gpr SUMS_BYTES = Gpr.RBX;

    private static final Gpr OUT_STRIDE = Gpr.R14;
    private static final Gpr SCRATCH = Gpr.RDI;
    private static final Gpr OTHER = Gpr.R15;

    // What the stack holds, from its pointer on. A vector for every row: sums of the four halves,
    // then
    // what of a block of the row is needed in every lane.
    private static final int ROWS_OF_KIND = TILE_ROWS * VECTOR;
    private static final Address SUMS = at(Gpr.RSP);
    private static final Address SPREAD_SCALES = SUMS.plus(HALVES * ROWS_OF_KIND);
    private static final Address SPREAD_SUMS = SPREAD_SCALES.plus(ROWS_OF_KIND);
    private static final Address SIGNED = SPREAD_SUMS.plus(2 * ROWS_OF_KIND);
    private static final Address ONES = SIGNED.plus(8 * VECTOR);
    private static final Address CONSTANT = ONES.plus(VECTOR);
    private static final Address LANES = CONSTANT.plus(VECTOR);
    private static final Address WEIGHTS = LANES.plus(VECTOR);
    private static final Address ROWS = WEIGHTS.plus(8);
    private static final Address ROWS_SUMS = ROWS.plus(8);
    private static final Address OUT = ROWS_SUMS.plus(8);
    private static final Address BLOCKS = OUT.plus(8);
    private static final Address TILES = BLOCKS.plus(8);
    private static final Address TILES_LEFT = TILES.plus(8);
    private static final Address PANELS_LEFT = TILES_LEFT.plus(8);
    private static final Address LAST_MASK = PANELS_LEFT.plus(8);
    private static final Address STACK = LAST_MASK.plus(8);
    private static final int FRAME_BYTES = STACK.plus(8).displacement();

    private static final VectorRegister ONES_REGISTER = ymm(9);
    private static final VectorRegister PAIRS = ymm(11);
    private static final VectorRegister SUM = ymm(12);
    private static final VectorRegister SECOND = ymm(13);
    private static final VectorRegister PRODUCT = ymm(14);
    private static final VectorRegister COLUMNS = ymm(15);

    private final Avx2Assembler code = new Avx2Assembler();
    private final ByteForm form;
    private final Avx2Pairs pairs;

    private Avx2ProductCode(ByteForm form) {
        this.form = form;
        this.pairs = Avx2Pairs.of(form);
    }

    /// The code for tiles of any height up to [#TILE_ROWS].
    static byte[] of(ByteForm form) {
        Avx2ProductCode product = new Avx2ProductCode(form);
        product.emit();
        return product.code.code();
    }

    // The numbers of four columns and eight outputs.
    private static VectorRegister weights(int vector) {
        return ymm(vector);
    }

    private static VectorRegister scale(int group) {
        return ymm(8 + group);
    }

    private static VectorRegister minimum(int group) {
        return ymm(10 + group);
    }

    private static Address sums(int half) {
        return SUMS.plus(half * ROWS_OF_KIND).plus(ROW, 8);
    }

    private void emit() {
        SAVED.forEach(code::push);
        code.mov(OTHER, Gpr.RSP);
        code.sub(Gpr.RSP, FRAME_BYTES);
        code.and(Gpr.RSP, -CACHE_LINE);
        code.mov(STACK, OTHER);
        readArguments();
        setConstants();
        Label nextPanel = new Label();
        code.bind(nextPanel);
        code.mov(NUMBERS, ROWS);
        code.mov(FURTHER, ROWS_SUMS);
        code.mov(TO, OUT);
        copy(TILES_LEFT, TILES);
        Label nextTile = new Label();
        code.bind(nextTile);
        multiplyTile();
        storeTile();
        decrement(TILES_LEFT);
        code.j(Condition.NOT_EQUAL, nextTile);
        code.mov(WEIGHTS, WEIGHT);
        code.mov(SCRATCH, OUT);
        code.add(SCRATCH, ByteMatrix.PANEL_ROWS * Float.BYTES);
        code.mov(OUT, SCRATCH);
        decrement(PANELS_LEFT);
        code.j(Condition.NOT_EQUAL, nextPanel);
        code.mov(Gpr.RSP, STACK);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void copy(Address to, Address from) {
        code.mov(SCRATCH, from);
        code.mov(to, SCRATCH);
    }

    private void decrement(Address counter) {
        code.mov(SCRATCH, counter);
        code.dec(SCRATCH);
        code.mov(counter, SCRATCH);
        code.test(SCRATCH, SCRATCH);
    }

    private void readArguments() {
        code.add(WEIGHTS_ARGUMENT, WEIGHTS_OFFSET);
        code.mov(WEIGHTS, WEIGHTS_ARGUMENT);
        code.add(ROWS_ARGUMENT, PACKED);
        code.mov(ROWS, ROWS_ARGUMENT);
        code.add(SUMS_ARGUMENT, PACKED);
        code.mov(ROWS_SUMS, SUMS_ARGUMENT);
        Address argument = at(OTHER).plus((SAVED.size() + 1) * Long.BYTES);
        code.add(OUT_ARGUMENT, argument);
        code.mov(OUT, OUT_ARGUMENT);
        argument = argument.plus(Long.BYTES);
        code.mov(OUT_STRIDE, argument);
        for (Address place : List.of(BLOCKS, TILES, PANELS_LEFT, LAST_MASK)) {
            argument = argument.plus(Long.BYTES);
            copy(place, argument);
        }
        code.mov(TILE, argument.plus(Long.BYTES));
        code.shl(TILE, 2);
        code.lea(BLOCK_BYTES, at(TILE).plus(TILE, 4));
        code.mov(SUMS_BYTES, BLOCK_BYTES);
        code.add(BLOCK_BYTES, BLOCK_BYTES);
    }

    private void setConstants() {
        fill(ONES, 0x0001_0001);
        fill(CONSTANT, form.areNibbles() ? 0x0F0F_0F0F : 0x8080_8080);
        code.mov(SCRATCH, TO_HIGHEST_BITS);
        code.mov(LANES, SCRATCH);
        code.vpmovzxbd(ymm(0), LANES);
        code.vmovdqa(LANES, ymm(0));
    }

    private void fill(Address to, int value) {
        code.mov(SCRATCH, value);
        code.vmovd(xmm(0), SCRATCH);
        code.vpbroadcastd(ymm(0), xmm(0));
        code.vmovdqa(to, ymm(0));
    }

    private void countRow(Label next) {
        code.add(ROW, Integer.BYTES);
        code.cmp(ROW, TILE);
        code.j(Condition.NOT_EQUAL, next);
    }

    // Whether numbers have a zero point that their products are freed of.
    private boolean hasZeros() {
        return !form.hasMinimums() && !pairs.areSigned();
    }

    private void multiplyTile() {
        code.vpxor(SUM, SUM, SUM);
        Label nextRow = new Label();
        code.xor(ROW, ROW);
        code.bind(nextRow);
        for (int half = 0; half < HALVES; half++) {
            code.vmovdqa(sums(half), SUM);
        }
        countRow(nextRow);
        startTile();
        if (form.groups() == 1) {
            code.vmovdqa(ONES_REGISTER, ONES);
        }
        code.mov(WEIGHT, WEIGHTS);
        code.mov(BLOCKS_LEFT, BLOCKS);
        Label nextBlock = new Label();
        code.align(CACHE_LINE);
        code.bind(nextBlock);
        for (int ahead = 0; ahead < form.blockBytes(); ahead += CACHE_LINE) {
            code.prefetcht0(at(WEIGHT).plus(AHEAD_BYTES + ahead));
        }
        spread();
        for (int half = 0; half < HALVES; half++) {
            multiplyHalf(half);
        }
        code.add(WEIGHT, form.blockBytes());
        code.add(NUMBERS, BLOCK_BYTES);
        code.add(SCALES, BLOCK_BYTES);
        for (Gpr kind : KINDS.subList(0, form.groups())) {
            code.add(kind, form.groups() == 1 && hasZeros() ? BLOCK_BYTES : SUMS_BYTES);
        }
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, nextBlock);
        nextTile();
    }

    // Scales lie behind 32 bytes of each row, negative sums behind them. With minimums or two
    // groups
    // the sums are among the further ones: 0 is the scaled sum, 1 and 2 are the negative sums of
    // sixteen, 3 and 4 those scaled.
    private void startTile() {
        code.lea(SCALES, at(NUMBERS).plus(TILE, 8));
        if (form.groups() > 1) {
            for (int group = 0; group < form.groups(); group++) {
                kind(KINDS.get(group), (form.hasMinimums() ? 3 : 1) + group);
            }
        } else if (form.hasMinimums()) {
            code.mov(KINDS.getFirst(), FURTHER);
        } else {
            code.lea(KINDS.getFirst(), at(SCALES).plus(TILE, 1));
        }
    }

    private void kind(Gpr to, int kind) {
        code.lea(to, at(FURTHER).plus(TILE, kind == 3 ? 2 : kind));
        if (kind == 3) {
            code.add(to, TILE);
        }
    }

    // The further sums of the next tile lie behind those of all blocks of this one.
    private void nextTile() {
        code.mov(SCRATCH, BLOCKS);
        code.imul(SCRATCH, SUMS_BYTES);
        code.add(FURTHER, SCRATCH);
    }

    private void storeTile() {
        Label isWhole = new Label();
        Label isStored = new Label();
        code.mov(SCRATCH, PANELS_LEFT);
        code.cmp(SCRATCH, 1);
        code.j(Condition.NOT_EQUAL, isWhole);
        code.mov(SCRATCH, LAST_MASK);
        for (int half = 0; half < HALVES; half++) {
            code.vmovd(xmm(half), SCRATCH);
            code.vpbroadcastd(ymm(half), xmm(half));
            code.vpsllvd(ymm(half), ymm(half), LANES);
            code.shr(SCRATCH, VECTOR / Float.BYTES);
        }
        storeRows(true);
        code.jmp(isStored);
        code.bind(isWhole);
        storeRows(false);
        code.bind(isStored);
    }

    private void storeRows(boolean areMasked) {
        Label next = new Label();
        code.xor(ROW, ROW);
        code.bind(next);
        for (int half = 0; half < HALVES; half++) {
            Address to = at(TO).plus(half * VECTOR);
            code.vmovdqa(SUM, sums(half));
            if (areMasked) {
                code.vmaskmovps(to, ymm(half), SUM);
            } else {
                code.vmovups(to, SUM);
            }
        }
        code.add(TO, OUT_STRIDE);
        countRow(next);
    }

    // What every half needs in all lanes is brought there once. Whole sums are to be freed of the
    // zero
    // point: it is multiplied with the negative sum of the row's numbers.
    private void spread() {
        Label nextRow = new Label();
        code.xor(ROW, ROW);
        code.bind(nextRow);
        code.vpbroadcastd(ymm(0), at(SCALES).plus(ROW, 1));
        code.vmovdqa(SPREAD_SCALES.plus(ROW, 8), ymm(0));
        for (int group = 0; group < form.groups() && !pairs.areSigned(); group++) {
            code.vpbroadcastd(ymm(1), at(KINDS.get(group)).plus(ROW, 1));
            form.zeroShift().ifPresent(shift -> code.vpslld(ymm(1), ymm(1), shift));
            code.vmovdqa(spreadSums(group), ymm(1));
        }
        countRow(nextRow);
    }

    private static Address spreadSums(int group) {
        return SPREAD_SUMS.plus(group * ROWS_OF_KIND).plus(ROW, 8);
    }

    private void multiplyHalf(int half) {
        int strip = half * VECTOR / ByteMatrix.VECTOR_BYTES;
        int part = half * VECTOR % ByteMatrix.VECTOR_BYTES;
        decode(strip, part);
        for (int group = 0; group < form.groups(); group++) {
            int scaleAt = part * form.scaleBytes() / ByteMatrix.VECTOR_BYTES;
            load(scale(group), form.scalesOffset(strip, group) + scaleAt);
            if (form.hasMinimums()) {
                load(minimum(group), form.minimumsOffset(strip, group) + scaleAt);
            }
        }
        Label nextRow = new Label();
        code.xor(ROW, ROW);
        code.align(16);
        code.bind(nextRow);
        for (int group = 0; group < form.groups(); group++) {
            VectorRegister whole = group == 0 ? SUM : SECOND;
            multiplyGroup(group, whole);
            addScaled(group, half, whole);
        }
        code.vmovdqa(sums(half), SUM);
        countRow(nextRow);
    }

    private void load(VectorRegister to, int offset) {
        form.loadScales(code, to, at(WEIGHT).plus(offset));
    }

    private void decode(int strip, int part) {
        int vectors = form.groups() * form.groupVectors();
        for (int vector = 0; vector < vectors; vector++) {
            Address numbers = at(WEIGHT).plus(form.numbersOffset(strip, vector) + part);
            if (form.areNibbles()) {
                VectorRegister low = weights(2 * vector);
                VectorRegister high = weights(2 * vector + 1);
                code.vmovdqa(COLUMNS, CONSTANT);
                code.vmovups(high, numbers);
                code.vpand(low, high, COLUMNS);
                code.vpsrlw(high, high, 4);
                code.vpand(high, high, COLUMNS);
            } else {
                code.vmovups(weights(vector), numbers);
                if (pairs.areSigned()) {
                    code.vpxor(PRODUCT, weights(vector), CONSTANT);
                    code.vmovdqa(SIGNED.plus(vector * VECTOR), PRODUCT);
                    code.vpabsb(weights(vector), PRODUCT);
                }
            }
        }
    }

    private void multiplyGroup(int group, VectorRegister whole) {
        int vectors = form.groupColumns() / Integer.BYTES;
        int batches = vectors / pairs.together();
        for (int batch = 0; batch < batches; batch++) {
            int first = group * vectors + batch * pairs.together();
            addPairs(first, batch == 0 ? whole : PAIRS);
            if (batch > 0) {
                code.vpaddd(whole, whole, PAIRS);
            }
        }
    }

    // Two sums, where there are registers for them, so that fewer additions wait for one another.
    private void addPairs(int first, VectorRegister to) {
        int chains = form.groups() == 1 && pairs.together() > 4 ? 2 : 1;
        for (int i = 0; i < pairs.together(); i++) {
            multiplyVector(first + i, i < chains, i % chains == 0 ? to : SECOND);
        }
        if (chains == 2) {
            code.vpaddw(to, to, SECOND);
        }
        code.vpmaddwd(to, to, form.groups() == 1 ? ONES_REGISTER : ONES);
    }

    private void multiplyVector(int vector, boolean isFirst, VectorRegister to) {
        code.vpbroadcastd(COLUMNS, at(NUMBERS).plus(ROW, 8).plus(vector * Integer.BYTES));
        if (pairs.areSigned()) {
            code.vpsignb(COLUMNS, COLUMNS, SIGNED.plus(vector * VECTOR));
        }
        if (isFirst) {
            code.vpmaddubsw(to, weights(vector), COLUMNS);
        } else {
            code.vpmaddubsw(PRODUCT, weights(vector), COLUMNS);
            code.vpaddw(to, to, PRODUCT);
        }
    }

    private void addScaled(int group, int half, VectorRegister whole) {
        if (hasZeros()) {
            code.vpaddd(whole, whole, spreadSums(group));
        }
        code.vmulps(PRODUCT, scale(group), SPREAD_SCALES.plus(ROW, 8));
        code.vcvtdq2ps(whole, whole);
        if (group == 0) {
            code.vfmadd213ps(SUM, PRODUCT, sums(half));
        } else {
            code.vfmadd231ps(SUM, whole, PRODUCT);
        }
        if (form.hasMinimums()) {
            code.vfmadd231ps(SUM, minimum(group), spreadSums(group));
        }
    }
}
