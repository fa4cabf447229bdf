package dev.talaria.inference.x86;

import static dev.talaria.inference.x86.VectorUnit.LANES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.LongBinaryOperator;

/// Runs code for x86-64 in Java: of the instructions those that the kernels use, decoded from their
/// bytes as Intel's manual (volume 2) says, without a look at [Assembler]. So code for processors
/// that this one is not can be shown to be right.
///
/// It is strict: memory has to be allowed, tiles configured, flags defined; whatever a register is
/// not told is rubbish; and a call leaves the registers of its caller, the stack, the upper parts
/// of vector registers and the tiles as the calling convention of Linux wants them.
public final class Interpreter {

    private static final int STACK_BYTES = 4096;
    private static final long RETURN = 0x5EED_0000_0000_0001L;
    private static final int RSP = Gpr.RSP.ordinal();
    private static final Set<Integer> TILE_OPERATIONS = Set.of(0x49, 0x4B, 0x5C, 0x5E);
    private static final Gpr[] ARGUMENTS = {Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9};
    private static final Gpr[] KEPT = {
        Gpr.RBX, Gpr.RBP, Gpr.RSP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15
    };

    private final byte[] code;
    private final Step[] steps;
    private final Arena arena = Arena.ofAuto();
    private final CheckedMemory memory = new CheckedMemory();
    private final MemorySegment stack = arena.allocate(STACK_BYTES, 64);
    private final SplittableRandom rubbish;
    private final VectorUnit vectors = new VectorUnit();
    private final TileUnit tiles = new TileUnit(memory);
    private final long[] gprs = new long[16];
    private final int[] masks = new int[8];
    private int position;
    private boolean isRunning;
    private long tileProducts;

    // Flags: how the last result compares with zero, and the carry.
    private boolean areFlagsDefined;
    private boolean isZero;
    private boolean isNegative;
    private boolean hasCarry;
    private boolean hasOverflow;

    private record Step(Runnable action, int next) {}

    /// @param seed of what registers hold that nobody has set
    public Interpreter(byte[] code, long seed) {
        this.code = code.clone();
        this.steps = new Step[code.length];
        this.rubbish = new SplittableRandom(seed);
        memory.allow(stack);
    }

    /// Lets the code use native memory, read-only memory not for writing.
    public void allow(MemorySegment nativeMemory) {
        memory.allow(nativeMemory);
    }

    /// Takes back what was allowed.
    public void forgetMemory() {
        memory.forget();
        memory.allow(stack);
    }

    /// Multiplications of tiles since the beginning.
    public long tileProducts() {
        return tileProducts;
    }

    /// Calls the code from its first byte.
    ///
    /// @throws InvalidCodeException where it does what it must not
    public void call(long... arguments) {
        fillWithRubbish();
        int onStack = Math.max(0, arguments.length - ARGUMENTS.length);
        long top = stack.address() + STACK_BYTES - 64L - (onStack * 8L + 15 & -16);
        for (int i = 0; i < arguments.length; i++) {
            if (i < ARGUMENTS.length) {
                gprs[ARGUMENTS[i].ordinal()] = arguments[i];
            } else {
                memory.storeLong(top + 8L * (i - ARGUMENTS.length), arguments[i]);
            }
        }
        gprs[RSP] = top - 8;
        memory.storeLong(top - 8, RETURN);
        long[] before = gprs.clone();
        run();
        before[RSP] = top;
        for (Gpr kept : KEPT) {
            require(gprs[kept.ordinal()] == before[kept.ordinal()], kept + " is not kept");
        }
        require(!tiles.isConfigured(), "the tiles are not released");
        require(vectors.isUpperZero(), "the upper parts of vector registers are not zero");
    }

    /// What the last call returned as a double.
    public double returnedDouble() {
        return VectorUnit.doubleAt(vectors.register(0), 0);
    }

    private void fillWithRubbish() {
        Arrays.setAll(gprs, _ -> rubbish.nextLong());
        Arrays.setAll(masks, _ -> rubbish.nextInt());
        for (int i = 0; i < 32; i++) {
            Arrays.setAll(vectors.register(i), _ -> rubbish.nextInt());
        }
        vectors.zeroUpper();
        areFlagsDefined = false;
    }

    private void run() {
        position = 0;
        isRunning = true;
        while (isRunning) {
            require(position >= 0 && position < code.length, "a jump out of the code");
            Step step = steps[position];
            if (step == null) {
                step = new Decoding(position).step();
                steps[position] = step;
            }
            position = step.next;
            step.action.run();
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new InvalidCodeException(message);
        }
    }

    // ---- Flags

    private void setLogic(long result) {
        areFlagsDefined = true;
        isZero = result == 0;
        isNegative = result < 0;
        hasCarry = false;
        hasOverflow = false;
    }

    private long add(long a, long b) {
        long sum = a + b;
        setLogic(sum);
        hasCarry = Long.compareUnsigned(sum, a) < 0;
        hasOverflow = ((a ^ sum) & (b ^ sum)) < 0;
        return sum;
    }

    private long subtract(long a, long b) {
        long difference = a - b;
        setLogic(difference);
        hasCarry = Long.compareUnsigned(a, b) < 0;
        hasOverflow = ((a ^ b) & (a ^ difference)) < 0;
        return difference;
    }

    // The carry stays.
    private long step(long a, int by) {
        boolean carry = hasCarry;
        long result = by > 0 ? add(a, 1) : subtract(a, 1);
        hasCarry = carry;
        return result;
    }

    private boolean holds(int condition) {
        require(areFlagsDefined, "flags are undefined");
        boolean isPositive =
                switch (condition >> 1) {
                    case 0 -> hasOverflow;
                    case 1 -> hasCarry;
                    case 2 -> isZero;
                    case 3 -> hasCarry || isZero;
                    case 4 -> isNegative;
                    case 6 -> isNegative != hasOverflow;
                    case 7 -> isZero || isNegative != hasOverflow;
                    default -> throw new InvalidCodeException("condition " + condition);
                };
        return isPositive == ((condition & 1) == 0);
    }

    // ---- Instructions

    /// One instruction, from its bytes to what it does.
    private final class Decoding {

        private final int start;
        private int at;

        // Upper bits of the numbers of registers.
        private int reg;
        private int rm;
        private int index;
        private int base;

        private boolean isMemory;
        private int displacement;
        private int scale;
        private boolean hasIndex;

        // EVEX
        private int bits;
        private int first;
        private int mask;
        private boolean isZeroing;
        private boolean isBroadcast;
        private boolean isWide;

        private Decoding(int start) {
            this.start = start;
            this.at = start;
        }

        private Step step() {
            Runnable action = action();
            return new Step(action, at);
        }

        private int next() {
            require(at < code.length, "an instruction beyond the end");
            return code[at++] & 0xFF;
        }

        private int next32() {
            return next() | next() << 8 | next() << 16 | next() << 24;
        }

        private long next64() {
            return next32() & 0xFFFF_FFFFL | (long) next32() << 32;
        }

        private InvalidCodeException unknown() {
            int end = Math.min(code.length, start + 10);
            String bytes = java.util.HexFormat.of().formatHex(Arrays.copyOfRange(code, start, end));
            return new InvalidCodeException(
                    "unknown instruction at %d: %s".formatted(start, bytes));
        }

        private Runnable action() {
            int opcode = next();
            return switch (opcode) {
                case 0x62 -> evex();
                case 0xC4, 0xC5 -> vex(opcode);
                case 0xC3 -> this::leave;
                case 0x90 -> () -> {};
                case 0xE9 -> jump(true, 0);
                case 0x0F -> twoBytes(false);
                default -> general(opcode);
            };
        }

        // ---- General-purpose registers

        private void leave() {
            require(memory.loadLong(gprs[RSP]) == RETURN, "the stack is not as it was");
            gprs[RSP] += 8;
            isRunning = false;
        }

        private Runnable jump(boolean always, int condition) {
            int distance = next32();
            int target = at + distance;
            return always
                    ? () -> position = target
                    : () -> {
                        if (holds(condition)) {
                            position = target;
                        }
                    };
        }

        private Runnable general(int opcode) {
            int rex = 0;
            int operation = opcode;
            if ((opcode & 0xF0) == 0x40) {
                rex = opcode;
                operation = next();
            }
            boolean is64 = (rex & 8) != 0;
            if (operation >= 0x50 && operation < 0x60) {
                return pushOrPop(operation, (rex & 1) << 3 | operation & 7);
            }
            reg = (rex & 4) << 1;
            index = (rex & 2) << 2;
            base = (rex & 1) << 3;
            if (operation == 0x0F) {
                return twoBytes(is64);
            }
            if (!is64) {
                throw unknown();
            }
            if (operation >= 0xB8 && operation < 0xC0) {
                int to = base | operation & 7;
                long value = next64();
                return () -> gprs[to] = value;
            }
            modRm(1);
            return switch (operation) {
                case 0x89 -> move(false);
                case 0x8B -> move(true);
                case 0x8D -> address();
                case 0x01 -> combine(Interpreter.this::add, true);
                case 0x03 -> addFromMemory();
                case 0x29 -> combine(Interpreter.this::subtract, true);
                case 0x39 -> combine(Interpreter.this::subtract, false);
                case 0x31 -> combine((a, b) -> logic(a ^ b), true);
                case 0x85 -> combine((a, b) -> logic(a & b), false);
                case 0x81 -> withNumber(next32());
                case 0x83 -> withNumber((byte) next());
                case 0xC7 -> constant(next32());
                case 0xC1 -> shift(next());
                case 0xFF -> incrementOrDecrement();
                default -> throw unknown();
            };
        }

        private Runnable pushOrPop(int operation, int register) {
            if (operation < 0x58) {
                return () -> {
                    gprs[RSP] -= 8;
                    memory.storeLong(gprs[RSP], gprs[register]);
                };
            }
            return () -> {
                gprs[register] = memory.loadLong(gprs[RSP]);
                gprs[RSP] += 8;
            };
        }

        private long logic(long result) {
            setLogic(result);
            return result;
        }

        private Runnable move(boolean isLoad) {
            int register = reg;
            int other = rm;
            if (!isMemory) {
                require(!isLoad, "a move in the unusual direction");
                return () -> gprs[other] = gprs[register];
            }
            Place place = place();
            return isLoad
                    ? () -> gprs[register] = memory.loadLong(place.address())
                    : () -> memory.storeLong(place.address(), gprs[register]);
        }

        private Runnable address() {
            int to = reg;
            Place place = place();
            return () -> gprs[to] = place.address();
        }

        private Runnable combine(LongBinaryOperator operation, boolean isKept) {
            requireRegisters();
            int to = rm;
            int from = reg;
            return () -> {
                long result = operation.applyAsLong(gprs[to], gprs[from]);
                if (isKept) {
                    gprs[to] = result;
                }
            };
        }

        private Runnable addFromMemory() {
            int to = reg;
            Place place = place();
            return () -> gprs[to] = add(gprs[to], memory.loadLong(place.address()));
        }

        private Runnable withNumber(long number) {
            requireRegisters();
            int to = rm;
            return switch (reg & 7) {
                case 0 -> () -> gprs[to] = add(gprs[to], number);
                case 4 -> () -> gprs[to] = logic(gprs[to] & number);
                case 5 -> () -> gprs[to] = subtract(gprs[to], number);
                case 7 -> () -> subtract(gprs[to], number);
                default -> throw unknown();
            };
        }

        private Runnable constant(long number) {
            requireRegisters();
            int to = rm;
            return () -> gprs[to] = number;
        }

        private Runnable shift(int by) {
            requireRegisters();
            int to = rm;
            boolean isLeft = (reg & 7) == 4;
            require(isLeft || (reg & 7) == 5, "a shift of another kind");
            return () -> {
                gprs[to] = isLeft ? gprs[to] << by : gprs[to] >>> by;
                areFlagsDefined = false;
            };
        }

        private Runnable incrementOrDecrement() {
            requireRegisters();
            int to = rm;
            int by = (reg & 7) == 0 ? 1 : -1;
            require((reg & 7) < 2, "an instruction of another kind");
            return () -> gprs[to] = Interpreter.this.step(gprs[to], by);
        }

        private Runnable twoBytes(boolean is64) {
            int operation = next();
            if ((operation & 0xF0) == 0x80) {
                return jump(false, operation & 15);
            }
            modRm(1);
            if (operation == 0x18) {
                return () -> {};
            }
            if (operation == 0xAF && is64) {
                requireRegisters();
                int to = reg;
                int from = rm;
                return () -> {
                    gprs[to] *= gprs[from];
                    areFlagsDefined = false;
                };
            }
            throw unknown();
        }

        private void requireRegisters() {
            require(!isMemory, "memory where a register is expected");
        }

        // ---- Operands

        private void modRm(int unit) {
            int modRm = next();
            int mode = modRm >> 6;
            reg |= modRm >> 3 & 7;
            isMemory = mode != 3;
            if (!isMemory) {
                rm = base | modRm & 7;
                return;
            }
            scale = 1;
            if ((modRm & 7) == 4) {
                int sib = next();
                scale = 1 << (sib >> 6);
                index |= sib >> 3 & 7;
                hasIndex = index != RSP;
                base |= sib & 7;
            } else {
                base |= modRm & 7;
            }
            require(mode != 0 || (base & 7) != 5, "an address without a base");
            displacement = mode == 0 ? 0 : mode == 1 ? (byte) next() * unit : next32();
        }

        private record Place(long[] gprs, int base, int index, int scale, int displacement) {
            long address() {
                return gprs[base] + (index < 0 ? 0 : gprs[index] * scale) + displacement;
            }

            long withoutIndex() {
                return gprs[base] + displacement;
            }

            long stride() {
                return gprs[index] * scale;
            }
        }

        private Place place() {
            require(isMemory, "a register where memory is expected");
            return new Place(gprs, base, hasIndex ? index : -1, scale, displacement);
        }

        // ---- VEX

        private Runnable vex(int opcode) {
            int second = next();
            int map = 1;
            int last = second;
            reg = (second & 0x80) == 0 ? 8 : 0;
            if (opcode == 0xC4) {
                index = (second & 0x40) == 0 ? 8 : 0;
                base = (second & 0x20) == 0 ? 8 : 0;
                map = second & 31;
                last = next();
                isWide = (last & 0x80) != 0;
            }
            int vvvv = ~last >> 3 & 15;
            int prefix = last & 3;
            int operation = next();
            if (map == 1 && operation == 0x77) {
                return vectors::zeroUpper;
            }
            bits = (last & 4) == 0 ? 128 : 256;
            first = vvvv;
            modRm(1);
            if (map == 1 && operation == 0x92 && prefix == 3) {
                requireRegisters();
                int to = reg;
                int from = rm;
                return () -> masks[to] = (int) gprs[from];
            }
            if (map == 2 && TILE_OPERATIONS.contains(operation)) {
                require(bits == 128, "tiles with L");
                return tile(operation, prefix, vvvv);
            }
            int whole = map << 12 | prefix << 8 | operation;
            require(!isWide || whole == 0x21B8, "VEX with W");
            return isWide ? doubles(VectorUnit::fusedDoubles) : ofAvx2(whole);
        }

        // Most mean what they mean in EVEX, without masks.
        private Runnable ofAvx2(int operation) {
            return switch (operation) {
                case 0x11FD -> three(VectorUnit::addWords);
                case 0x11F5 -> three(VectorUnit::multiplyWords);
                case 0x2104 -> three(VectorUnit::multiplyBytes);
                case 0x2108 -> three(VectorUnit::signBytes);
                case 0x211C -> two(it -> VectorUnit.signBytes(it, it));
                case 0x2147 -> three((a, b) -> b >>> 5 == 0 ? a << b : 0);
                case 0x212B -> packed(2);
                case 0x1167 -> packed(4);
                case 0x212E -> maskedStore();
                case 0x3138 -> insert();
                case 0x3139 -> extract(4);
                case 0x314A -> blended();
                case 0x3120 -> inserted(Byte.SIZE);
                case 0x11C4 -> inserted(Short.SIZE);
                case 0x105A -> toDoubles();
                case 0x1158 -> doubles((_, a, b) -> a + b);
                default -> vector(operation);
            };
        }

        // The register with the mask comes last.
        private Runnable blended() {
            Source source = source();
            int to = reg;
            int a = first;
            int count = lanes();
            int chosen = next() >> 4;
            return () -> {
                int[] result = vectors.register(a).clone();
                int[] others = source.lanes();
                for (int i = 0; i < count; i++) {
                    result[i] = vectors.register(chosen)[i] < 0 ? others[i] : result[i];
                }
                vectors.set(to, result, count);
            };
        }

        // So many bits of memory into a part of a lane.
        private Runnable inserted(int width) {
            int to = reg;
            int a = first;
            Place place = place();
            int part = next();
            int shift = part * width % Integer.SIZE;
            int bitsOfPart = (1 << width) - 1;
            return () -> {
                int number =
                        width == Byte.SIZE
                                ? memory.loadByte(place.address())
                                : memory.loadShort(place.address());
                int[] result = vectors.register(a).clone();
                int lane = part * width / Integer.SIZE;
                result[lane] =
                        result[lane] & ~(bitsOfPart << shift) | (number & bitsOfPart) << shift;
                vectors.set(to, result, 4);
            };
        }

        private Runnable toDoubles() {
            int to = reg;
            int from = rm;
            int count = lanes();
            Place place = isMemory ? place() : null;
            return () -> {
                int[] floats =
                        place == null
                                ? vectors.register(from).clone()
                                : load(place.address(), count / 2);
                int[] result = new int[LANES];
                for (int i = 0; i < count / 2; i++) {
                    VectorUnit.setDouble(result, i, Float.intBitsToFloat(floats[i]));
                }
                vectors.set(to, result, count);
            };
        }

        private Runnable doubles(VectorUnit.OfDoubles operation) {
            Source source = source();
            int to = reg;
            int a = first;
            int count = lanes();
            return () -> {
                int[] left = vectors.register(a);
                int[] right = source.lanes();
                int[] before = vectors.register(to);
                int[] result = new int[LANES];
                for (int i = 0; i < count / 2; i++) {
                    VectorUnit.setDouble(
                            result,
                            i,
                            operation.of(
                                    VectorUnit.doubleAt(before, i),
                                    VectorUnit.doubleAt(left, i),
                                    VectorUnit.doubleAt(right, i)));
                }
                vectors.set(to, result, count);
            };
        }

        // Words from 32 bits, or bytes from 16: within 128 bits first the one source, then the
        // other.
        private Runnable packed(int parts) {
            Source source = source();
            int to = reg;
            int a = first;
            int count = lanes();
            return () -> {
                int[][] sources = {vectors.register(a), source.lanes()};
                int[] result = new int[LANES];
                for (int lane = 0; lane < count; lane++) {
                    int[] from = sources[lane / 2 % 2];
                    int pair = (lane & -4) + lane % 2 * 2;
                    result[lane] = VectorUnit.packed(from[pair], from[pair + 1], parts);
                }
                vectors.set(to, result, count);
            };
        }

        private Runnable maskedStore() {
            Place place = place();
            int from = reg;
            int chosen = first;
            int count = lanes();
            return () -> {
                for (int i = 0; i < count; i++) {
                    if (vectors.register(chosen)[i] < 0) {
                        memory.storeInt(place.address() + 4L * i, vectors.register(from)[i]);
                    }
                }
            };
        }

        private Runnable insert() {
            int to = reg;
            int a = first;
            int from = rm;
            Place place = isMemory ? place() : null;
            int part = next();
            return () -> {
                int[] result = vectors.register(a).clone();
                int[] inserted = place == null ? vectors.register(from) : load(place.address(), 4);
                System.arraycopy(inserted, 0, result, part * 4, 4);
                vectors.set(to, result, 8);
            };
        }

        private Runnable tile(int operation, int prefix, int vvvv) {
            int to = reg;
            int a = rm;
            return switch (operation << 4 | prefix) {
                case 0x490 -> {
                    if (!isMemory) {
                        yield () -> tiles.release();
                    }
                    Place place = place();
                    yield () -> tiles.configure(place.address());
                }
                case 0x493 -> () -> tiles.clear(to);
                case 0x4B3 -> {
                    Place place = rows();
                    yield () -> tiles.load(to, place.withoutIndex(), place.stride());
                }
                case 0x4B2 -> {
                    Place place = rows();
                    yield () -> tiles.store(to, place.withoutIndex(), place.stride());
                }
                case 0x5E0 -> product(() -> tiles.multiplyBytes(to, a, false, vvvv, false));
                case 0x5E1 -> product(() -> tiles.multiplyBytes(to, a, false, vvvv, true));
                case 0x5E2 -> product(() -> tiles.multiplyBytes(to, a, true, vvvv, false));
                case 0x5E3 -> product(() -> tiles.multiplyBytes(to, a, true, vvvv, true));
                case 0x5C2 -> product(() -> tiles.multiplyBfloats(to, a, vvvv));
                default -> throw unknown();
            };
        }

        private Runnable product(Runnable multiplication) {
            requireRegisters();
            return () -> {
                tileProducts++;
                multiplication.run();
            };
        }

        private Place rows() {
            Place place = place();
            require(hasIndex, "rows of a tile without a distance");
            return place;
        }

        // ---- EVEX

        private Runnable evex() {
            int p0 = next();
            int p1 = next();
            int p2 = next();
            require((p0 & 8) == 0 && (p1 & 4) != 0, "reserved bits");
            reg = ((p0 & 0x80) == 0 ? 8 : 0) | ((p0 & 0x10) == 0 ? 16 : 0);
            index = (p0 & 0x40) == 0 ? 8 : 0;
            base = (p0 & 0x20) == 0 ? 8 : 0;
            int upperRm = (p0 & 0x40) == 0 ? 16 : 0;
            isWide = (p1 & 0x80) != 0;
            first = ~p1 >> 3 & 15 | ((p2 & 8) == 0 ? 16 : 0);
            isZeroing = (p2 & 0x80) != 0;
            isBroadcast = (p2 & 0x10) != 0;
            mask = p2 & 7;
            require((p2 & 0x60) != 0x60, "a vector of another length");
            bits = 128 << (p2 >> 5 & 3);
            int operation = (p0 & 7) << 12 | (p1 & 3) << 8 | next();
            modRm(unit(operation));
            if (!isMemory) {
                require(!isBroadcast, "rounding of its own");
                // A general-purpose register has no such bit, and the index none here.
                rm |= upperRm;
            }
            boolean isMove = operation == 0x1010 || operation == 0x1011;
            require(isMove || mask == 0 && !isZeroing, "a mask");
            return vector(operation);
        }

        // What a displacement of a byte is counted in.
        private int unit(int operation) {
            if (isBroadcast) {
                return 4;
            }
            return switch (operation) {
                case 0x1210, 0x1211, 0x116E, 0x117E, 0x2158, 0x217C, 0x125E, 0x1259 -> 4;
                case 0x215A, 0x3139 -> 16;
                case 0x2113, 0x2133, 0x2123 -> bits / 16;
                case 0x2131, 0x2121, 0x2231 -> bits / 32;
                default -> bits / 8;
            };
        }

        private Runnable vector(int operation) {
            return switch (operation) {
                case 0x1010, 0x1011 -> maskedMove(operation == 0x1010);
                case 0x116F, 0x117F -> alignedMove(operation == 0x116F);
                case 0x1210 -> loadOne();
                case 0x1211 -> storeOne();
                case 0x116E -> fromGpr(1);
                case 0x217C -> fromGpr(bits / 32);
                case 0x117E -> toGpr();
                case 0x2158 -> broadcast(1);
                case 0x215A -> broadcast(4);
                case 0x2231 -> storeBytes();
                case 0x218D -> permuteWords();
                case 0x2372 -> toBfloatsOfTwo();
                case 0x3125 -> anyFunction();
                case 0x3139 -> extract(4);
                case 0x313B -> extract(8);
                case 0x1170 -> shuffle(next());
                case 0x1259 -> scalar(VectorUnit::multiply);
                case 0x125E -> scalar(VectorUnit::divide);
                case 0x1058 -> three(VectorUnit::add);
                case 0x105C -> three(VectorUnit::subtract);
                case 0x1059 -> three(VectorUnit::multiply);
                case 0x105E -> three(VectorUnit::divide);
                case 0x105D -> three(VectorUnit::lesser);
                case 0x105F -> three(VectorUnit::greater);
                case 0x11FE -> three((a, b) -> a + b);
                case 0x11FA -> three((a, b) -> a - b);
                case 0x11F8 -> whole(three(VectorUnit::subtractBytes));
                case 0x11DB -> three((a, b) -> a & b);
                case 0x11EB -> three((a, b) -> a | b);
                case 0x11EF -> three((a, b) -> a ^ b);
                case 0x213F -> three((a, b) -> Integer.compareUnsigned(a, b) < 0 ? b : a);
                case 0x21B8 -> four((to, a, b) -> VectorUnit.fused(a, b, to));
                case 0x21A8 -> four((to, a, b) -> VectorUnit.fused(a, to, b));
                case 0x2150 -> four(VectorUnit::addProducts);
                case 0x105B -> two(VectorUnit::toFloat);
                case 0x115B -> two(VectorUnit::toInt);
                case 0x2113 -> widened(2, VectorUnit::halfToFloat);
                case 0x2133 -> widened(2, it -> it);
                case 0x2123 -> widened(2, it -> (short) it);
                case 0x2131 -> widened(4, it -> it);
                case 0x2121 -> widened(4, it -> (byte) it);
                case 0x2272 -> toBfloats();
                case 0x1172 -> shifted(next());
                case 0x1171 -> whole(shiftedWords(next()));
                default -> throw unknown();
            };
        }

        private int lanes() {
            return bits / Integer.SIZE;
        }

        private Runnable whole(Runnable action) {
            require(!isBroadcast, "bytes and words are not broadcast");
            return action;
        }

        private Runnable maskedMove(boolean isLoad) {
            int register = reg;
            int number = mask;
            int count = lanes();
            boolean zeroes = isZeroing;
            require(isMemory, "a masked move between registers");
            Place place = place();
            if (isLoad) {
                require(number == 0 || zeroes, "a load that keeps lanes");
                return () -> {
                    int[] loaded = new int[LANES];
                    for (int i = 0; i < count; i++) {
                        if (isChosen(number, i)) {
                            loaded[i] = memory.loadInt(place.address() + 4L * i);
                        }
                    }
                    vectors.set(register, loaded, count);
                };
            }
            require(!zeroes, "a store that zeroes");
            return () -> {
                for (int i = 0; i < count; i++) {
                    if (isChosen(number, i)) {
                        memory.storeInt(place.address() + 4L * i, vectors.register(register)[i]);
                    }
                }
            };
        }

        private boolean isChosen(int number, int lane) {
            return number == 0 || (masks[number] >> lane & 1) != 0;
        }

        private Runnable alignedMove(boolean isLoad) {
            int register = reg;
            int count = lanes();
            if (!isMemory) {
                int from = isLoad ? rm : reg;
                int to = isLoad ? reg : rm;
                return () -> vectors.set(to, vectors.register(from).clone(), count);
            }
            Place place = place();
            int bytes = bits / 8;
            return () -> {
                long address = place.address();
                require(address % bytes == 0, "%#x is not aligned".formatted(address));
                if (isLoad) {
                    vectors.set(register, load(address, count), count);
                } else {
                    store(address, vectors.register(register), count);
                }
            };
        }

        private int[] load(long address, int count) {
            int[] loaded = new int[LANES];
            for (int i = 0; i < count; i++) {
                loaded[i] = memory.loadInt(address + 4L * i);
            }
            return loaded;
        }

        private void store(long address, int[] from, int count) {
            for (int i = 0; i < count; i++) {
                memory.storeInt(address + 4L * i, from[i]);
            }
        }

        private Runnable loadOne() {
            int to = reg;
            Place place = place();
            return () -> vectors.set(to, load(place.address(), 1), 1);
        }

        private Runnable storeOne() {
            int from = reg;
            Place place = place();
            return () -> store(place.address(), vectors.register(from), 1);
        }

        private Runnable fromGpr(int count) {
            requireRegisters();
            int to = reg;
            int from = rm & 15;
            return () -> {
                int[] copies = new int[LANES];
                Arrays.fill(copies, 0, count, (int) gprs[from]);
                vectors.set(to, copies, count);
            };
        }

        private Runnable toGpr() {
            requireRegisters();
            int to = rm & 15;
            int from = reg;
            return () -> gprs[to] = vectors.register(from)[0] & 0xFFFF_FFFFL;
        }

        private Runnable broadcast(int unit) {
            int to = reg;
            int count = lanes();
            int from = rm;
            Place place = isMemory ? place() : null;
            require(isMemory || unit == 1, "a broadcast of a part of a register");
            return () -> {
                int[] part =
                        place == null
                                ? vectors.register(from).clone()
                                : load(place.address(), unit);
                int[] copies = new int[LANES];
                Arrays.setAll(copies, i -> part[i % unit]);
                vectors.set(to, copies, count);
            };
        }

        private Runnable storeBytes() {
            int from = reg;
            int count = lanes();
            Place place = place();
            return () -> {
                for (int i = 0; i < count; i++) {
                    memory.storeByte(place.address() + i, (byte) vectors.register(from)[i]);
                }
            };
        }

        private Runnable extract(int count) {
            require(isWide == (count == 8), "another width");
            requireRegisters();
            int part = next();
            int to = rm;
            int from = reg;
            require((part + 1) * count <= lanes(), "part " + part);
            return () -> {
                int[] lanes = vectors.register(from);
                vectors.set(
                        to,
                        Arrays.copyOf(
                                Arrays.copyOfRange(lanes, part * count, (part + 1) * count), LANES),
                        count);
            };
        }

        private Runnable shuffle(int order) {
            Source source = source();
            int to = reg;
            int count = lanes();
            return () -> {
                int[] from = source.lanes();
                int[] shuffled = new int[LANES];
                Arrays.setAll(shuffled, i -> from[(i & -4) + (order >> i % 4 * 2 & 3)]);
                vectors.set(to, shuffled, count);
            };
        }

        private Runnable scalar(IntBinaryOperator operation) {
            requireRegisters();
            int to = reg;
            int a = first;
            int b = rm;
            return () -> {
                int[] result = vectors.register(a).clone();
                result[0] = operation.applyAsInt(result[0], vectors.register(b)[0]);
                vectors.set(to, result, 4);
            };
        }

        private interface Source {
            int[] lanes();
        }

        private Source source() {
            int count = lanes();
            if (!isMemory) {
                int register = rm;
                return () -> vectors.register(register);
            }
            Place place = place();
            if (isBroadcast) {
                return () -> {
                    int[] copies = new int[LANES];
                    Arrays.fill(copies, memory.loadInt(place.address()));
                    return copies;
                };
            }
            return () -> load(place.address(), count);
        }

        private Runnable two(IntUnaryOperator operation) {
            Source source = source();
            int to = reg;
            int count = lanes();
            return () -> vectors.set(to, VectorUnit.map(source.lanes(), operation), count);
        }

        private Runnable three(IntBinaryOperator operation) {
            Source source = source();
            int to = reg;
            int a = first;
            int count = lanes();
            return () ->
                    vectors.set(
                            to,
                            VectorUnit.map(vectors.register(a), source.lanes(), operation),
                            count);
        }

        private interface Ternary {
            int of(int to, int a, int b);
        }

        private Runnable four(Ternary operation) {
            Source source = source();
            int to = reg;
            int a = first;
            int count = lanes();
            return () -> {
                int[] sums = vectors.register(to);
                int[] left = vectors.register(a);
                int[] right = source.lanes();
                int[] result = new int[LANES];
                for (int i = 0; i < count; i++) {
                    result[i] = operation.of(sums[i], left[i], right[i]);
                }
                vectors.set(to, result, count);
            };
        }

        // Lanes from parts of so many to 32 bits.
        private Runnable widened(int parts, IntUnaryOperator operation) {
            int to = reg;
            int count = lanes();
            int from = rm;
            int partBits = Integer.SIZE / parts;
            Place place = isMemory ? place() : null;
            return () -> {
                int[] result = new int[LANES];
                for (int i = 0; i < count; i++) {
                    int part;
                    if (place == null) {
                        part = vectors.register(from)[i / parts] >>> i % parts * partBits;
                    } else if (parts == 2) {
                        part = memory.loadShort(place.address() + 2L * i);
                    } else {
                        part = memory.loadByte(place.address() + i);
                    }
                    result[i] = operation.applyAsInt(part & (1 << partBits) - 1);
                }
                vectors.set(to, result, count);
            };
        }

        private Runnable toBfloats() {
            requireRegisters();
            int to = reg;
            int from = rm;
            int count = lanes();
            return () -> {
                int[] result = new int[LANES];
                for (int i = 0; i < count; i++) {
                    int number = VectorUnit.toBfloat(vectors.register(from)[i]);
                    result[i / 2] |= number << i % 2 * 16;
                }
                vectors.set(to, result, Math.max(4, count / 2));
            };
        }

        private Runnable toBfloatsOfTwo() {
            Source source = source();
            int to = reg;
            int upper = first;
            int count = lanes();
            return () -> {
                int[] low = source.lanes();
                int[] high = vectors.register(upper);
                int[] result = new int[LANES];
                for (int i = 0; i < 2 * count; i++) {
                    int number = i < count ? low[i] : high[i - count];
                    result[i / 2] |= VectorUnit.toBfloat(number) << i % 2 * 16;
                }
                vectors.set(to, result, count);
            };
        }

        private Runnable permuteWords() {
            require(isWide && !isBroadcast, "bytes are put in another order");
            Source source = source();
            int to = reg;
            int order = first;
            int count = lanes();
            return () -> {
                int[] numbers = source.lanes();
                int[] places = vectors.register(order);
                int[] result = new int[LANES];
                for (int i = 0; i < 2 * count; i++) {
                    int place = places[i / 2] >>> i % 2 * 16 & 2 * count - 1;
                    int word = numbers[place / 2] >>> place % 2 * 16 & 0xFFFF;
                    result[i / 2] |= word << i % 2 * 16;
                }
                vectors.set(to, result, count);
            };
        }

        // The table comes last.
        private Runnable anyFunction() {
            int table = next();
            return four((to, a, b) -> VectorUnit.function(table, to, a, b));
        }

        private Runnable shifted(int by) {
            int kind = reg & 7;
            require(by < Integer.SIZE, "a shift of all bits");
            return shift(
                    switch (kind) {
                        case 2 -> it -> it >>> by;
                        case 4 -> it -> it >> by;
                        case 6 -> it -> it << by;
                        default -> throw unknown();
                    });
        }

        private Runnable shiftedWords(int by) {
            require((reg & 7) == 2 && by < Short.SIZE, "a shift of another kind");
            return shift(it -> VectorUnit.shiftWords(it, by));
        }

        private Runnable shift(IntUnaryOperator operation) {
            Source source = source();
            int to = first;
            int count = lanes();
            return () -> vectors.set(to, VectorUnit.map(source.lanes(), operation), count);
        }
    }
}
