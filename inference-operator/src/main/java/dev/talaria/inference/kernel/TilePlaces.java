package dev.talaria.inference.kernel;

import static dev.talaria.inference.x86.Address.at;

import dev.talaria.inference.x86.Address;
import dev.talaria.inference.x86.Gpr;

/// Where what a tile's rows have of one block lies, as [ByteRows] lays it down, for code that
/// multiplies them.
///
/// @param block where the tile's block begins: numbers, scales, negative sums
/// @param furtherSums where its further sums begin
/// @param form of the weights: it says which sums their groups meet
/// @param rows of the tile
record TilePlaces(Gpr block, Gpr furtherSums, ByteForm form, int rows) {

    /// A row's numbers, from a column of the block on.
    Address numbers(int row, int column) {
        return at(block).plus(row * ByteForm.BLOCK_COLUMNS + column);
    }

    /// A row's scale.
    Address scale(int row) {
        return behind(ByteForm.BLOCK_COLUMNS, row);
    }

    /// The negative sum of a row's numbers in a group.
    Address negativeSum(int row, int group) {
        return form.groups() == 1
                ? behind(ByteForm.BLOCK_COLUMNS + Float.BYTES, row)
                : furtherSum(1 + group, row);
    }

    /// The sum of a row's numbers in a group, times the scale.
    Address scaledSum(int row, int group) {
        return furtherSum(form.groups() == 1 ? 0 : 3 + group, row);
    }

    // Behind what all rows have so many bytes of.
    private Address behind(int bytes, int row) {
        return at(block).plus(rows * bytes + row * Float.BYTES);
    }

    private Address furtherSum(int kind, int row) {
        return at(furtherSums).plus((kind * rows + row) * Float.BYTES);
    }
}
