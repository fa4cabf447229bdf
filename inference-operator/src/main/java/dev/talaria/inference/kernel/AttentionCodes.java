package dev.talaria.inference.kernel;

/// The pieces of machine code that a [TileAttention] is made of, for the processors there are.
/// Their arguments are the same.
enum AttentionCodes {
    AVX512(AttentionCode.MOST_QUERIES) {
        @Override
        byte[] of(KvType type, int queries) {
            return AttentionCode.of(type, queries);
        }
    },

    AVX2(Avx2AttentionCode.MOST_QUERIES) {
        @Override
        byte[] of(KvType type, int queries) {
            return Avx2AttentionCode.of(type, queries);
        }
    };

    private final int mostQueries;

    AttentionCodes(int mostQueries) {
        this.mostQueries = mostQueries;
    }

    /// The most queries of a group.
    int mostQueries() {
        return mostQueries;
    }

    /// Code for groups of so many queries.
    abstract byte[] of(KvType type, int queries);
}
