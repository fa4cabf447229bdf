package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;
import static dev.talaria.inference.x86.Address.at;
import static dev.talaria.inference.x86.VectorRegister.ymm;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Avx2Assembler;
import dev.talaria.inference.x86.Condition;
import dev.talaria.inference.x86.Gpr;
import dev.talaria.inference.x86.Label;
import dev.talaria.inference.x86.VectorRegister;

import java.util.function.IntFunction;

/// What [AttentionCode] does, with its arguments, for processors with AVX2, FMA and F16C.
///
/// The tokens of a block are four registers. Sums of few queries and all tokens, or of up to six
/// queries and half of the tokens, fill the sixteen registers; so do those of the values. Elements
/// that fill no register are taken one by one. Every sum is made in the order of a query's elements
/// or tokens, whatever the height of its group.
final class Avx2AttentionCode {

    /// The most queries of a group: by two vectors they make 12 sums.
    static final int MOST_QUERIES = 6;

    private static final int VECTOR = Avx2Lanes.VECTOR;
    private static final int LANES = VECTOR / Float.BYTES;
    private static final int VECTORS_OF_TOKENS = KV_BLOCK_TOKENS / LANES;
    private static final int CACHE_LINE = 64;

    // So many stay in registers while the vectors that meet them come one by one; of more it is the
    // vectors that stay.
    private static final int FEW_QUERIES = 3;

    private static final Gpr SCRATCH = AttentionLoop.SCRATCH;
    private static final Gpr OUT_ROW = AttentionLoop.OUT_ROW;
    private static final Gpr ELEMENTS_LEFT = AttentionLoop.ELEMENTS_LEFT;

    // What the stack holds, from its pointer on.
    private static final Address TABLE = at(Gpr.RSP);
    private static final Address MASKS = TABLE.plus(Avx2Exponential.BYTES);
    private static final Address COUNTS = MASKS.plus(VECTORS_OF_TOKENS * VECTOR);
    private static final Address FACTORS = COUNTS.plus(VECTOR);
    private static final Address ARGUMENTS = FACTORS.plus(VECTOR);
    private static final Address STACK = ARGUMENTS.plus(AttentionLoop.STACKED * Long.BYTES);
    private static final int FRAME_BYTES = STACK.plus(Long.BYTES).displacement();

    // Of the softmax.
    private static final VectorRegister GREATEST = ymm(8);
    private static final VectorRegister INFINITELY_LOW = ymm(13);
    private static final VectorRegister ZERO = ymm(14);
    private static final VectorRegister LEAST = ymm(15);

    private final Avx2Assembler code = new Avx2Assembler();
    private final Avx2Lanes lanes = new Avx2Lanes(code, COUNTS, SCRATCH);
    private final Avx2Exponential exponential = new Avx2Exponential(code, TABLE);
    private final AttentionLoop loop;
    private final KvType type;
    private final int queries;

    private Avx2AttentionCode(KvType type, int queries) {
        this.type = type;
        this.queries = queries;
        this.loop = new AttentionLoop(code, type, queries, ARGUMENTS);
    }

    /// The code for groups of so many queries, at most [#MOST_QUERIES].
    static byte[] of(KvType type, int queries) {
        Avx2AttentionCode attention = new Avx2AttentionCode(type, queries);
        attention.emit();
        return attention.code.code();
    }

    private void emit() {
        AttentionLoop.SAVED.forEach(code::push);
        enterFrame();
        loop.readArguments();
        setConstants();
        Label nextGroup = new Label();
        code.bind(nextGroup);
        scores();
        soften();
        weigh();
        loop.moveOn();
        code.j(Condition.NOT_EQUAL, nextGroup);
        code.mov(Gpr.RSP, STACK);
        AttentionLoop.SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void enterFrame() {
        Gpr argument = AttentionLoop.LEFT;
        code.mov(SCRATCH, Gpr.RSP);
        code.sub(Gpr.RSP, FRAME_BYTES);
        code.and(Gpr.RSP, -CACHE_LINE);
        code.mov(STACK, SCRATCH);
        int before = AttentionLoop.SAVED.size() + 1;
        for (int i = 0; i < AttentionLoop.STACKED; i++) {
            code.mov(argument, at(SCRATCH).plus((before + i) * Long.BYTES));
            code.mov(ARGUMENTS.plus(i * Long.BYTES), argument);
        }
    }

    private void setConstants() {
        exponential.prepare(lanes, ymm(0));
        lanes.prepare(ymm(0));
        lanes.begin(loop.tokenMask());
        for (int part = 0; part < VECTORS_OF_TOKENS; part++) {
            lanes.next(ymm(0));
            code.vmovdqa(mask(part), ymm(0));
        }
    }

    private static Address mask(int part) {
        return MASKS.plus(part * VECTOR);
    }

    // ---- Products

    private static VectorRegister sum(int query, int vector, int vectors) {
        return ymm(query * vectors + vector);
    }

    /// Adds to every sum the product of its query's number and its vector.
    ///
    /// @param bits of the registers
    /// @param numbers where each query has its number
    /// @param places where each vector lies
    private void addProducts(
            int vectors, int bits, IntFunction<Address> numbers, IntFunction<Address> places) {
        int free = queries * vectors;
        if (queries <= FEW_QUERIES) {
            VectorRegister vector = new VectorRegister(bits, free + queries);
            for (int query = 0; query < queries; query++) {
                code.vpbroadcastd(new VectorRegister(bits, free + query), numbers.apply(query));
            }
            for (int i = 0; i < vectors; i++) {
                load(vector, places.apply(i));
                for (int query = 0; query < queries; query++) {
                    code.vfmadd231ps(
                            sum(query, i, vectors).lower(bits),
                            vector,
                            new VectorRegister(bits, free + query));
                }
            }
        } else {
            VectorRegister number = new VectorRegister(bits, free + vectors);
            for (int i = 0; i < vectors; i++) {
                load(new VectorRegister(bits, free + i), places.apply(i));
            }
            for (int query = 0; query < queries; query++) {
                code.vpbroadcastd(number, numbers.apply(query));
                for (int i = 0; i < vectors; i++) {
                    code.vfmadd231ps(
                            sum(query, i, vectors).lower(bits),
                            new VectorRegister(bits, free + i),
                            number);
                }
            }
        }
    }

    private static boolean isSingle(VectorRegister register) {
        return register.bits() < VECTOR * Byte.SIZE;
    }

    /// A vector of what is stored, or one number into the lowest lane of 128 bits.
    private void load(VectorRegister to, Address from) {
        if (isSingle(to)) {
            loadSingle(to, from);
            return;
        }
        switch (type) {
            case F32 -> code.vmovups(to, from);
            case F16 -> code.vcvtph2ps(to, from);
            case INT8 -> {
                code.vpmovsxbd(to, from);
                code.vcvtdq2ps(to, to);
            }
        }
    }

    private void loadSingle(VectorRegister to, Address from) {
        switch (type) {
            case F32 -> code.vmovss(to, from);
            case F16 -> {
                code.vpxor(to, to, to);
                code.vpinsrw(to, to, from, 0);
                code.vcvtph2ps(to, to);
            }
            case INT8 -> {
                code.vpxor(to, to, to);
                code.vpinsrb(to, to, from, 0);
                code.vpmovsxbd(to, to);
                code.vcvtdq2ps(to, to);
            }
        }
    }

    // ---- Scores

    private void scores() {
        int vectors = queries <= FEW_QUERIES ? VECTORS_OF_TOKENS : 2;
        for (int part = 0; part < VECTORS_OF_TOKENS; part += vectors) {
            scores(part, vectors);
        }
    }

    private void scores(int firstPart, int vectors) {
        for (int i = 0; i < queries * vectors; i++) {
            code.vpxor(ymm(i), ymm(i), ymm(i));
        }
        loop.beginElements();
        Label next = new Label();
        code.bind(next);
        addProducts(
                vectors, VECTOR * Byte.SIZE, loop::element, i -> loop.key((firstPart + i) * LANES));
        loop.nextElement();
        code.j(Condition.NOT_EQUAL, next);
        for (int query = 0; query < queries; query++) {
            for (int i = 0; i < vectors; i++) {
                storeScore(sum(query, i, vectors), query, firstPart + i);
            }
        }
    }

    // Numbers of eight bits share a scale for each token.
    private void storeScore(VectorRegister score, int query, int part) {
        if (type == KvType.INT8) {
            code.vmulps(score, score, at(AttentionLoop.KEYS).plus(part * VECTOR));
        }
        code.vmovups(weights(query, part), score);
    }

    private Address weights(int query, int part) {
        return loop.weights(query, part * LANES);
    }

    private Address sums(int query, int part) {
        return loop.sums(query, part * LANES);
    }

    // ---- Softmax

    private void soften() {
        lanes.fill(INFINITELY_LOW, Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
        lanes.fill(LEAST, Float.floatToRawIntBits(Avx2Exponential.LEAST));
        code.vpxor(ZERO, ZERO, ZERO);
        for (int part = 0; part < VECTORS_OF_TOKENS; part++) {
            code.vmovdqa(maskRegister(part), mask(part));
        }
        code.mov(SCRATCH, loop.greatest());
        for (int query = 0; query < queries; query++) {
            soften(query);
        }
        VectorRegister factors = ymm(0);
        code.vmovdqa(factors, FACTORS);
        exponential.emit(factors, ymm(1), LEAST, ymm(2));
        code.vmovdqa(FACTORS, ymm(1));
        code.mov(SCRATCH, loop.valueScales());
        for (int query = 0; query < queries; query++) {
            addUp(query);
        }
    }

    private static VectorRegister maskRegister(int part) {
        return ymm(VECTORS_OF_TOKENS + part);
    }

    private void soften(int query) {
        for (int part = 0; part < VECTORS_OF_TOKENS; part++) {
            code.vblendvps(ymm(part), INFINITELY_LOW, weights(query, part), maskRegister(part));
        }
        greatest();
        VectorRegister before = ymm(9);
        Address greatest = at(SCRATCH).plus(query * Float.BYTES);
        code.vpbroadcastd(before, greatest);
        code.vmaxps(GREATEST, GREATEST, before);
        code.vmovss(greatest, GREATEST.lower(128));
        code.vsubps(before, before, GREATEST);
        code.vmovss(FACTORS.plus(query * Float.BYTES), before.lower(128));
        for (int part = 0; part < VECTORS_OF_TOKENS; part++) {
            VectorRegister weights = ymm(9 + part % 2);
            code.vsubps(ymm(part), ymm(part), GREATEST);
            exponential.emit(ymm(part), weights, LEAST, ymm(11 + part % 2));
            code.vblendvps(weights, ZERO, weights, maskRegister(part));
            code.vmovups(weights(query, part), weights);
        }
    }

    /// The greatest of all lanes of the first four registers, into every lane.
    private void greatest() {
        VectorRegister half = GREATEST.lower(128);
        VectorRegister free = ymm(9);
        code.vmaxps(GREATEST, ymm(0), ymm(1));
        code.vmaxps(free, ymm(2), ymm(3));
        code.vmaxps(GREATEST, GREATEST, free);
        code.vextracti128(free.lower(128), GREATEST, 1);
        code.vmaxps(half, half, free.lower(128));
        code.vpshufd(free.lower(128), half, 0x4E);
        code.vmaxps(half, half, free.lower(128));
        code.vpshufd(free.lower(128), half, 0xB1);
        code.vmaxps(half, half, free.lower(128));
        code.vpbroadcastd(GREATEST, half);
    }

    // Scales of tokens that nobody stored may be anything.
    private void addUp(int query) {
        VectorRegister factor = ymm(0);
        code.vpbroadcastd(factor, FACTORS.plus(query * Float.BYTES));
        for (int part = 0; part < VECTORS_OF_TOKENS; part++) {
            VectorRegister weights = ymm(8 + part % 2);
            VectorRegister sum = ymm(10 + part % 2);
            code.vmovups(weights, weights(query, part));
            code.vmovdqa(sum, weights);
            code.vfmadd231ps(sum, factor, sums(query, part));
            code.vmovups(sums(query, part), sum);
            if (type == KvType.INT8) {
                code.vmulps(weights, weights, at(SCRATCH).plus(part * VECTOR));
                code.vblendvps(weights, ZERO, weights, maskRegister(part));
                code.vmovups(weights(query, part), weights);
            }
        }
    }

    // ---- Values

    private int vectorsOfValues() {
        return switch (queries) {
            case 1 -> 8;
            case 2, 3 -> 4;
            default -> 2;
        };
    }

    private void weigh() {
        code.mov(ELEMENTS_LEFT, loop.headLength());
        code.mov(AttentionLoop.FIRST_VALUE, AttentionLoop.VALUES);
        code.mov(AttentionLoop.FIRST_OUT, AttentionLoop.OUT);
        weighWhile(vectorsOfValues() * LANES, vectorsOfValues(), VECTOR * Byte.SIZE);
        weighWhile(LANES, 1, VECTOR * Byte.SIZE);
        weighWhile(1, 1, 128);
    }

    /// As long as so many elements are left.
    private void weighWhile(int elements, int vectors, int bits) {
        Label next = new Label();
        Label end = new Label();
        code.bind(next);
        code.cmp(ELEMENTS_LEFT, elements);
        code.j(Condition.BELOW, end);
        weigh(vectors, bits);
        code.add(AttentionLoop.FIRST_OUT, elements * Float.BYTES);
        code.add(AttentionLoop.FIRST_VALUE, elements * loop.elementBytes());
        code.sub(ELEMENTS_LEFT, elements);
        code.jmp(next);
        code.bind(end);
    }

    /// Some vectors of all queries, over all tokens.
    private void weigh(int vectors, int bits) {
        VectorRegister factor = new VectorRegister(bits, 15);
        code.mov(OUT_ROW, AttentionLoop.FIRST_OUT);
        for (int query = 0; query < queries; query++) {
            code.vpbroadcastd(factor, FACTORS.plus(query * Float.BYTES));
            for (int i = 0; i < vectors; i++) {
                VectorRegister sum = sum(query, i, vectors).lower(bits);
                if (isSingle(sum)) {
                    code.vmovss(sum, at(OUT_ROW));
                    code.vmulps(sum, sum, factor);
                } else {
                    code.vmulps(sum, factor, at(OUT_ROW).plus(i * VECTOR));
                }
            }
            code.add(OUT_ROW, AttentionLoop.HEAD_BYTES);
        }
        loop.beginTokens();
        Label next = new Label();
        code.bind(next);
        addProducts(
                vectors,
                bits,
                loop::weight,
                i -> at(AttentionLoop.VALUE).plus(i * LANES * loop.elementBytes()));
        loop.nextToken();
        code.j(Condition.NOT_EQUAL, next);
        storeOut(vectors, bits);
    }

    private void storeOut(int vectors, int bits) {
        code.mov(OUT_ROW, AttentionLoop.FIRST_OUT);
        for (int query = 0; query < queries; query++) {
            for (int i = 0; i < vectors; i++) {
                VectorRegister sum = sum(query, i, vectors).lower(bits);
                if (isSingle(sum)) {
                    code.vmovss(at(OUT_ROW), sum);
                } else {
                    code.vmovups(at(OUT_ROW).plus(i * VECTOR), sum);
                }
            }
            code.add(OUT_ROW, AttentionLoop.HEAD_BYTES);
        }
    }
}
