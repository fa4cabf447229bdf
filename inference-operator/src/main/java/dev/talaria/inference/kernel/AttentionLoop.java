package dev.talaria.inference.kernel;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;
import static dev.talaria.inference.x86.Address.at;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.GeneralAssembler;
import dev.talaria.inference.x86.Gpr;

import java.util.List;

/// The way from group to group and from element to element of a [TileAttention]: what
/// [AttentionCode] and [Avx2AttentionCode] share, and where both have their numbers.
final class AttentionLoop {

    private static final int WEIGHT_BYTES = KV_BLOCK_TOKENS * Float.BYTES;
    private static final int QUERIES_OF_ADDRESS = 3;

    // Arguments, in the order of TileAttention.
    private static final Gpr BLOCK = Gpr.RDI;
    private static final Gpr KEYS_OFFSET = Gpr.RSI;
    private static final Gpr VALUES_OFFSET = Gpr.RDX;
    private static final Gpr QUERIES = Gpr.RCX;
    static final Gpr OUT = Gpr.R8;
    private static final Gpr WEIGHTS = Gpr.R9;

    /// Arguments on the stack.
    static final int STACKED = 10;

    static final List<Gpr> SAVED = Gpr.CALLEE_SAVED;
    static final Gpr KEYS = Gpr.RDI;
    static final Gpr VALUES = Gpr.RSI;
    static final Gpr HEAD_BYTES = Gpr.RDX;
    private static final Gpr SUMS = Gpr.R14;
    static final Gpr VALUE_ROW_BYTES = Gpr.R15;
    static final Gpr SCRATCH = Gpr.R11;
    static final Gpr LEFT = Gpr.R12;

    /// Of the scores: the element under way of the keys, and of every third query.
    static final Gpr KEY = Gpr.R10;

    private static final List<Gpr> THIRD_QUERIES = List.of(Gpr.RAX, Gpr.RBX, Gpr.RBP, Gpr.R13);

    /// Of the values.
    static final Gpr VALUE = Gpr.R10;

    static final Gpr WEIGHT = Gpr.RAX;
    static final Gpr OUT_ROW = Gpr.RBX;
    static final Gpr FIRST_VALUE = Gpr.RBP;
    static final Gpr ELEMENTS_LEFT = Gpr.R13;
    static final Gpr FIRST_OUT = Gpr.R11;

    private final GeneralAssembler code;
    private final KvType type;
    private final int queries;
    private final Address arguments;

    /// @param queries of a group
    /// @param arguments where those begin that are on the stack
    AttentionLoop(GeneralAssembler code, KvType type, int queries, Address arguments) {
        this.code = code;
        this.type = type;
        this.queries = queries;
        this.arguments = arguments;
    }

    private Address argument(int index) {
        return arguments.plus(index * Long.BYTES);
    }

    private Address sumsArgument() {
        return argument(0);
    }

    /// The address of the greatest scores of the group.
    Address greatest() {
        return argument(1);
    }

    /// The address of the scales of the values.
    Address valueScales() {
        return argument(2);
    }

    private Address firstQuery() {
        return argument(3);
    }

    Address headLength() {
        return argument(4);
    }

    private Address groupsLeft() {
        return argument(5);
    }

    /// A bit for every token of the block.
    Address tokenMask() {
        return argument(6);
    }

    /// The first token.
    private Address low() {
        return argument(7);
    }

    private Address tokens() {
        return argument(8);
    }

    /// A bit for every element behind the last sixteen.
    Address tailMask() {
        return argument(9);
    }

    void readArguments() {
        code.mov(SCRATCH, valueScales());
        code.add(SCRATCH, BLOCK);
        code.mov(valueScales(), SCRATCH);
        code.mov(SCRATCH, BLOCK);
        code.add(KEYS, KEYS_OFFSET);
        code.mov(VALUES, SCRATCH);
        code.add(VALUES, VALUES_OFFSET);
        code.mov(HEAD_BYTES, headLength());
        code.mov(VALUE_ROW_BYTES, HEAD_BYTES);
        code.shl(HEAD_BYTES, 2);
        switch (type) {
            case F32 -> code.shl(VALUE_ROW_BYTES, 2);
            case F16 -> code.add(VALUE_ROW_BYTES, VALUE_ROW_BYTES);
            case INT8 -> {}
        }
        code.mov(SCRATCH, firstQuery());
        code.mov(LEFT, SCRATCH);
        code.imul(LEFT, HEAD_BYTES);
        code.add(QUERIES, LEFT);
        code.add(OUT, LEFT);
        code.shl(SCRATCH, 2);
        code.mov(LEFT, greatest());
        code.add(LEFT, SCRATCH);
        code.mov(greatest(), LEFT);
        code.shl(SCRATCH, Integer.numberOfTrailingZeros(KV_BLOCK_TOKENS));
        code.add(WEIGHTS, SCRATCH);
        code.mov(SUMS, SCRATCH);
        code.add(SUMS, sumsArgument());
    }

    /// To the next group; equal where there is none.
    void moveOn() {
        code.mov(SCRATCH, queries);
        code.imul(SCRATCH, HEAD_BYTES);
        code.add(QUERIES, SCRATCH);
        code.add(OUT, SCRATCH);
        code.add(WEIGHTS, queries * WEIGHT_BYTES);
        code.add(SUMS, queries * WEIGHT_BYTES);
        code.mov(SCRATCH, greatest());
        code.add(SCRATCH, queries * Float.BYTES);
        code.mov(greatest(), SCRATCH);
        code.mov(SCRATCH, groupsLeft());
        code.dec(SCRATCH);
        code.mov(groupsLeft(), SCRATCH);
        code.test(SCRATCH, SCRATCH);
    }

    private int thirds() {
        return Math.ceilDiv(queries, QUERIES_OF_ADDRESS);
    }

    /// Before the first element of keys and queries: [#LEFT] counts.
    void beginElements() {
        code.mov(THIRD_QUERIES.getFirst(), QUERIES);
        for (int third = 1; third < thirds(); third++) {
            code.lea(
                    THIRD_QUERIES.get(third), at(THIRD_QUERIES.get(third - 1)).plus(HEAD_BYTES, 2));
            code.add(THIRD_QUERIES.get(third), HEAD_BYTES);
        }
        code.mov(KEY, KEYS);
        code.mov(LEFT, headLength());
    }

    /// A query's element under way.
    Address element(int query) {
        Address third = at(THIRD_QUERIES.get(query / QUERIES_OF_ADDRESS));
        int further = query % QUERIES_OF_ADDRESS;
        return further == 0 ? third : third.plus(HEAD_BYTES, further);
    }

    /// To the next element; equal where there is none.
    void nextElement() {
        code.add(KEY, KV_BLOCK_TOKENS * elementBytes());
        for (int third = 0; third < thirds(); third++) {
            code.add(THIRD_QUERIES.get(third), Float.BYTES);
        }
        code.dec(LEFT);
    }

    /// The key's element of all tokens, from one of them on.
    Address key(int token) {
        int from = type == KvType.INT8 ? KvCodec.SCALE_BYTES : 0;
        return at(KEY).plus(from + token * elementBytes());
    }

    /// Before the first token of the values: [#LEFT] counts.
    void beginTokens() {
        code.mov(WEIGHT, low());
        code.shl(WEIGHT, 2);
        code.add(WEIGHT, WEIGHTS);
        code.mov(VALUE, FIRST_VALUE);
        code.mov(LEFT, tokens());
    }

    /// A query's weight of the token under way.
    Address weight(int query) {
        return at(WEIGHT).plus(query * WEIGHT_BYTES);
    }

    /// To the next token; equal where there is none.
    void nextToken() {
        code.add(VALUE, VALUE_ROW_BYTES);
        code.add(WEIGHT, Float.BYTES);
        code.dec(LEFT);
    }

    /// A query's scores, then its weights, from one of the tokens on.
    Address weights(int query, int token) {
        return at(WEIGHTS).plus(query * WEIGHT_BYTES + token * Float.BYTES);
    }

    /// A query's weights of earlier blocks, added up, from one of the tokens on.
    Address sums(int query, int token) {
        return at(SUMS).plus(query * WEIGHT_BYTES + token * Float.BYTES);
    }

    int elementBytes() {
        return Math.toIntExact(type.elementBytes(1));
    }
}
