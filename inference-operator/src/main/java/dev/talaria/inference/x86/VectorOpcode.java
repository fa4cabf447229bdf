package dev.talaria.inference.x86;

/// The constant part of a vector instruction's encoding, EVEX or VEX.
///
/// @param prefix 0 for none, 1 for 66, 2 for F3, 3 for F2
/// @param map 1 for 0F, 2 for 0F38, 3 for 0F3A
/// @param wide the bit W
/// @param memory how large its operand in memory is, which an EVEX instruction's displacements are
///   counted in
record VectorOpcode(int prefix, int map, boolean wide, int opcode, Memory memory) {

    static final int NONE = 0;
    static final int P66 = 1;
    static final int PF3 = 2;
    static final int PF2 = 3;

    /// The size of an operand in memory, as a part of the vector's or of its own.
    enum Memory {
        /// A vector, or four bytes that are broadcast.
        FULL,
        /// A vector.
        VECTOR,
        HALF,
        QUARTER,
        BYTES_4,
        BYTES_16,
        BYTES_32;

        int bytes(int vectorBytes) {
            return switch (this) {
                case FULL, VECTOR -> vectorBytes;
                case HALF -> vectorBytes / 2;
                case QUARTER -> vectorBytes / 4;
                case BYTES_4 -> 4;
                case BYTES_16 -> 16;
                case BYTES_32 -> 32;
            };
        }
    }

    static VectorOpcode of0F(int prefix, int opcode, Memory memory) {
        return new VectorOpcode(prefix, 1, false, opcode, memory);
    }

    static VectorOpcode of0F38(int prefix, int opcode, Memory memory) {
        return new VectorOpcode(prefix, 2, false, opcode, memory);
    }

    static VectorOpcode of0F3A(int prefix, int opcode, Memory memory) {
        return new VectorOpcode(prefix, 3, false, opcode, memory);
    }

    VectorOpcode wide64() {
        return new VectorOpcode(prefix, map, true, opcode, memory);
    }
}
