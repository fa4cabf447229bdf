package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.zmm;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.Opmask;
import dev.talaria.inference.x86.VectorRegister;

import java.util.List;

/// The machine code of a [ByteProduct]: tiles of rows times panels of weights of one form.
///
/// For every panel, every tile, every block:
///
/// ```
/// for each group of columns
///     whole sums = zero point * -(sum of the row's numbers)
///     for each four columns: whole sums += weights * row           vpdpbusd
///     sums += whole sums * (scale of the row * scale of the weights)
///     sums += minimum of the weights * (scale * sum of the row)    where there are minimums
/// ```
///
/// All sums stay in registers until a tile is done, so a row's sum is made in the order of its
/// columns whatever the height of its tile: the same bits for one row and for hundreds.
///
/// Weights are asked for ahead, one block of them for every so many blocks that are multiplied:
/// where a panel is read for several tiles, memory has the time of all of them to bring the next.
/// Several tiles are multiplied with both strips of a panel by turns, so that a row's four numbers
/// are brought to all lanes once; a single tile with one strip after the other ([WeightReading]).
final class ByteProductCode {

    private static final int CACHE_LINE = 64;

    // Arguments, in the order of ByteProduct; those on the stack lie behind what is saved there.
    private static final Gpr WEIGHTS = Gpr.RDI;
    private static final Gpr WEIGHTS_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr ROWS = Gpr.RCX;
    private static final Gpr SUMS = Gpr.R8;
    private static final Gpr OUT = Gpr.R9;
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;

    private static final Gpr BLOCKS = Gpr.RBX;
    private static final Gpr BLOCKS_LEFT = Gpr.RBP;
    private static final Gpr TILES = Gpr.R12;
    private static final Gpr TILES_LEFT = Gpr.R13;

    // One register: free within a tile, and the distance between outputs where it is done.
    private static final Gpr FREE = Gpr.RSI;
    private static final Gpr OUT_STRIDE = FREE;

    // What the stack holds, from its pointer on: halves that blocks share, as floats.
    private static final Address SHARED = at(Gpr.RSP);
    private static final int SHARED_BYTES = 2 * ByteMatrix.STRIPS * ByteMatrix.VECTOR_BYTES;
    private static final int FRAME_BYTES = SHARED_BYTES + Long.BYTES;

    private static final Address OUT_STRIDE_ARGUMENT = stacked(1);
    private static final Address PANELS_LEFT = stacked(4);
    private static final Address LAST_MASK = stacked(5);
    private static final Address AHEAD_OFFSET = stacked(6);
    private static final Address BLOCKS_APART = stacked(7);

    // What is asked for next, and how many blocks are multiplied until then.
    private static final Gpr AHEAD = Gpr.R15;
    private static final Gpr BLOCKS_UNTIL = Gpr.R14;

    // What moves on within a panel and a tile.
    private static final Gpr WEIGHT = Gpr.RAX;
    private static final Gpr ROW = Gpr.R10;
    private static final Gpr SUM = Gpr.R11;
    private static final Gpr TO = Gpr.RDX;

    // Free between the loops.
    private static final Gpr SCRATCH = Gpr.RAX;
    private static final Gpr FOURTH_ROW = Gpr.RBP;

    private static final VectorRegister NIBBLES = zmm(28);
    private static final VectorRegister NUMBERS = zmm(29);
    private static final VectorRegister SCALE = zmm(30);
    private static final List<VectorRegister> LOW = List.of(zmm(24), zmm(25));
    private static final List<VectorRegister> HIGH = List.of(zmm(26), zmm(27));

    private final Assembler code = new Assembler();
    private final ByteForm form;
    private final int rows;
    private final WeightReading reading;
    private final TilePlaces places;

    private ByteProductCode(ByteForm form, int rows, WeightReading reading) {
        this.form = form;
        this.rows = rows;
        this.reading = reading;
        this.places = new TilePlaces(ROW, SUM, form, rows);
    }

    /// The code for tiles of so many rows, at most [ByteRows#TILE_ROWS].
    ///
    /// @param reading panel after panel
    static byte[] of(ByteForm form, int rows, WeightReading reading) {
        ByteProductCode product = new ByteProductCode(form, rows, reading);
        product.emit();
        return product.code.code();
    }

    private static Address stacked(int argument) {
        return at(Gpr.RSP).plus(FRAME_BYTES + (SAVED.size() + 1 + argument) * Long.BYTES);
    }

    private static VectorRegister whole(int row, int strip) {
        return zmm(row * ByteMatrix.STRIPS + strip);
    }

    private VectorRegister sum(int row, int strip) {
        return zmm((ByteRows.TILE_ROWS + row) * ByteMatrix.STRIPS + strip);
    }

    private void emit() {
        SAVED.forEach(code::push);
        code.sub(Gpr.RSP, FRAME_BYTES);
        readArguments();
        Label nextPanel = new Label();
        code.bind(nextPanel);
        code.mov(TO, PANELS_LEFT);
        code.mov(SCRATCH, LAST_MASK);
        PanelLanes.choose(code, TO, SCRATCH);
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
        code.mov(SCRATCH, PANELS_LEFT);
        code.dec(SCRATCH);
        code.mov(PANELS_LEFT, SCRATCH);
        code.j(Condition.NOT_EQUAL, nextPanel);
        code.add(Gpr.RSP, FRAME_BYTES);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void readArguments() {
        code.mov(AHEAD, WEIGHTS);
        code.add(AHEAD, AHEAD_OFFSET);
        code.mov(BLOCKS_UNTIL, BLOCKS_APART);
        code.add(WEIGHTS, WEIGHTS_OFFSET);
        code.add(ROWS, PACKED);
        code.add(SUMS, PACKED);
        code.add(OUT, stacked(0));
        code.mov(BLOCKS, stacked(2));
        code.mov(TILES, stacked(3));
        if (form.areNibbles()) {
            code.mov(SCRATCH, 0x0F0F0F0F);
            code.vpbroadcastd(NIBBLES, SCRATCH);
        }
    }

    private void multiplyTile() {
        for (int row = 0; row < rows; row++) {
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                code.vpxord(sum(row, strip), sum(row, strip), sum(row, strip));
            }
        }
        code.mov(WEIGHT, WEIGHTS);
        code.mov(BLOCKS_LEFT, BLOCKS);
        Label nextBlock = new Label();
        code.align(CACHE_LINE);
        code.bind(nextBlock);
        form.atSharedHalves(code, BLOCKS_LEFT, FREE, this::unpackShared);
        code.dec(BLOCKS_UNTIL);
        for (int group = 0; group < form.groups(); group++) {
            startWholeSums(group);
            if (reading == WeightReading.KEPT) {
                multiplyByTurns(group);
            } else {
                multiplyInOrder(group);
            }
            addScaled(group);
        }
        code.add(WEIGHT, form.blockBytes());
        code.add(ROW, rows * ByteRows.BLOCK_BYTES);
        code.add(SUM, rows * ByteRows.SUMS_BYTES);
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, nextBlock);
    }

    private static Address sharedScale(int strip) {
        return SHARED.plus(strip * ByteMatrix.VECTOR_BYTES);
    }

    private static Address sharedMinimum(int strip) {
        return sharedScale(ByteMatrix.STRIPS + strip);
    }

    private void unpackShared() {
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            VectorRegister scale = LOW.get(strip);
            code.vcvtph2ps(scale, at(WEIGHT).plus(form.halvesOfScales(strip)));
            code.vmovups(sharedScale(strip), scale);
            if (form.hasMinimums()) {
                VectorRegister minimum = HIGH.get(strip);
                code.vcvtph2ps(minimum, at(WEIGHT).plus(form.halvesOfMinimums(strip)));
                code.vmovups(sharedMinimum(strip), minimum);
            }
        }
        code.add(WEIGHT, form.sharedBytes());
    }

    private void askAhead(int step, int steps) {
        if (reading == WeightReading.UNASKED) {
            return;
        }
        Label isLater = new Label();
        code.test(BLOCKS_UNTIL, BLOCKS_UNTIL);
        code.j(Condition.NOT_EQUAL, isLater);
        form.askFor(code, at(AHEAD), reading, step, steps);
        if (step == steps - 1) {
            code.add(AHEAD, form.streamBytes());
            code.mov(BLOCKS_UNTIL, BLOCKS_APART);
        }
        code.bind(isLater);
    }

    private void startWholeSums(int group) {
        for (int row = 0; row < rows; row++) {
            VectorRegister first = whole(row, 0);
            if (form.hasMinimums()) {
                code.vpxord(first, first, first);
            } else {
                code.vpslld(
                        first,
                        places.negativeSum(row, group).broadcast(),
                        form.zeroShift().orElseThrow());
            }
            code.vmovdqa32(whole(row, 1), first);
        }
    }

    private void multiplyByTurns(int group) {
        int vectors = form.groupVectors();
        for (int i = 0; i < vectors; i++) {
            int vector = group * vectors + i;
            askAhead(vector, form.groups() * vectors);
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                decode(strip, vector, LOW.get(strip), HIGH.get(strip));
            }
            int column = vector * form.vectorColumns();
            multiply(column, LOW);
            if (form.areNibbles()) {
                multiply(column + 4, HIGH);
            }
        }
    }

    private void multiplyInOrder(int group) {
        int vectors = form.groupVectors();
        int steps = form.groups() * ByteMatrix.STRIPS * vectors;
        int firstStep = group * ByteMatrix.STRIPS * vectors;
        for (int i = 0; i < ByteMatrix.STRIPS * vectors; i++) {
            askAhead(firstStep + i, steps);
            int strip = i / vectors;
            int vector = group * vectors + i % vectors;
            VectorRegister low = LOW.get(i % LOW.size());
            VectorRegister high = HIGH.get(i % HIGH.size());
            decode(strip, vector, low, high);
            int column = vector * form.vectorColumns();
            multiply(strip, column, low);
            if (form.areNibbles()) {
                multiply(strip, column + 4, high);
            }
        }
    }

    private void decode(int strip, int vector, VectorRegister low, VectorRegister high) {
        Address numbers = at(WEIGHT).plus(form.numbersOffset(strip, vector));
        if (form.areNibbles()) {
            code.vmovdqa32(high, numbers);
            code.vpandd(low, NIBBLES, high);
            code.vpsrlw(high, high, 4);
            code.vpandd(high, NIBBLES, high);
        } else {
            code.vmovdqa32(low, numbers);
        }
    }

    private void multiply(int strip, int column, VectorRegister weights) {
        for (int row = 0; row < rows; row++) {
            code.vpdpbusd(whole(row, strip), weights, places.numbers(row, column).broadcast());
        }
    }

    private void multiply(int column, List<VectorRegister> weights) {
        for (int row = 0; row < rows; row++) {
            code.vpbroadcastd(NUMBERS, places.numbers(row, column));
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                code.vpdpbusd(whole(row, strip), weights.get(strip), NUMBERS);
            }
        }
    }

    private void addScaled(int group) {
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            load(LOW.get(strip), form.scalesOffset(strip, group), sharedScale(strip));
            if (form.hasMinimums()) {
                load(HIGH.get(strip), form.minimumsOffset(strip, group), sharedMinimum(strip));
            }
        }
        for (int row = 0; row < rows; row++) {
            Address scale = places.scale(row);
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                VectorRegister whole = whole(row, strip);
                code.vmulps(SCALE, LOW.get(strip), scale.broadcast());
                code.vcvtdq2ps(whole, whole);
                code.vfmadd231ps(sum(row, strip), whole, SCALE);
                if (form.hasMinimums()) {
                    code.vfmadd231ps(
                            sum(row, strip),
                            HIGH.get(strip),
                            places.scaledSum(row, group).broadcast());
                }
            }
        }
    }

    private void load(VectorRegister to, int offset, Address shared) {
        form.loadScales(code, to, at(WEIGHT).plus(offset), shared);
    }

    // An address has room for one, two or four times the distance between rows.
    private void storeTile() {
        code.mov(OUT_STRIDE, OUT_STRIDE_ARGUMENT);
        code.lea(FOURTH_ROW, at(TO).plus(OUT_STRIDE, 2));
        code.add(FOURTH_ROW, OUT_STRIDE);
        for (int row = 0; row < rows; row++) {
            Address first =
                    switch (row) {
                        case 0 -> at(TO);
                        case 1 -> at(TO).plus(OUT_STRIDE, 1);
                        case 2 -> at(TO).plus(OUT_STRIDE, 2);
                        case 3 -> at(FOURTH_ROW);
                        case 4 -> at(FOURTH_ROW).plus(OUT_STRIDE, 1);
                        default -> at(FOURTH_ROW).plus(OUT_STRIDE, 2);
                    };
            code.vmovups(first, Opmask.K1, sum(row, 0));
            code.vmovups(first.plus(ByteMatrix.VECTOR_BYTES), Opmask.K2, sum(row, 1));
        }
        for (int row = 0; row < rows; row++) {
            code.add(TO, OUT_STRIDE);
        }
    }
}
