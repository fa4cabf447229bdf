package dev.talaria.inference.kernel;

import java.util.Arrays;

/// The pieces of machine code that a [ByteProduct] is made of, for the processors there are.
enum ByteCodes {
    AVX512 {
        @Override
        int tileRows() {
            return ByteRows.TILE_ROWS;
        }

        @Override
        byte[] rounding(boolean withSums) {
            return RoundingCode.of(withSums);
        }

        @Override
        int[] addTiles(CodeBook book, ByteForm form) {
            return book.addHeights(tileRows(), height -> ByteProductCode.of(form, height));
        }

        @Override
        byte[] row(ByteForm form) {
            return RowProductCode.of(form);
        }
    },

    AVX2 {
        @Override
        int tileRows() {
            return Avx2ProductCode.TILE_ROWS;
        }

        @Override
        byte[] rounding(boolean withSums) {
            return Avx2RoundingCode.of(withSums);
        }

        @Override
        int[] addTiles(CodeBook book, ByteForm form) {
            int[] starts = new int[tileRows()];
            Arrays.fill(starts, book.add(Avx2ProductCode.of(form)));
            return starts;
        }

        @Override
        byte[] row(ByteForm form) {
            return Avx2RowCode.of(form);
        }
    };

    /// The most rows of a tile.
    abstract int tileRows();

    /// Code that rounds a row.
    ///
    /// @param withSums whether it writes the further sums too
    abstract byte[] rounding(boolean withSums);

    /// Adds the code for tiles to a book.
    ///
    /// @return where that for each height begins, from one to [#tileRows]
    abstract int[] addTiles(CodeBook book, ByteForm form);

    /// Code for one row and whole groups of panels ([PanelStreams]).
    abstract byte[] row(ByteForm form);
}
