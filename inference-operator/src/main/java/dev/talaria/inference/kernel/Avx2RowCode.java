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

/// The machine code of a [ByteProduct] with one row for processors with AVX2, for whole groups of
/// panels ([PanelStreams]): the four halves of a panel's strips meet the row's numbers together.
///
/// The sums are those of [Avx2ProductCode], in the same order. Its arguments are that code's, but
/// for the bytes of a panel in place of the tiles, and groups in place of panels.
final class Avx2RowCode {

    private static final int PANELS = PanelStreams.PANELS;
    private static final int CACHE_LINE = 64;
    private static final int VECTOR = Avx2Lanes.VECTOR;
    private static final int HALVES = Avx2Lanes.HALVES;

    // Arguments, in the order of ByteProduct; those on the stack lie behind what is saved there.
    private static final Gpr WEIGHTS = PanelStreams.WEIGHTS;
    private static final Gpr WEIGHTS_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr ROWS = Gpr.RCX;
    private static final Gpr SUMS = Gpr.R8;
    private static final Gpr OUT = Gpr.R9;
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;
    private static final Gpr ARGUMENTS = Gpr.RBP;

    private static final Gpr BLOCKS = PanelStreams.BLOCKS;
    private static final Gpr BLOCKS_LEFT = Gpr.RBP;

    // What moves on within a group.
    private static final Gpr ROW = Gpr.R10;
    private static final Gpr SUM = Gpr.R11;

    private static final Gpr SCRATCH = Gpr.RDX;

    // What the stack holds, from its pointer on.
    private static final Address TOTALS = at(Gpr.RSP);
    private static final Address SHARED = TOTALS.plus(PANELS * HALVES * VECTOR);
    private static final Address LANES = SHARED.plus(2 * PANELS * HALVES * VECTOR);
    private static final Address GROUPS_LEFT = LANES.plus(VECTOR);
    private static final Address LAST_MASK = GROUPS_LEFT.plus(Long.BYTES);
    private static final Address STACK = LAST_MASK.plus(Long.BYTES);
    private static final int FRAME_BYTES = STACK.plus(Long.BYTES).displacement();

    private static final VectorRegister CONSTANT = ymm(8);
    private static final VectorRegister ONES = ymm(9);
    private static final VectorRegister HIGH = ymm(10);
    private static final VectorRegister LOW = ymm(11);
    private static final VectorRegister COLUMNS = ymm(12);
    private static final VectorRegister HIGH_COLUMNS = ymm(13);
    private static final VectorRegister SCALE = ymm(14);

    // The zero point's part of whole sums, or the row's sum that minimums are multiplied by.
    private static final VectorRegister ROW_SUM = ymm(15);

    private final Avx2Assembler code = new Avx2Assembler();
    private final PanelStreams streams;
    private final ByteForm form;
    private final Avx2Pairs pairs;
    private final TilePlaces places;
    private final Avx2Lanes lanes = new Avx2Lanes(code, LANES, SCRATCH);

    private Avx2RowCode(ByteForm form) {
        this.form = form;
        this.pairs = Avx2Pairs.of(form);
        this.streams = new PanelStreams(code, form);
        this.places = new TilePlaces(ROW, SUM, form, 1);
    }

    /// The code for one row and weights of that form.
    static byte[] of(ByteForm form) {
        Avx2RowCode product = new Avx2RowCode(form);
        product.emit();
        return product.code.code();
    }

    private static VectorRegister whole(int half) {
        return ymm(half);
    }

    private static VectorRegister pairs(int half) {
        return ymm(HALVES + half);
    }

    private static Address total(int panel, int half) {
        return TOTALS.plus((panel * HALVES + half) * VECTOR);
    }

    private void emit() {
        SAVED.forEach(code::push);
        code.lea(ARGUMENTS, at(Gpr.RSP).plus((SAVED.size() + 1) * Long.BYTES));
        code.sub(Gpr.RSP, FRAME_BYTES);
        code.and(Gpr.RSP, -CACHE_LINE);
        code.mov(STACK, ARGUMENTS);
        readArguments();
        Label nextGroup = new Label();
        code.bind(nextGroup);
        beginGroup();
        Label nextBlock = new Label();
        code.align(CACHE_LINE);
        code.bind(nextBlock);
        block();
        code.dec(BLOCKS_LEFT);
        code.j(Condition.NOT_EQUAL, nextBlock);
        store();
        streams.endGroup();
        code.add(OUT, PANELS * ByteMatrix.PANEL_ROWS * Float.BYTES);
        code.mov(SCRATCH, GROUPS_LEFT);
        code.dec(SCRATCH);
        code.mov(GROUPS_LEFT, SCRATCH);
        code.test(SCRATCH, SCRATCH);
        code.j(Condition.NOT_EQUAL, nextGroup);
        code.mov(Gpr.RSP, STACK);
        code.sub(Gpr.RSP, (SAVED.size() + 1) * Long.BYTES);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void readArguments() {
        code.add(WEIGHTS, WEIGHTS_OFFSET);
        code.add(ROWS, PACKED);
        code.add(SUMS, PACKED);
        code.add(OUT, at(ARGUMENTS));
        code.mov(BLOCKS, at(ARGUMENTS).plus(2 * Long.BYTES));
        code.mov(PanelStreams.PANEL_BYTES, at(ARGUMENTS).plus(3 * Long.BYTES));
        code.mov(SCRATCH, at(ARGUMENTS).plus(4 * Long.BYTES));
        code.mov(GROUPS_LEFT, SCRATCH);
        code.mov(SCRATCH, at(ARGUMENTS).plus(5 * Long.BYTES));
        code.mov(LAST_MASK, SCRATCH);
        lanes.prepare(ymm(0));
        lanes.fill(CONSTANT, form.areNibbles() ? 0x0F0F_0F0F : 0x8080_8080);
        lanes.fill(ONES, 0x0001_0001);
        streams.start();
    }

    private void beginGroup() {
        code.vpxor(LOW, LOW, LOW);
        for (int panel = 0; panel < PANELS; panel++) {
            for (int half = 0; half < HALVES; half++) {
                code.vmovdqa(total(panel, half), LOW);
            }
        }
        streams.beginGroup();
        code.mov(ROW, ROWS);
        code.mov(SUM, SUMS);
        code.mov(BLOCKS_LEFT, BLOCKS);
    }

    private void block() {
        form.atSharedHalves(code, BLOCKS_LEFT, SCRATCH, this::unpackShared);
        for (int group = 0; group < form.groups(); group++) {
            code.vpbroadcastd(SCALE, places.scale(0));
            if (form.hasMinimums()) {
                code.vpbroadcastd(ROW_SUM, places.scaledSum(0, group));
            } else if (!pairs.areSigned()) {
                code.vpbroadcastd(ROW_SUM, places.negativeSum(0, group));
                code.vpslld(ROW_SUM, ROW_SUM, form.zeroShift().orElseThrow());
            }
            for (int panel = 0; panel < PANELS; panel++) {
                multiply(panel, group);
                for (int half = 0; half < HALVES; half++) {
                    addScaled(panel, half, group);
                }
            }
        }
        streams.nextBlock();
        code.add(ROW, ByteRows.BLOCK_BYTES);
        code.add(SUM, ByteRows.SUMS_BYTES);
    }

    private static Address sharedScale(int panel, int half) {
        return SHARED.plus((panel * 2 * HALVES + half) * VECTOR);
    }

    private static Address sharedMinimum(int panel, int half) {
        return sharedScale(panel, HALVES + half);
    }

    private void unpackShared() {
        for (int panel = 0; panel < PANELS; panel++) {
            for (int half = 0; half < HALVES; half++) {
                int within = half * VECTOR % ByteMatrix.VECTOR_BYTES / Float.BYTES * Short.BYTES;
                int scales = form.halvesOfScales(strip(half)) + within;
                code.vcvtph2ps(LOW, streams.block(panel).plus(scales));
                code.vmovdqa(sharedScale(panel, half), LOW);
                if (form.hasMinimums()) {
                    int minimums = form.halvesOfMinimums(strip(half)) + within;
                    code.vcvtph2ps(HIGH, streams.block(panel).plus(minimums));
                    code.vmovdqa(sharedMinimum(panel, half), HIGH);
                }
            }
        }
        streams.skipShared();
    }

    private void multiply(int panel, int group) {
        int together = pairs.together() * Integer.BYTES / form.vectorColumns();
        int steps = form.groups() * PANELS * form.groupVectors();
        int firstStep = (group * PANELS + panel) * form.groupVectors();
        for (int vector = 0; vector < form.groupVectors(); vector++) {
            streams.askFor(firstStep + vector, steps);
            int place = group * form.groupVectors() + vector;
            boolean isFirst = vector % together == 0;
            VectorRegister[] to = new VectorRegister[HALVES];
            for (int half = 0; half < HALVES; half++) {
                to[half] = vector < together ? whole(half) : pairs(half);
            }
            multiplyVector(panel, place, isFirst, to);
            if (vector % together == together - 1) {
                for (int half = 0; half < HALVES; half++) {
                    code.vpmaddwd(to[half], to[half], ONES);
                    if (vector >= together) {
                        code.vpaddd(whole(half), whole(half), to[half]);
                    }
                }
            }
        }
    }

    private void multiplyVector(int panel, int vector, boolean isFirst, VectorRegister[] to) {
        int column = vector * form.vectorColumns();
        code.vpbroadcastd(COLUMNS, places.numbers(0, column));
        if (form.areNibbles()) {
            code.vpbroadcastd(HIGH_COLUMNS, places.numbers(0, column + Integer.BYTES));
        }
        for (int half = 0; half < HALVES; half++) {
            Address numbers = half(panel, half, form.numbersOffset(strip(half), vector));
            if (form.areNibbles()) {
                multiplyNibbles(to[half], numbers, isFirst);
            } else {
                multiplyBytes(to[half], numbers, isFirst);
            }
        }
    }

    private static int strip(int half) {
        return half * VECTOR / ByteMatrix.VECTOR_BYTES;
    }

    private Address half(int panel, int half, int offset) {
        return streams.block(panel).plus(offset + half * VECTOR % ByteMatrix.VECTOR_BYTES);
    }

    private void multiplyNibbles(VectorRegister to, Address numbers, boolean isFirst) {
        code.vmovups(HIGH, numbers);
        code.vpand(LOW, HIGH, CONSTANT);
        code.vpsrlw(HIGH, HIGH, 4);
        code.vpand(HIGH, HIGH, CONSTANT);
        code.vpmaddubsw(LOW, LOW, COLUMNS);
        code.vpmaddubsw(HIGH, HIGH, HIGH_COLUMNS);
        if (isFirst) {
            code.vpaddw(to, LOW, HIGH);
        } else {
            code.vpaddw(LOW, LOW, HIGH);
            code.vpaddw(to, to, LOW);
        }
    }

    private void multiplyBytes(VectorRegister to, Address numbers, boolean isFirst) {
        code.vmovups(LOW, numbers);
        VectorRegister columns = COLUMNS;
        if (pairs.areSigned()) {
            columns = HIGH;
            code.vpxor(LOW, LOW, CONSTANT);
            code.vpsignb(columns, COLUMNS, LOW);
            code.vpabsb(LOW, LOW);
        }
        if (isFirst) {
            code.vpmaddubsw(to, LOW, columns);
        } else {
            code.vpmaddubsw(LOW, LOW, columns);
            code.vpaddw(to, to, LOW);
        }
    }

    private void addScaled(int panel, int half, int group) {
        VectorRegister whole = whole(half);
        if (!form.hasMinimums() && !pairs.areSigned()) {
            code.vpaddd(whole, whole, ROW_SUM);
        }
        int scales = form.scalesOffset(strip(half), group);
        loadScales(LOW, panel, half, scales, sharedScale(panel, half));
        code.vmulps(LOW, LOW, SCALE);
        code.vcvtdq2ps(whole, whole);
        code.vfmadd213ps(whole, LOW, total(panel, half));
        if (form.hasMinimums()) {
            int minimums = form.minimumsOffset(strip(half), group);
            loadScales(HIGH, panel, half, minimums, sharedMinimum(panel, half));
            code.vfmadd231ps(whole, HIGH, ROW_SUM);
        }
        code.vmovdqa(total(panel, half), whole);
    }

    private void loadScales(VectorRegister to, int panel, int half, int offset, Address shared) {
        int part = half * VECTOR % ByteMatrix.VECTOR_BYTES;
        int within = part * form.scaleBytes() / ByteMatrix.VECTOR_BYTES;
        form.loadScales(code, to, streams.block(panel).plus(offset + within), shared);
    }

    // All lanes are outputs, but for the last panel of the last group.
    private void store() {
        Label isWhole = new Label();
        Label isStored = new Label();
        for (int panel = 0; panel < PANELS; panel++) {
            if (panel == PANELS - 1) {
                code.mov(SCRATCH, GROUPS_LEFT);
                code.cmp(SCRATCH, 1);
                code.j(Condition.NOT_EQUAL, isWhole);
                storeLast();
                code.jmp(isStored);
                code.bind(isWhole);
            }
            for (int half = 0; half < HALVES; half++) {
                code.vmovdqa(LOW, total(panel, half));
                code.vmovups(out(panel, half), LOW);
            }
        }
        code.bind(isStored);
    }

    private static Address out(int panel, int half) {
        return at(OUT).plus(panel * ByteMatrix.PANEL_ROWS * Float.BYTES + half * VECTOR);
    }

    private void storeLast() {
        lanes.begin(LAST_MASK);
        for (int half = 0; half < HALVES; half++) {
            lanes.next(ymm(0));
            code.vmovdqa(LOW, total(PANELS - 1, half));
            code.vmaskmovps(out(PANELS - 1, half), ymm(0), LOW);
        }
    }
}
