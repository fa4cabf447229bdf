package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PanelMatrixTest {

    private static final int STRIP_ROWS = 8;
    private static final int ROWS = 2 * PanelMatrix.STRIPS * STRIP_ROWS;
    private static final int COLUMNS = 1024;

    /// A single row is as slow as its weights are long.
    @ParameterizedTest
    @EnumSource(TensorType.class)
    void weightsTakeAsManyBytesAsInTheFileBesidesScalesThatAreWidened(TensorType type) {
        TensorShape shape = new TensorShape("t", type, COLUMNS, ROWS);
        long blocks = (long) ROWS * COLUMNS / type.blockElements();
        long widened =
                switch (type) {
                    case Q4_0, Q5_0, Q8_0, IQ4_NL, Q3_K, Q6_K -> 2 * blocks;
                    case F32, F16, BF16, Q4_1, Q5_1, Q2_K, Q4_K, Q5_K, IQ4_XS -> 0;
                };
        assertThat(PanelMatrix.bytes(shape, STRIP_ROWS)).isEqualTo(shape.bytes() + widened);
    }

    @ParameterizedTest
    @EnumSource(NumberPlaces.class)
    void aGroupFillsItsWordsToTheLastBit(NumberPlaces places) {
        assertThat(places.words() * Integer.SIZE).isEqualTo(places.groupColumns() * places.bits());
        assertThat(places.leftovers() * places.bits())
                .isEqualTo(places.words() * (Integer.SIZE - places.wordColumns() * places.bits()));
    }
}
