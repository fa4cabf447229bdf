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
        byte[] product(ByteForm form, int rows, WeightReading reading) {
            return reading == WeightReading.SIDE_BY_SIDE
                    ? RowProductCode.of(form)
                    : ByteProductCode.of(form, rows, reading);
        }
    },

    AVX2 {
        @Override
        byte[] rounding(boolean withSums) {
            return Avx2RoundingCode.of(withSums);
        }

        @Override
        byte[] product(ByteForm form, int rows, WeightReading reading) {
            return reading == WeightReading.SIDE_BY_SIDE
                    ? Avx2RowCode.of(form)
                    : Avx2ProductCode.of(form, rows, reading);
        }
    };

    /// Code that rounds a row.
    ///
    /// @param withSums whether it writes the further sums too
    abstract byte[] rounding(boolean withSums);

    /// Code for tiles of so many rows.
    ///
    /// @param rows at most [WeightReading#mostRows]
    abstract byte[] product(ByteForm form, int rows, WeightReading reading);
}
