package dev.talaria.inference.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Activations in the order products read them.
///
/// First all rows in tiles of three, interleaved: for every 256 columns, tile by tile, the three
/// numbers of a column side by side; a last tile that is not full is filled up with zeros. So the
/// activations of 256 columns lie in one piece, which stays in the second-level cache while panel
/// after panel uses them.
///
/// Few rows follow several times more, each in one piece: as it is, and, for numbers that stay at
/// their places in a word, once for each of the [NumberPlaces], multiplied by its factors. Last
/// come, row by row, the sums of every 32 columns, and then those of every 16.
///
/// Where an [OctetProduct] is possible, more rows of written tokens follow once more in octets, the
/// eight numbers of a column side by side, a last octet filled up with zeros; and so do their sums.
final class PackedRows {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    /// Rows of a tile.
    static final int TILE_ROWS = 3;

    /// Rows of an octet.
    static final int OCTET = 8;

    /// Up to here decoding weights for all rows at once costs more than each row's decoding its
    /// own.
    static final int FEW = 4;

    /// Columns that are packed, decoded and multiplied in one go: 256 columns x 24 rows of weights
    /// x 4 bytes are 24 KiB of a first-level cache of 32. With 48 rows to a panel they come from
    /// the second level, which two tiles at a time leave time for.
    static final int DEPTH = 256;

    // Columns after which the factors of all places begin anew.
    private static final int PERIOD = 32;

    private static final NumberPlaces[] PLACES = NumberPlaces.values();
    private static final float[][] FACTORS = factors();

    private PackedRows() {}

    private static float[][] factors() {
        float[][] factors = new float[PLACES.length][PERIOD];
        for (NumberPlaces places : PLACES) {
            for (int column = 0; column < PERIOD; column++) {
                factors[places.ordinal()][column] = places.factor(column % places.groupColumns());
            }
        }
        return factors;
    }

    /// What so many rows need, or fewer: few rows can need more than many.
    static int length(int rows, int columns) {
        int few = Math.min(rows, FEW);
        int copies =
                Math.max(
                        tiles(rows) * TILE_ROWS,
                        tiles(few) * TILE_ROWS + (1 + PLACES.length) * few);
        int sums = blocks(columns, 32) + blocks(columns, 16);
        int octets = OctetProduct.isPossible() ? octets(rows) * OCTET : 0;
        return Math.addExact(Math.multiplyExact(copies + octets, columns), (rows + octets) * sums);
    }

    private static int blocks(int columns, int block) {
        return Math.ceilDiv(columns, block);
    }

    /// Whether rows are few enough to be multiplied one by one.
    static boolean isFew(int rows) {
        return rows <= FEW;
    }

    private static int plainRows(int rows) {
        return isFew(rows) ? rows : 0;
    }

    /// Tiles, the last one included that may not be full.
    static int tiles(int rows) {
        return Math.ceilDiv(rows, TILE_ROWS);
    }

    /// Where a tile's stretch of `depth` columns begins.
    ///
    /// @param from a multiple of [#DEPTH]
    static int tile(int rows, int from, int depth, int tile) {
        return from * tiles(rows) * TILE_ROWS + tile * depth * TILE_ROWS;
    }

    /// Where a row's stretch of `depth` columns begins, of which every third number is its own.
    ///
    /// @param from a multiple of [#DEPTH]
    static int row(int rows, int from, int depth, int row) {
        return tile(rows, from, depth, row / TILE_ROWS) + row % TILE_ROWS;
    }

    /// Where one of few rows begins as it is.
    static int plainRow(int rows, int columns, int row) {
        return (tiles(rows) * TILE_ROWS + row) * columns;
    }

    /// Where one of few rows begins that is multiplied by the factors of the places.
    static int placedRow(NumberPlaces places, int rows, int columns, int row) {
        return plainRow(rows, columns, (1 + places.ordinal()) * plainRows(rows) + row);
    }

    /// Where the sums of a row's blocks of columns begin.
    ///
    /// @param block columns of a block, 32 or 16
    static int sums(int block, int rows, int columns, int row) {
        int first = plainRow(rows, columns, (1 + PLACES.length) * plainRows(rows));
        int before = block == 32 ? 0 : rows * blocks(columns, 32);
        return first + before + row * blocks(columns, block);
    }

    /// Octets, the last one included that may not be full.
    static int octets(int rows) {
        return Math.ceilDiv(rows, OCTET);
    }

    /// Whether rows of written tokens are packed in octets.
    static boolean isInOctets(Kernels.Phase phase, int rows) {
        return phase == Kernels.Phase.DECODE && !isFew(rows) && OctetProduct.isPossible();
    }

    /// Where the columns of an octet begin.
    static int octet(int rows, int columns, int octet) {
        return sums(16, rows, columns, rows) + octet * OCTET * columns;
    }

    /// Where the sums of an octet's blocks of columns begin, eight for each block.
    ///
    /// @param block columns of a block, 32 or 16
    static int octetSums(int block, int rows, int columns, int octet) {
        int first = octet(rows, columns, octets(rows));
        int before = block == 32 ? 0 : octets(rows) * OCTET * blocks(columns, 32);
        return first + before + octet * OCTET * blocks(columns, block);
    }

    /// Packs the rows from `first` to `end`, of so many; with the last one what fills its tile and
    /// its octet up.
    static void pack(
            Kernels.Phase phase,
            float[] x,
            int fromRow,
            int rows,
            int columns,
            int first,
            int end,
            float[] packed) {
        int endOfTile = end == rows ? tiles(rows) * TILE_ROWS : end;
        packTiles(x, fromRow, rows, columns, first, endOfTile, packed);
        for (int row = first; row < end; row++) {
            int at = (fromRow + row) * columns;
            if (isFew(rows)) {
                packPlaces(x, at, rows, columns, row, packed);
            }
            sum(x, at, columns, packed, rows, row);
        }
        if (isInOctets(phase, rows)) {
            int endOfOctet = end == rows ? octets(rows) * OCTET : end;
            for (int row = first; row < endOfOctet; row++) {
                packOctet(x, (fromRow + row) * columns, rows, columns, row, packed);
            }
        }
    }

    private static void packOctet(
            float[] x, int from, int rows, int columns, int row, float[] packed) {
        int octet = row / OCTET;
        int place = row % OCTET;
        boolean present = row < rows;
        int to = octet(rows, columns, octet) + place;
        spread(x, from, present ? columns : 0, columns, packed, to);
        for (int block = 32; block >= 16; block -= 16) {
            int count = blocks(columns, block);
            int sums = sums(block, rows, columns, row);
            int sumsTo = octetSums(block, rows, columns, octet) + place;
            spread(packed, sums, present ? count : 0, count, packed, sumsTo);
        }
    }

    // One number in eight; zeros where there are no more.
    private static void spread(
            float[] x, int from, int present, int count, float[] packed, int to) {
        for (int k = 0; k < present; k++) {
            packed[to + k * OCTET] = x[from + k];
        }
        for (int k = present; k < count; k++) {
            packed[to + k * OCTET] = 0f;
        }
    }

    private static void packTiles(
            float[] x, int fromRow, int rows, int columns, int first, int end, float[] packed) {
        for (int from = 0; from < columns; from += DEPTH) {
            int depth = Math.min(DEPTH, columns - from);
            for (int row = first; row < end; row++) {
                int to = row(rows, from, depth, row);
                int at = (fromRow + row) * columns + from;
                interleave(x, at, row < rows ? depth : 0, packed, to, depth);
            }
        }
    }

    private static void packPlaces(
            float[] x, int from, int rows, int columns, int row, float[] packed) {
        System.arraycopy(x, from, packed, plainRow(rows, columns, row), columns);
        for (NumberPlaces places : PLACES) {
            int to = placedRow(places, rows, columns, row);
            place(x, from, columns, FACTORS[places.ordinal()], packed, to);
        }
    }

    // Powers of two: exact but for numbers so small (below 2^-98) that no sum notices.
    private static void place(
            float[] x, int from, int columns, float[] factors, float[] packed, int to) {
        int whole = columns - columns % PERIOD;
        for (int k = 0; k < whole; k += PERIOD) {
            for (int i = 0; i < PERIOD; i += LANES) {
                FloatVector.fromArray(FLOATS, x, from + k + i)
                        .mul(FloatVector.fromArray(FLOATS, factors, i))
                        .intoArray(packed, to + k + i);
            }
        }
        for (int k = whole; k < columns; k++) {
            packed[to + k] = x[from + k] * factors[k - whole];
        }
    }

    private static void sum(float[] x, int from, int columns, float[] packed, int rows, int row) {
        int sums = sums(32, rows, columns, row);
        int halves = sums(16, rows, columns, row);
        for (int k = 0; k < columns; k += 32) {
            float first = sum(x, from + k, Math.min(16, columns - k));
            packed[halves + k / 16] = first;
            float both = first;
            if (k + 16 < columns) {
                float second = sum(x, from + k + 16, Math.min(16, columns - k - 16));
                packed[halves + k / 16 + 1] = second;
                both += second;
            }
            packed[sums + k / 32] = both;
        }
    }

    // Four sums side by side, so that an addition need not wait for the one before it.
    private static float sum(float[] x, int from, int count) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int fours = count & -4;
        for (int k = from; k < from + fours; k += 4) {
            a += x[k];
            b += x[k + 1];
            c += x[k + 2];
            d += x[k + 3];
        }
        for (int k = from + fours; k < from + count; k++) {
            a += x[k];
        }
        return a + b + (c + d);
    }

    private static void interleave(
            float[] x, int from, int present, float[] packed, int to, int depth) {
        for (int k = 0; k < present; k++) {
            packed[to + k * TILE_ROWS] = x[from + k];
        }
        for (int k = present; k < depth; k++) {
            packed[to + k * TILE_ROWS] = 0f;
        }
    }
}
