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

/// The machine code of a [ByteProduct] with one row, for whole groups of panels ([PanelStreams]).
///
/// The sums are those of [ByteProductCode], in the same order. Its arguments are that code's, but
/// for the bytes of a panel in place of the tiles, and groups in place of panels.
final class RowProductCode {

    private static final int PANELS = PanelStreams.PANELS;
    private static final int CACHE_LINE = 64;

    // Arguments, in the order of ByteProduct; those on the stack lie behind what is saved there.
    private static final Gpr WEIGHTS = PanelStreams.WEIGHTS;
    private static final Gpr WEIGHTS_OFFSET = Gpr.RSI;
    private static final Gpr PACKED = Gpr.RDX;
    private static final Gpr ROWS = Gpr.RCX;
    private static final Gpr SUMS = Gpr.R8;
    private static final Gpr OUT = Gpr.R9;
    private static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;

    // What the stack holds, from its pointer on: of each panel, halves that blocks share, as
    // floats.
    private static final Address SHARED = at(Gpr.RSP);
    private static final int SHARED_VECTORS = 2 * ByteMatrix.STRIPS;
    private static final int FRAME_BYTES =
            PANELS * SHARED_VECTORS * ByteMatrix.VECTOR_BYTES + Long.BYTES;
    private static final Address GROUPS_LEFT = stacked(4);
    private static final Address LAST_MASK = stacked(5);

    private static final Gpr BLOCKS = PanelStreams.BLOCKS;
    private static final Gpr BLOCKS_LEFT = Gpr.RBP;

    // What moves on within a group.
    private static final Gpr ROW = Gpr.R10;
    private static final Gpr SUM = Gpr.R11;

    private static final Gpr SCRATCH = Gpr.RDX;

    private static final VectorRegister NIBBLES = zmm(28);
    private static final VectorRegister LOW_NUMBERS = zmm(29);
    private static final VectorRegister HIGH_NUMBERS = zmm(30);
    private static final VectorRegister SCALE = zmm(31);

    private final Assembler code = new Assembler();
    private final PanelStreams streams;
    private final ByteForm form;
    private final TilePlaces places;
    private int free;

    private RowProductCode(ByteForm form) {
        this.form = form;
        this.streams = new PanelStreams(code, form);
        this.places = new TilePlaces(ROW, SUM, form, 1);
    }

    /// The code for one row and weights of that form.
    static byte[] of(ByteForm form) {
        RowProductCode product = new RowProductCode(form);
        product.emit();
        return product.code.code();
    }

    private static Address stacked(int argument) {
        return at(Gpr.RSP).plus(FRAME_BYTES + (SAVED.size() + 1 + argument) * Long.BYTES);
    }

    private static VectorRegister whole(int panel, int strip) {
        return zmm(panel * ByteMatrix.STRIPS + strip);
    }

    private static VectorRegister sum(int panel, int strip) {
        return zmm((PANELS + panel) * ByteMatrix.STRIPS + strip);
    }

    // Registers for weights are taken in turn, so that none is waited for.
    private VectorRegister next() {
        free = (free + 1) % 12;
        return zmm(2 * PANELS * ByteMatrix.STRIPS + free);
    }

    private void emit() {
        SAVED.forEach(code::push);
        code.sub(Gpr.RSP, FRAME_BYTES);
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
        code.add(Gpr.RSP, FRAME_BYTES);
        SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void readArguments() {
        code.add(WEIGHTS, WEIGHTS_OFFSET);
        code.add(ROWS, PACKED);
        code.add(SUMS, PACKED);
        code.add(OUT, stacked(0));
        code.mov(BLOCKS, stacked(2));
        code.mov(PanelStreams.PANEL_BYTES, stacked(3));
        if (form.areNibbles()) {
            code.mov(SCRATCH, 0x0F0F0F0F);
            code.vpbroadcastd(NIBBLES, SCRATCH);
        }
        streams.start();
    }

    // All lanes are outputs, but for the last panel of the last group.
    private void beginGroup() {
        code.mov(BLOCKS_LEFT, GROUPS_LEFT);
        code.mov(SCRATCH, LAST_MASK);
        PanelLanes.choose(code, BLOCKS_LEFT, SCRATCH);
        for (int panel = 0; panel < PANELS; panel++) {
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                VectorRegister sum = sum(panel, strip);
                code.vpxord(sum, sum, sum);
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
            startWholeSums(group);
            multiplyGroup(group);
            addScaled(group);
        }
        streams.nextBlock();
        code.add(ROW, ByteRows.BLOCK_BYTES);
        code.add(SUM, ByteRows.SUMS_BYTES);
    }

    private static Address sharedScale(int panel, int strip) {
        return SHARED.plus((panel * SHARED_VECTORS + strip) * ByteMatrix.VECTOR_BYTES);
    }

    private static Address sharedMinimum(int panel, int strip) {
        return sharedScale(panel, ByteMatrix.STRIPS + strip);
    }

    private void unpackShared() {
        for (int panel = 0; panel < PANELS; panel++) {
            Address shared = streams.block(panel);
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                unpack(sharedScale(panel, strip), shared.plus(form.halvesOfScales(strip)));
                if (form.hasMinimums()) {
                    unpack(sharedMinimum(panel, strip), shared.plus(form.halvesOfMinimums(strip)));
                }
            }
        }
        streams.skipShared();
    }

    private void unpack(Address to, Address halves) {
        VectorRegister floats = next();
        code.vcvtph2ps(floats, halves);
        code.vmovups(to, floats);
    }

    private void startWholeSums(int group) {
        VectorRegister first = whole(0, 0);
        if (form.hasMinimums()) {
            code.vpxord(first, first, first);
        } else {
            code.vpslld(
                    first,
                    places.negativeSum(0, group).broadcast(),
                    form.zeroShift().orElseThrow());
        }
        for (int i = 1; i < PANELS * ByteMatrix.STRIPS; i++) {
            code.vmovdqa32(whole(0, i), first);
        }
    }

    // Each panel in the order it lies: one strip, then the other.
    private void multiplyGroup(int group) {
        int vectors = form.groupVectors();
        int steps = form.groups() * ByteMatrix.STRIPS * vectors;
        int firstStep = group * ByteMatrix.STRIPS * vectors;
        for (int i = 0; i < ByteMatrix.STRIPS * vectors; i++) {
            streams.askFor(firstStep + i, steps);
            multiplyVector(i / vectors, group * vectors + i % vectors);
        }
    }

    private void multiplyVector(int strip, int vector) {
        int column = vector * form.vectorColumns();
        code.vpbroadcastd(LOW_NUMBERS, places.numbers(0, column));
        if (form.areNibbles()) {
            code.vpbroadcastd(HIGH_NUMBERS, places.numbers(0, column + 4));
        }
        for (int panel = 0; panel < PANELS; panel++) {
            Address numbers = streams.block(panel).plus(form.numbersOffset(strip, vector));
            multiply(whole(panel, strip), numbers);
        }
    }

    private void multiply(VectorRegister whole, Address numbers) {
        VectorRegister low = next();
        if (!form.areNibbles()) {
            code.vmovdqa32(low, numbers);
            code.vpdpbusd(whole, low, LOW_NUMBERS);
            return;
        }
        VectorRegister high = next();
        code.vmovdqa32(high, numbers);
        code.vpandd(low, NIBBLES, high);
        code.vpsrlw(high, high, 4);
        code.vpandd(high, NIBBLES, high);
        code.vpdpbusd(whole, low, LOW_NUMBERS);
        code.vpdpbusd(whole, high, HIGH_NUMBERS);
    }

    private void addScaled(int group) {
        Address scale = places.scale(0);
        for (int panel = 0; panel < PANELS; panel++) {
            Address weights = streams.block(panel);
            for (int strip = 0; strip < ByteMatrix.STRIPS; strip++) {
                VectorRegister whole = whole(panel, strip);
                VectorRegister scales = next();
                form.loadScales(
                        code,
                        scales,
                        weights.plus(form.scalesOffset(strip, group)),
                        sharedScale(panel, strip));
                code.vmulps(SCALE, scales, scale.broadcast());
                code.vcvtdq2ps(whole, whole);
                code.vfmadd231ps(sum(panel, strip), whole, SCALE);
                if (form.hasMinimums()) {
                    VectorRegister minimums = next();
                    form.loadScales(
                            code,
                            minimums,
                            weights.plus(form.minimumsOffset(strip, group)),
                            sharedMinimum(panel, strip));
                    code.vfmadd231ps(
                            sum(panel, strip), minimums, places.scaledSum(0, group).broadcast());
                }
            }
        }
    }

    private void store() {
        for (int panel = 0; panel < PANELS; panel++) {
            Address to = at(OUT).plus(panel * ByteMatrix.PANEL_ROWS * Float.BYTES);
            Address upper = to.plus(ByteMatrix.VECTOR_BYTES);
            if (panel < PANELS - 1) {
                code.vmovups(to, sum(panel, 0));
                code.vmovups(upper, sum(panel, 1));
            } else {
                code.vmovups(to, Opmask.K1, sum(panel, 0));
                code.vmovups(upper, Opmask.K2, sum(panel, 1));
            }
        }
    }
}
