package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.ymm;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.VectorRegister;

import java.util.List;

/// The machine code of a [ByteProduct] for processors with AVX2: tiles of rows times panels of
/// weights of one form, with the arguments of [ByteProductCode]. Its sums are made of the same
/// numbers in the same order, so they have the same bits.
///
/// For every panel, every tile, every block, every strip:
///
/// ```
/// for each group of columns
///     for each four columns: pairs += weights * row            vpmaddubsw, vpaddw: 16 bits
///     whole sums = pairs + pairs                               vpmaddwd: 32 bits
///     whole sums += zero point * -(sum of the row's numbers)
///     sums += whole sums * (scale of the row * scale of the weights)
///     sums += minimum of the weights * (scale * sum of the row)    where there are minimums
/// ```
///
/// Pairs are added in 16 bits for as long as these hold them ([Avx2Pairs]). Numbers of eight bits
/// are too large: taken as signed ones, they lend the row their signs, because `vpmaddubsw` takes
/// unsigned ones, and every product is widened.
///
/// A strip is two registers, its halves. Of the sixteen registers twelve have the pairs of six rows
/// and two halves while a group lasts; the sums of the tile lie in the first-level cache and are
/// touched once a group.
final class Avx2ProductCode {

    private static final int VECTOR = Avx2Lanes.VECTOR;
    private static final int HALVES = Avx2Lanes.HALVES;
    private static final int CACHE_LINE = 64;
    private static final int HALVES_OF_STRIP = 2;
    private static final int TILE_ROWS = ByteRows.TILE_ROWS;

    // Of bytes, so many rows leave registers for what nibbles need no registers for.
    private static final int ROWS_OF_BYTES = 3;

    // Arguments, in the order of ByteProduct; those on the stack lie behind what is saved there.
    private static final Gpr WEIGHTS = Gpr.RDI;
    private static final Gpr WEIGHTS_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr ROWS = Gpr.RCX;
    private static final Gpr SUMS = Gpr.R8;
    private static final Gpr OUT = Gpr.R9;
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;

    private static final Gpr OUT_STRIDE = Gpr.RSI;
    private static final Gpr BLOCKS = Gpr.RBX;
    private static final Gpr BLOCKS_LEFT = Gpr.RBP;
    private static final Gpr TILES = Gpr.R12;
    private static final Gpr TILES_LEFT = Gpr.R13;
    private static final Gpr PANELS_LEFT = Gpr.R14;
    private static final Gpr SCRATCH = Gpr.R15;

    // What moves on within a panel and a tile.
    private static final Gpr WEIGHT = Gpr.RAX;
    private static final Gpr ROW = Gpr.R10;
    private static final Gpr SUM = Gpr.R11;
    private static final Gpr TO = Gpr.RDX;

    // What the stack holds, from its pointer on: sums, what of a row's block is needed in all
    // lanes, and halves that blocks share, as floats.
    private static final Address TOTALS = at(Gpr.RSP);
    private static final Address SPREAD_SCALES = TOTALS.plus(TILE_ROWS * HALVES * VECTOR);
    private static final Address SPREAD_SUMS = SPREAD_SCALES.plus(TILE_ROWS * VECTOR);
    private static final Address ONES = SPREAD_SUMS.plus(2 * TILE_ROWS * VECTOR);
    private static final Address CONSTANT = ONES.plus(VECTOR);
    private static final Address SHARED = CONSTANT.plus(VECTOR);
    private static final Address LANES = SHARED.plus(2 * HALVES * VECTOR);
    private static final Address LAST_MASK = LANES.plus(VECTOR);
    private static final Address STACK = LAST_MASK.plus(Long.BYTES);
    private static final int FRAME_BYTES = STACK.plus(Long.BYTES).displacement();

    private static final VectorRegister ONES_OF_SIGNED = ymm(8);
    private static final VectorRegister SIGN_BITS = ymm(9);
    private static final VectorRegister SCALES = ymm(12);
    private static final VectorRegister MINIMUMS = ymm(13);
    private static final VectorRegister COLUMNS = ymm(14);
    private static final VectorRegister PRODUCT = ymm(15);

    private final Avx2Assembler code = new Avx2Assembler();
    private final ByteForm form;
    private final Avx2Pairs pairs;
    private final int rows;
    private final WeightReading reading;
    private final TilePlaces places;
    private final Avx2Lanes lanes = new Avx2Lanes(code, LANES, SCRATCH);

    private Avx2ProductCode(ByteForm form, int rows, WeightReading reading) {
        this.form = form;
        this.reading = reading;
        this.pairs = Avx2Pairs.of(form);
        this.rows = rows;
        this.places = new TilePlaces(ROW, SUM, form, rows);
    }

    /// The code for tiles of so many rows, at most [ByteRows#TILE_ROWS].
    ///
    /// @param reading panel after panel
    static byte[] of(ByteForm form, int rows, WeightReading reading) {
        Avx2ProductCode product = new Avx2ProductCode(form, rows, reading);
        product.emit();
        return product.code.code();
    }

    private static VectorRegister whole(int place, int half) {
        return ymm(place * HALVES_OF_STRIP + half);
    }

    // Of bytes, pairs that are added to whole sums already begun.
    private static VectorRegister further(int place, int half) {
        return ymm((ROWS_OF_BYTES + place) * HALVES_OF_STRIP + half);
    }

    private static VectorRegister signed(int half) {
        return ymm(ROWS_OF_BYTES * HALVES_OF_STRIP + half);
    }

    private static VectorRegister weights(int half) {
        return ymm(12 + half);
    }

    private static Address total(int row, int strip, int half) {
        return TOTALS.plus((row * HALVES + strip * HALVES_OF_STRIP + half) * VECTOR);
    }

    private static Address spreadScale(int row) {
        return SPREAD_SCALES.plus(row * VECTOR);
    }

    private static Address spreadSum(int row, int group) {
        return SPREAD_SUMS.plus((group * TILE_ROWS + row) * VECTOR);
    }

    private void emit() {
        SAVED.forEach(code::push);
        code.mov(SCRATCH, Gpr.RSP);
        code.sub(Gpr.RSP, FRAME_BYTES);
        code.and(Gpr.RSP, -CACHE_LINE);
        code.mov(STACK, SCRATCH);
        readArguments();
        setConstants();
        Label nextPanel = new Label();
        code.bind(nextPanel);
        code.mov(ROW, ROWS);
        code.mov(SUM, SUMS);
        code.mov(TO, OUT);
        code.mov(TILES_LEFT, TILES);
        Label nextTile = new Label();
        code.bind(nextTile);
        multiplyTile();
        storeTile();
        code.dec(TILES_LEFT);
        code.j(Condition.NOT_EQUAL, nextTile);
        code.mov(WEIGHTS, WEIGHT);
        code.add(OUT, ByteMatrix.PANEL_ROWS * Float.BYTES);
        code.dec(PANELS_LEFT);
        code.j(Condition.NOT_EQUAL, nextPanel);
        code.mov(Gpr.RSP, STACK);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void readArguments() {
        code.add(WEIGHTS, WEIGHTS_OFFSET);
        code.add(ROWS, PACKED);
        code.add(SUMS, PACKED);
        Address argument = at(SCRATCH).plus((SAVED.size() + 1) * Long.BYTES);
        code.add(OUT, argument);
        for (Gpr register : List.of(OUT_STRIDE, BLOCKS, TILES, PANELS_LEFT, SCRATCH)) {
            argument = argument.plus(Long.BYTES);
            code.mov(register, argument);
        }
        code.mov(LAST_MASK, SCRATCH);
    }

    private void setConstants() {
        fill(ONES, 0x0001_0001);
        fill(CONSTANT, form.areNibbles() ? 0x0F0F_0F0F : 0x8080_8080);
        lanes.prepare(ymm(0));
    }

    private void fill(Address to, int value) {
        lanes.fill(ymm(0), value);
        code.vmovdqa(to, ymm(0));
    }

    private void multiplyTile() {
        code.vpxor(PRODUCT, PRODUCT, PRODUCT);
        for (int i = 0; i < rows * HALVES; i++) {
            code.vmovdqa(TOTALS.plus(i * VECTOR), PRODUCT);
        }
        code.mov(WEIGHT, WEIGHTS);
        code.mov(BLOCKS_LEFT, BLOCKS);
        Label nextBlock = new Label();
        code.align(CACHE_LINE);
        code.bind(nextBlock);
        form.atSharedHalves(code, BLOCKS_LEFT, SCRATCH, this::unpackShared);
        spread();
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            for (int group = 0; group < form.groups(); group++) {
                multiplyRows(strip, group);
            }
        }
        code.add(WEIGHT, form.blockBytes());
        code.add(ROW, rows * ByteRows.BLOCK_BYTES);
        code.add(SUM, rows * ByteRows.SUMS_BYTES);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, nextBlock);
    }

    private static Address sharedScale(int strip, int half) {
        return SHARED.plus((strip * HALVES_OF_STRIP + half) * VECTOR);
    }

    private static Address sharedMinimum(int strip, int half) {
        return sharedScale(ByteMatrix.STRIPS + strip, half);
    }

    private void unpackShared() {
        int bytes = VECTOR / Float.BYTES * Short.BYTES;
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            for (int half = 0; half < HALVES_OF_STRIP; half++) {
                int scales = form.halvesOfScales(strip) + half * bytes;
                code.vcvtph2ps(SCALES, at(WEIGHT).plus(scales));
                code.vmovdqa(sharedScale(strip, half), SCALES);
                if (form.hasMinimums()) {
                    int minimums = form.halvesOfMinimums(strip) + half * bytes;
                    code.vcvtph2ps(MINIMUMS, at(WEIGHT).plus(minimums));
                    code.vmovdqa(sharedMinimum(strip, half), MINIMUMS);
                }
            }
        }
        code.add(WEIGHT, form.sharedBytes());
    }

    // Whole sums are to be freed of the zero point: it is multiplied with the negative sum of the
    // row's numbers.
    private void spread() {
        for (int row = 0; row < rows; row++) {
            VectorRegister scale = ymm(row);
            VectorRegister sum = ymm(TILE_ROWS + row);
            code.vpbroadcastd(scale, places.scale(row));
            code.vmovdqa(spreadScale(row), scale);
            for (int group = 0; group < form.groups() && !pairs.areSigned(); group++) {
                code.vpbroadcastd(
                        sum,
                        form.hasMinimums()
                                ? places.scaledSum(row, group)
                                : places.negativeSum(row, group));
                form.zeroShift().ifPresent(shift -> code.vpslld(sum, sum, shift));
                code.vmovdqa(spreadSum(row, group), sum);
            }
        }
    }

    private void multiplyRows(int strip, int group) {
        int most = form.areNibbles() ? TILE_ROWS : ROWS_OF_BYTES;
        int parts = Math.ceilDiv(rows, most);
        for (int part = 0; part < parts; part++) {
            int first = part * rows / parts;
            int end = (part + 1) * rows / parts;
            multiplyGroup(strip, group, first, end);
            addScaled(strip, group, first, end);
        }
    }

    private void multiplyGroup(int strip, int group, int first, int end) {
        if (pairs.areSigned()) {
            code.vmovdqa(ONES_OF_SIGNED, ONES);
            code.vmovdqa(SIGN_BITS, CONSTANT);
        }
        int fours = form.groupColumns() / Integer.BYTES;
        for (int four = 0; four < fours; four++) {
            int column = group * form.groupColumns() + four * Integer.BYTES;
            if (first == 0 && reading != WeightReading.UNASKED) {
                askAhead(strip, column);
            }
            for (int half = 0; half < HALVES_OF_STRIP; half++) {
                decode(strip, half, column);
            }
            for (int row = first; row < end; row++) {
                code.vpbroadcastd(COLUMNS, places.numbers(row, column));
                for (int half = 0; half < HALVES_OF_STRIP; half++) {
                    multiply(row - first, half, four);
                }
            }
            if (!pairs.areSigned() && (four + 1) % pairs.together() == 0) {
                widen(end - first, four < pairs.together());
            }
        }
    }

    private void askAhead(int strip, int column) {
        int fours = ByteForm.BLOCK_COLUMNS / Integer.BYTES;
        int step = strip * fours + column / Integer.BYTES;
        Address ahead = at(WEIGHT).plus(form.aheadBytes());
        form.askFor(code, ahead, reading, step, ByteMatrix.STRIPS * fours);
    }

    private void decode(int strip, int half, int column) {
        VectorRegister weights = weights(half);
        int vector = column / form.vectorColumns();
        Address numbers = at(WEIGHT).plus(form.numbersOffset(strip, vector) + half * VECTOR);
        if (!form.areNibbles()) {
            code.vmovups(weights, numbers);
            if (pairs.areSigned()) {
                code.vpxor(signed(half), weights, SIGN_BITS);
                code.vpabsb(weights, signed(half));
            }
        } else if (column % form.vectorColumns() == 0) {
            code.vmovdqa(weights, CONSTANT);
            code.vpand(weights, weights, numbers);
        } else {
            code.vmovups(weights, numbers);
            code.vpsrlw(weights, weights, 4);
            code.vpand(weights, weights, CONSTANT);
        }
    }

    private void multiply(int place, int half, int four) {
        if (pairs.areSigned()) {
            multiplySigned(whole(place, half), half, four == 0);
            return;
        }
        VectorRegister to = four < pairs.together() ? whole(place, half) : further(place, half);
        if (four % pairs.together() == 0) {
            code.vpmaddubsw(to, weights(half), COLUMNS);
        } else {
            code.vpmaddubsw(PRODUCT, weights(half), COLUMNS);
            code.vpaddw(to, to, PRODUCT);
        }
    }

    private void multiplySigned(VectorRegister whole, int half, boolean isFirst) {
        VectorRegister product = isFirst ? whole : PRODUCT;
        code.vpsignb(product, COLUMNS, signed(half));
        code.vpmaddubsw(product, weights(half), product);
        code.vpmaddwd(product, product, ONES_OF_SIGNED);
        if (!isFirst) {
            code.vpaddd(whole, whole, product);
        }
    }

    private void widen(int places, boolean areFirst) {
        for (int place = 0; place < places; place++) {
            for (int half = 0; half < HALVES_OF_STRIP; half++) {
                VectorRegister sums = areFirst ? whole(place, half) : further(place, half);
                code.vpmaddwd(sums, sums, ONES);
                if (!areFirst) {
                    code.vpaddd(whole(place, half), whole(place, half), sums);
                }
            }
        }
    }

    private void addScaled(int strip, int group, int first, int end) {
        for (int half = 0; half < HALVES_OF_STRIP; half++) {
            int within = half * form.scaleBytes() / HALVES_OF_STRIP;
            load(SCALES, form.scalesOffset(strip, group) + within, sharedScale(strip, half));
            if (form.hasMinimums()) {
                load(
                        MINIMUMS,
                        form.minimumsOffset(strip, group) + within,
                        sharedMinimum(strip, half));
            }
            for (int row = first; row < end; row++) {
                addScaled(whole(row - first, half), row, group, total(row, strip, half));
            }
        }
    }

    private void load(VectorRegister to, int offset, Address shared) {
        form.loadScales(code, to, at(WEIGHT).plus(offset), shared);
    }

    private void addScaled(VectorRegister whole, int row, int group, Address total) {
        if (!form.hasMinimums() && !pairs.areSigned()) {
            code.vpaddd(whole, whole, spreadSum(row, group));
        }
        code.vmulps(PRODUCT, SCALES, spreadScale(row));
        code.vcvtdq2ps(whole, whole);
        code.vfmadd213ps(whole, PRODUCT, total);
        if (form.hasMinimums()) {
            code.vfmadd231ps(whole, MINIMUMS, spreadSum(row, group));
        }
        code.vmovdqa(total, whole);
    }

    private void storeTile() {
        Label isWhole = new Label();
        Label isStored = new Label();
        code.cmp(PANELS_LEFT, 1);
        code.j(Condition.NOT_EQUAL, isWhole);
        lanes.begin(LAST_MASK);
        for (int half = 0; half < HALVES; half++) {
            lanes.next(ymm(half));
        }
        storeRows(true);
        code.jmp(isStored);
        code.bind(isWhole);
        storeRows(false);
        code.bind(isStored);
    }

    private void storeRows(boolean areMasked) {
        for (int row = 0; row < rows; row++) {
            for (int half = 0; half < HALVES; half++) {
                Address to = at(TO).plus(half * VECTOR);
                code.vmovdqa(PRODUCT, TOTALS.plus((row * HALVES + half) * VECTOR));
                if (areMasked) {
                    code.vmaskmovps(to, ymm(half), PRODUCT);
                } else {
                    code.vmovups(to, PRODUCT);
                }
            }
            code.add(TO, OUT_STRIDE);
        }
    }
}
