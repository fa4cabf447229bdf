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

/// The machine code of a [TileAttention]: groups of queries times one block of keys and values as
/// they are stored.
///
/// For every group:
///
/// ```
/// scores = queries * keysᵀ                                  the block's tokens in two vectors
/// greatest' = max(greatest, scores); weights = exp(scores - greatest')
/// factor = exp(greatest - greatest')
/// sums = sums * factor + weights
/// out = out * factor + weights * values                     token after token
/// ```
///
/// Every sum is made in the order of a query's elements or tokens, whatever the height of its
/// group.
final class AttentionCode {

    /// The most queries of a group: by two vectors they make 24 sums.
    static final int MOST_QUERIES = 12;

    private static final int LANES = 16;
    private static final int VECTOR_BYTES = LANES * Float.BYTES;

    // Sums that do not wait for each other keep two units busy which take four cycles.
    private static final int BUSY_SUMS = 8;

    private static final Gpr SCRATCH = AttentionLoop.SCRATCH;
    private static final Gpr HEAD_BYTES = AttentionLoop.HEAD_BYTES;
    private static final Gpr OUT_ROW = AttentionLoop.OUT_ROW;
    private static final Gpr FIRST_OUT = AttentionLoop.FIRST_OUT;
    private static final Gpr FIRST_VALUE = AttentionLoop.FIRST_VALUE;
    private static final Gpr ELEMENTS_LEFT = AttentionLoop.ELEMENTS_LEFT;

    // Behind what is saved there and where the code returns to.
    private static final Address ARGUMENTS =
            at(Gpr.RSP).plus((AttentionLoop.SAVED.size() + 1) * Long.BYTES);

    // Below the stack, where nobody writes while code runs that calls nothing.
    private static final Address FACTORS = at(Gpr.RSP).plus(-VECTOR_BYTES);

    private static final Opmask LOW_TOKENS = Opmask.K1;
    private static final Opmask HIGH_TOKENS = Opmask.K2;
    private static final Opmask TAIL = Opmask.K3;

    // Constants of the softmax. The polynomial is the Taylor series of the exponential.
    private static final VectorRegister LEAST = zmm(16);
    private static final VectorRegister PER_LN2 = zmm(17);
    private static final VectorRegister SHIFT = zmm(18);
    private static final VectorRegister MINUS_LN2 = zmm(19);
    private static final VectorRegister MINUS_LN2_REST = zmm(20);
    private static final int FIRST_FACTOR = 21;
    private static final float[] FACTORIALS = {
        1f / 5040, 1f / 720, 1f / 120, 1f / 24, 1f / 6, 0.5f, 1f
    };
    private static final VectorRegister INFINITELY_LOW = zmm(28);
    private static final VectorRegister ZERO = zmm(29);

    private final Assembler code = new Assembler();
    private final KvType type;
    private final int queries;
    private final AttentionLoop loop;

    private AttentionCode(KvType type, int queries) {
        this.type = type;
        this.queries = queries;
        this.loop = new AttentionLoop(code, type, queries, ARGUMENTS);
    }

    /// The code for groups of so many queries, at most [#MOST_QUERIES].
    static byte[] of(KvType type, int queries) {
        AttentionCode attention = new AttentionCode(type, queries);
        attention.emit();
        return attention.code.code();
    }

    private void emit() {
        AttentionLoop.SAVED.forEach(code::push);
        loop.readArguments();
        readMasks();
        Label nextGroup = new Label();
        code.bind(nextGroup);
        scores();
        soften();
        weigh();
        loop.moveOn();
        code.j(Condition.NOT_EQUAL, nextGroup);
        AttentionLoop.SAVED.reversed().forEach(code::pop);
        code.vzeroupper();
        code.ret();
    }

    private void readMasks() {
        code.mov(SCRATCH, loop.tokenMask());
        code.kmovd(LOW_TOKENS, SCRATCH);
        code.shr(SCRATCH, LANES);
        code.kmovd(HIGH_TOKENS, SCRATCH);
    }

    // ---- Scores

    private static VectorRegister score(int query, int half) {
        return zmm(2 * query + half);
    }

    private void scores() {
        for (int sum = 0; sum < 2 * queries; sum++) {
            code.vpxord(zmm(sum), zmm(sum), zmm(sum));
        }
        loop.beginElements();
        VectorRegister low = zmm(24);
        VectorRegister high = zmm(25);
        VectorRegister element = zmm(26);
        Label next = new Label();
        code.bind(next);
        load(low, loop.key(0));
        load(high, loop.key(LANES));
        for (int query = 0; query < queries; query++) {
            code.vpbroadcastd(element, loop.element(query));
            code.vfmadd231ps(score(query, 0), low, element);
            code.vfmadd231ps(score(query, 1), high, element);
        }
        loop.nextElement();
        code.j(Condition.NOT_EQUAL, next);
        storeScores();
    }

    // Numbers of eight bits share a scale for each token.
    private void storeScores() {
        for (int query = 0; query < queries; query++) {
            for (int half = 0; half < 2; half++) {
                if (type == KvType.INT8) {
                    code.vmulps(
                            score(query, half),
                            score(query, half),
                            at(AttentionLoop.KEYS).plus(half * VECTOR_BYTES));
                }
                code.vmovups(weights(query, half), score(query, half));
            }
        }
    }

    private Address weights(int query, int half) {
        return loop.weights(query, half * LANES);
    }

    private Address sums(int query, int half) {
        return loop.sums(query, half * LANES);
    }

    private void load(VectorRegister to, Address from) {
        switch (type) {
            case F32 -> code.vmovups(to, from);
            case F16 -> code.vcvtph2ps(to, from);
            case INT8 -> {
                code.vpmovsxbd(to, from);
                code.vcvtdq2ps(to, to);
            }
        }
    }

    private void loadTail(VectorRegister to, Address from) {
        switch (type) {
            case F32 -> code.vmovups(to, TAIL, from);
            case F16 -> code.vcvtph2ps(to, TAIL, from);
            case INT8 -> {
                code.vpmovsxbd(to, TAIL, from);
                code.vcvtdq2ps(to, to);
            }
        }
    }

    // ---- Softmax

    private void soften() {
        loadConstants();
        code.mov(SCRATCH, loop.greatest());
        for (int query = 0; query < queries; query++) {
            soften(query);
        }
        VectorRegister factors = zmm(0);
        code.vmovups(factors, FACTORS);
        exp(factors, zmm(1), zmm(2));
        code.vmovups(FACTORS, zmm(1));
        code.mov(SCRATCH, loop.valueScales());
        for (int query = 0; query < queries; query++) {
            addUp(query);
        }
    }

    private void loadConstants() {
        broadcast(LEAST, -87f);
        broadcast(PER_LN2, 1.44269504f);
        broadcast(SHIFT, 0x1.8p23f);
        broadcast(MINUS_LN2, -0.693359375f);
        broadcast(MINUS_LN2_REST, 2.12194440e-4f);
        for (int i = 0; i < FACTORIALS.length; i++) {
            broadcast(zmm(FIRST_FACTOR + i), FACTORIALS[i]);
        }
        broadcast(INFINITELY_LOW, Float.NEGATIVE_INFINITY);
        code.vpxord(ZERO, ZERO, ZERO);
    }

    private void broadcast(VectorRegister to, float value) {
        code.mov(SCRATCH, Float.floatToRawIntBits(value));
        code.vpbroadcastd(to, SCRATCH);
    }

    // Registers change from query to query, so that one does not wait for the other.
    private void soften(int query) {
        int first = query % 2 * 8;
        VectorRegister low = zmm(first);
        VectorRegister high = zmm(first + 1);
        VectorRegister greatest = zmm(first + 2);
        VectorRegister before = zmm(first + 3);
        code.vmovdqa32(low, INFINITELY_LOW);
        code.vmovdqa32(high, INFINITELY_LOW);
        code.vmovups(greatest, weights(query, 0));
        code.vmovups(before, weights(query, 1));
        code.vmovdqa32(low, LOW_TOKENS, greatest);
        code.vmovdqa32(high, HIGH_TOKENS, before);
        greatest(greatest, low, high, before);
        code.vpbroadcastd(before, at(SCRATCH).plus(query * Float.BYTES));
        code.vmaxps(greatest, greatest, before);
        code.vmovss(at(SCRATCH).plus(query * Float.BYTES), greatest.lower(128));
        code.vsubps(before, before, greatest);
        code.vmovss(FACTORS.plus(query * Float.BYTES), before.lower(128));
        code.vsubps(low, low, greatest);
        code.vsubps(high, high, greatest);
        VectorRegister shifted = zmm(first + 4);
        VectorRegister lowWeights = zmm(first + 5);
        VectorRegister highWeights = zmm(first + 6);
        exp(low, lowWeights, shifted);
        exp(high, highWeights, zmm(first + 7));
        code.vmovdqa32(low, ZERO);
        code.vmovdqa32(high, ZERO);
        code.vmovdqa32(low, LOW_TOKENS, lowWeights);
        code.vmovdqa32(high, HIGH_TOKENS, highWeights);
        code.vmovups(weights(query, 0), low);
        code.vmovups(weights(query, 1), high);
    }

    /// The greatest of all lanes of two registers, into every lane.
    private void greatest(
            VectorRegister to, VectorRegister a, VectorRegister b, VectorRegister free) {
        code.vmaxps(to, a, b);
        code.vextracti64x4(free.lower(256), to, 1);
        code.vmaxps(to.lower(256), to.lower(256), free.lower(256));
        code.vextracti32x4(free.lower(128), to.lower(256), 1);
        code.vmaxps(to.lower(128), to.lower(128), free.lower(128));
        code.vpshufd(free.lower(128), to.lower(128), 0x4E);
        code.vmaxps(to.lower(128), to.lower(128), free.lower(128));
        code.vpshufd(free.lower(128), to.lower(128), 0xB1);
        code.vmaxps(to.lower(128), to.lower(128), free.lower(128));
        code.vpbroadcastd(to, to.lower(128));
    }

    /// As [VectorKernels#exp], of numbers that are not above zero.
    private void exp(VectorRegister x, VectorRegister to, VectorRegister shifted) {
        code.vmaxps(x, LEAST, x);
        code.vmovdqa32(shifted, SHIFT);
        code.vfmadd231ps(shifted, x, PER_LN2);
        code.vsubps(to, shifted, SHIFT);
        code.vfmadd231ps(x, to, MINUS_LN2);
        code.vfmadd231ps(x, to, MINUS_LN2_REST);
        code.vmovdqa32(to, zmm(FIRST_FACTOR));
        for (int i = 1; i < FACTORIALS.length; i++) {
            code.vfmadd213ps(to, x, zmm(FIRST_FACTOR + i));
        }
        code.vfmadd213ps(to, x, zmm(FIRST_FACTOR + FACTORIALS.length - 1));
        code.vpslld(shifted, shifted, 23);
        code.vpaddd(to, to, shifted);
    }

    private void addUp(int query) {
        VectorRegister factor = zmm(2 + query % 2 * 8);
        code.vpbroadcastd(factor, FACTORS.plus(query * Float.BYTES));
        for (int half = 0; half < 2; half++) {
            VectorRegister weights = zmm(query % 2 * 8 + 3 + half);
            VectorRegister sum = zmm(query % 2 * 8 + 5 + half);
            code.vmovups(weights, weights(query, half));
            code.vmulps(sum, factor, sums(query, half));
            code.vaddps(sum, sum, weights);
            code.vmovups(sums(query, half), sum);
            if (type == KvType.INT8) {
                code.vmulps(sum, weights, at(SCRATCH).plus(half * VECTOR_BYTES));
                storeScaled(query, half, sum);
            }
        }
    }

    // Scales of tokens that nobody stored may be anything.
    private void storeScaled(int query, int half, VectorRegister weights) {
        VectorRegister stored = zmm(query % 2 * 8 + 7);
        code.vmovdqa32(stored, ZERO);
        code.vmovdqa32(stored, half == 0 ? LOW_TOKENS : HIGH_TOKENS, weights);
        code.vmovups(weights(query, half), stored);
    }

    // ---- Values

    private void weigh() {
        int vectors = Math.clamp(Math.ceilDiv(BUSY_SUMS, queries), 2, BUSY_SUMS);
        code.mov(ELEMENTS_LEFT, loop.headLength());
        code.mov(FIRST_VALUE, AttentionLoop.VALUES);
        code.mov(FIRST_OUT, AttentionLoop.OUT);
        Label next = new Label();
        Label rest = new Label();
        Label end = new Label();
        code.bind(next);
        code.cmp(ELEMENTS_LEFT, vectors * LANES);
        code.j(Condition.BELOW, rest);
        weigh(vectors, false);
        code.jmp(next);

        code.bind(rest);
        code.test(ELEMENTS_LEFT, ELEMENTS_LEFT);
        code.j(Condition.EQUAL, end);
        chooseTail();
        weigh(1, true);
        code.jmp(rest);
        code.bind(end);
    }

    private void chooseTail() {
        Label isWhole = new Label();
        Label isChosen = new Label();
        code.cmp(ELEMENTS_LEFT, LANES);
        code.j(Condition.ABOVE_OR_EQUAL, isWhole);
        code.mov(OUT_ROW, loop.tailMask());
        code.kmovd(TAIL, OUT_ROW);
        code.mov(OUT_ROW, ELEMENTS_LEFT);
        code.jmp(isChosen);
        code.bind(isWhole);
        code.mov(OUT_ROW, -1);
        code.kmovd(TAIL, OUT_ROW);
        code.mov(OUT_ROW, LANES);
        code.bind(isChosen);
        code.sub(ELEMENTS_LEFT, OUT_ROW);
    }

    /// Some vectors of all queries, over all tokens.
    private void weigh(int vectors, boolean isTail) {
        code.mov(OUT_ROW, FIRST_OUT);
        for (int query = 0; query < queries; query++) {
            VectorRegister factor = zmm(31);
            code.vpbroadcastd(factor, FACTORS.plus(query * Float.BYTES));
            for (int i = 0; i < vectors; i++) {
                VectorRegister sum = zmm(query * vectors + i);
                if (isTail) {
                    code.vmovups(sum, TAIL, at(OUT_ROW));
                    code.vmulps(sum, sum, factor);
                } else {
                    code.vmulps(sum, factor, at(OUT_ROW).plus(i * VECTOR_BYTES));
                }
            }
            code.add(OUT_ROW, HEAD_BYTES);
        }
        addValues(vectors, isTail);
        code.mov(OUT_ROW, FIRST_OUT);
        for (int query = 0; query < queries; query++) {
            for (int i = 0; i < vectors; i++) {
                VectorRegister sum = zmm(query * vectors + i);
                if (isTail) {
                    code.vmovups(at(OUT_ROW), TAIL, sum);
                } else {
                    code.vmovups(at(OUT_ROW).plus(i * VECTOR_BYTES), sum);
                }
            }
            code.add(OUT_ROW, HEAD_BYTES);
        }
        code.add(FIRST_OUT, vectors * VECTOR_BYTES);
        code.add(FIRST_VALUE, vectors * LANES * loop.elementBytes());
        if (!isTail) {
            code.sub(ELEMENTS_LEFT, vectors * LANES);
        }
    }

    private void addValues(int vectors, boolean isTail) {
        VectorRegister weight = zmm(31);
        int firstValue = 31 - vectors;
        loop.beginTokens();
        Label next = new Label();
        code.bind(next);
        for (int i = 0; i < vectors; i++) {
            VectorRegister value = zmm(firstValue + i);
            if (isTail) {
                loadTail(value, at(AttentionLoop.VALUE));
            } else {
                load(value, at(AttentionLoop.VALUE).plus(i * LANES * loop.elementBytes()));
            }
        }
        for (int query = 0; query < queries; query++) {
            code.vpbroadcastd(weight, loop.weight(query));
            for (int i = 0; i < vectors; i++) {
                code.vfmadd231ps(zmm(query * vectors + i), zmm(firstValue + i), weight);
            }
        }
        loop.nextToken();
        code.j(Condition.NOT_EQUAL, next);
    }
}
