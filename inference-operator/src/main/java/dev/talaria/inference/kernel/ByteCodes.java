package dev.talaria.inference.kernel;

/// The pieces of machine code that a [ByteProduct] is made of, for the processors there are. Their
/// arguments are the same, and so are the bits they make.
enum ByteCodes {
    AVX512 {
        @Override
        byte[] rounding(boolean withSums) {
            return RoundingCode.of(withSums);
        }

        @Override
        byte[] tiles(ByteForm form, int height) {
            return ByteProductCode.of(form, height);
        }

        @Override
        byte[] row(ByteForm form) {
            return RowProductCode.of(form);
        }
    },

    AVX2 {
        @Override
        byte[] rounding(boolean withSums) {
            return Avx2RoundingCode.of(withSums);
        }

        @Override
        byte[] tiles(ByteForm form, int height) {
            return Avx2ProductCode.of(form, height);
        }

        @Override
        byte[] row(ByteForm form) {
            return Avx2RowCode.of(form);
        }
    };

    /// Code that rounds a row.
    ///
    /// @param withSums whether it writes the further sums too
    abstract byte[] rounding(boolean withSums);

    /// Code for tiles of so many rows.
    abstract byte[] tiles(ByteForm form, int height);

    /// Code for one row and whole groups of panels ([PanelStreams]).
    abstract byte[] row(ByteForm form);
}
