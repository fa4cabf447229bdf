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

/// The machine code of a [FloatProduct]: tiles of rows times panels of weights of one form.
///
/// For every panel, every tile, every block:
///
/// ```
/// for each step
///     sums += weights of the step * numbers of the row     vdpbf16ps or vfmadd231ps
/// ```
///
/// All sums stay in registers until a tile is done, or are put down as floats and taken up again as
/// they were where it is done in pieces; so a row's sum is made in the order of its columns
/// whatever the height of its tile: the same bits for one row and for hundreds.
final class FloatProductCode {

    private static final int CACHE_LINE = 64;

    // How far ahead weights are asked for: a page and more, where the processor stops by itself.
    private static final int AHEAD_BYTES = 4096 + 1024;

    private static final int UPPER_HALF = 0xFFFF_0000;

    // Arguments, in the order of FloatProduct; those on the stack lie behind what is saved there.
    private static final Gpr WEIGHTS = Gpr.RDI;
    private static final Gpr WEIGHTS_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr ROWS = Gpr.RCX;
    private static final Gpr OUT = Gpr.R8;
    private static final Gpr OUT_OFFSET = Gpr.R9;
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;

    private static final Gpr OUT_STRIDE = Gpr.RSI;
    private static final Gpr BLOCKS = Gpr.RBX;
    private static final Gpr BLOCKS_LEFT = Gpr.RBP;
    private static final Gpr TILES = Gpr.R12;
    private static final Gpr TILES_LEFT = Gpr.R13;
    private static final Gpr PANELS_LEFT = Gpr.R14;
    private static final Gpr LAST_MASK = Gpr.R15;
    private static final int STACK = (SAVED.size() + 1) * Long.BYTES;

    // What moves on within a panel and a tile.
    private static final Gpr WEIGHT = Gpr.RAX;
    private static final Gpr TILE = Gpr.R9;
    private static final Gpr ROW = Gpr.R10;
    private static final Gpr TO = Gpr.RDX;
    private static final Gpr SCRATCH = Gpr.R11;

    private static final VectorRegister NUMBERS = zmm(30);
    private static final VectorRegister UPPER_HALVES = zmm(31);
    private static final List<VectorRegister> LEFT = List.of(zmm(24), zmm(25));
    private static final List<VectorRegister> RIGHT = List.of(zmm(26), zmm(27));

    private final Assembler code = new Assembler();
    private final FloatForm form;
    private final boolean isRounded;
    private final int rows;

    private FloatProductCode(FloatForm form, boolean isRounded, int rows) {
        this.form = form;
        this.isRounded = isRounded;
        this.rows = rows;
    }

    /// The code for tiles of so many rows, at most [FloatRows#TILE_ROWS].
    ///
    /// @param isRounded whether the rows are bfloat16 numbers, else floats; of bfloat16 weights
    ///   only
    static byte[] of(FloatForm form, boolean isRounded, int rows) {
        FloatProductCode product = new FloatProductCode(form, isRounded, rows);
        product.emit();
        return product.code.code();
    }

    private static VectorRegister sum(int row, int strip) {
        return zmm(row * ByteMatrix.STRIPS + strip);
    }

    private void emit() {
        SAVED.forEach(code::push);
        readArguments();
        Label nextPanel = new Label();
        code.bind(nextPanel);
        code.mov(SCRATCH, LAST_MASK);
        PanelLanes.choose(code, PANELS_LEFT, SCRATCH);
        code.mov(TILE, ROWS);
        code.mov(TO, OUT);
        code.mov(TILES_LEFT, TILES);
        Label nextTile = new Label();
        code.bind(nextTile);
        beginTile();
        multiplyTile();
        storeTile();
        code.add(TILE, stacked(6));
        code.dec(TILES_LEFT);
        code.j(Condition.NOT_EQUAL, nextTile);
        code.add(WEIGHTS, stacked(5));
        code.add(OUT, ByteMatrix.PANEL_ROWS * Float.BYTES);
        code.dec(PANELS_LEFT);
        code.j(Condition.NOT_EQUAL, nextPanel);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private static Address stacked(int argument) {
        return at(Gpr.RSP).plus(STACK + argument * Long.BYTES);
    }

    private void readArguments() {
        code.add(WEIGHTS, WEIGHTS_OFFSET);
        code.add(ROWS, PACKED);
        code.add(OUT, OUT_OFFSET);
        List<Gpr> onStack = List.of(OUT_STRIDE, BLOCKS, TILES, PANELS_LEFT, LAST_MASK);
        for (int i = 0; i < onStack.size(); i++) {
            code.mov(onStack.get(i), stacked(i));
        }
        code.mov(SCRATCH, UPPER_HALF);
        code.vpbroadcastd(UPPER_HALVES, SCRATCH);
    }

    // Sums begin with zero, or as the columns before have left them.
    private void beginTile() {
        Label isContinued = new Label();
        Label isReady = new Label();
        code.mov(SCRATCH, stacked(7));
        code.test(SCRATCH, SCRATCH);
        code.j(Condition.NOT_EQUAL, isContinued);
        for (int sum = 0; sum < rows * ByteMatrix.STRIPS; sum++) {
            code.vpxord(zmm(sum), zmm(sum), zmm(sum));
        }
        code.jmp(isReady);
        code.bind(isContinued);
        code.mov(SCRATCH, TO);
        for (int row = 0; row < rows; row++) {
            code.vmovups(sum(row, 0), Opmask.K1, at(SCRATCH));
            code.vmovups(sum(row, 1), Opmask.K2, at(SCRATCH).plus(ByteMatrix.VECTOR_BYTES));
            code.add(SCRATCH, OUT_STRIDE);
        }
        code.bind(isReady);
    }

    private void multiplyTile() {
        code.mov(WEIGHT, WEIGHTS);
        code.mov(ROW, TILE);
        code.mov(BLOCKS_LEFT, BLOCKS);
        Label nextBlock = new Label();
        code.align(CACHE_LINE);
        code.bind(nextBlock);
        for (int step = 0; step < form.steps(); step++) {
            askFor(step);
            if (isRounded) {
                multiplyPairs(step);
            } else if (form == FloatForm.BFLOATS) {
                multiplyWidenedPairs(step);
            } else {
                multiplySingles(step);
            }
        }
        code.add(WEIGHT, form.blockBytes());
        code.add(ROW, rows * FloatForm.BLOCK_COLUMNS * numberBytes());
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, nextBlock);
    }

    private int numberBytes() {
        return isRounded ? Short.BYTES : Float.BYTES;
    }

    // One row reads weights once, and faster past the second-level cache; tile after tile needs
    // them there.
    private void askFor(int step) {
        int bytes = ByteMatrix.STRIPS * form.vectorBytes();
        for (int line = 0; line < bytes; line += CACHE_LINE) {
            Address weights = at(WEIGHT).plus(AHEAD_BYTES + step * bytes + line);
            if (rows == 1) {
                code.prefetchnta(weights);
            } else {
                code.prefetcht0(weights);
            }
        }
    }

    private Address weights(int step, int strip) {
        return at(WEIGHT).plus(form.offset(step, strip));
    }

    private Address number(int row, int column) {
        return at(ROW).plus((row * FloatForm.BLOCK_COLUMNS + column) * numberBytes());
    }

    private void multiplyPairs(int step) {
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            code.vmovdqa32(LEFT.get(strip), weights(step, strip));
        }
        for (int row = 0; row < rows; row++) {
            code.vpbroadcastd(NUMBERS, number(row, 2 * step));
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                code.vdpbf16ps(sum(row, strip), LEFT.get(strip), NUMBERS);
            }
        }
    }

    // A bfloat16 number is the upper half of a float.
    private void multiplyWidenedPairs(int step) {
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            code.vmovdqa32(RIGHT.get(strip), weights(step, strip));
            code.vpslld(LEFT.get(strip), RIGHT.get(strip), Short.SIZE);
            code.vpandd(RIGHT.get(strip), RIGHT.get(strip), UPPER_HALVES);
        }
        multiplyColumn(2 * step, LEFT);
        multiplyColumn(2 * step + 1, RIGHT);
    }

    private void multiplySingles(int step) {
        for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
            if (form == FloatForm.HALVES) {
                code.vcvtph2ps(LEFT.get(strip), weights(step, strip));
            } else {
                code.vmovups(LEFT.get(strip), weights(step, strip));
            }
        }
        multiplyColumn(step, LEFT);
    }

    private void multiplyColumn(int column, List<VectorRegister> weights) {
        for (int row = 0; row < rows; row++) {
            code.vpbroadcastd(NUMBERS, number(row, column));
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                code.vfmadd231ps(sum(row, strip), weights.get(strip), NUMBERS);
            }
        }
    }

    private void storeTile() {
        for (int row = 0; row < rows; row++) {
            code.vmovups(at(TO), Opmask.K1, sum(row, 0));
            code.vmovups(at(TO).plus(ByteMatrix.VECTOR_BYTES), Opmask.K2, sum(row, 1));
            code.add(TO, OUT_STRIDE);
        }
    }
}
