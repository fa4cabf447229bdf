package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Blocks written byte by byte after the format's description, and the numbers they stand for,
/// worked out by hand.
class RowDecoderTest {

    private static final short ONE = 0x3C00;
    private static final short HALF = 0x3800;
    private static final short MINUS_TWO = (short) 0xC000;

    @Test
    void floatsAreLittleEndian() {
        byte[] bytes = {0, 0, (byte) 0x80, 0x3F, 0, 0, 0x20, (byte) 0xC1};
        assertThat(row(TensorType.F32, 2, bytes, 0)).containsExactly(1f, -10f);
    }

    @Test
    void halvesIncludeSubnormalNumbers() {
        byte[] bytes = {0, 0x3C, 1, 0, (byte) 0xFF, 0x03, (byte) 0xFF, (byte) 0xFB};
        assertThat(row(TensorType.F16, 4, bytes, 0))
                .containsExactly(1f, 0x1p-24f, 0x1.ff8p-15f, -65_504f);
    }

    @Test
    void brainFloatsAreTheUpperHalfOfFloats() {
        byte[] bytes = {(byte) 0x80, 0x3F, 0x20, (byte) 0xC1, 1, 0};
        assertThat(row(TensorType.BF16, 3, bytes, 0)).containsExactly(1f, -10f, 0x1p-133f);
    }

    @Test
    void q8ScalesSignedBytes() {
        ByteBuffer block = block(TensorType.Q8_0).putShort(HALF);
        block.put((byte) -128).put((byte) 127).put((byte) 0).put((byte) -1).put(33, (byte) 6);
        float[] row = row(TensorType.Q8_0, 32, block.array(), 0);
        assertThat(row).startsWith(-64f, 63.5f, 0f, -0.5f, 0f);
        assertThat(row[31]).isEqualTo(3f);
    }

    @Test
    void q4HasTheFirstHalfInItsLowNibblesAndTheSecondInTheHighOnes() {
        ByteBuffer block = block(TensorType.Q4_0).putShort(MINUS_TWO);
        block.put((byte) 0x0F).put((byte) 0xF0).put((byte) 0x88).put(17, (byte) 0x97);
        float[] row = row(TensorType.Q4_0, 32, block.array(), 0);
        assertThat(row).startsWith(-14f, 16f, -0f, 16f);
        assertThat(Arrays.copyOfRange(row, 15, 20)).containsExactly(2f, 16f, -14f, -0f, 16f);
        assertThat(row[31]).isEqualTo(-2f);
    }

    // Scales and minimums of groups 0 to 3 are the low six bits of bytes 0 to 3 and 4 to 7; those
    // of
    // groups 4 to 7 the nibbles of bytes 8 to 11 under the two bits left over above.
    @Test
    void q4kHasSixBitScalesAndMinimums() {
        ByteBuffer block = block(TensorType.Q4_K).putShort(ONE).putShort(HALF);
        byte[] scales = {
            63, 1, (byte) 0x82, (byte) 0xC3, 2, 63, (byte) 0x44, 0, 0x5A, 0, 0x7F, (byte) 0xF1
        };
        block.put(scales);
        byte[] nibbles = new byte[128];
        nibbles[0] = (byte) 0xA5; // group 0: 5, group 1: 10
        nibbles[63] = (byte) 0xF1; // group 2: 1, group 3: 15
        nibbles[64] = 0x21; // group 4: 1, group 5: 2
        nibbles[96] = (byte) 0x93; // group 6: 3, group 7: 9
        block.put(nibbles);
        float[] row = row(TensorType.Q4_K, 256, block.array(), 0);
        assertThat(row[0]).isEqualTo(63 * 5 - 0.5f * 2);
        assertThat(row[1]).isEqualTo(-1f);
        assertThat(row[32]).isEqualTo(10 - 0.5f * 63);
        assertThat(row[64 + 31]).isEqualTo(2 * 1 - 0.5f * 4);
        assertThat(row[96 + 31]).isEqualTo(3 * 15f);
        // group 4: scale 0xA | 0 << 4, minimum 5 | 0 << 4
        assertThat(row[128]).isEqualTo(10 * 1 - 0.5f * 5);
        // group 5: scale 0, minimum 0
        assertThat(row[160]).isZero();
        // group 6: scale 0xF | 2 << 4, minimum 7 | 1 << 4
        assertThat(row[192]).isEqualTo(47 * 3 - 0.5f * 23);
        // group 7: scale 1 | 3 << 4, minimum 0xF | 0 << 4
        assertThat(row[224]).isEqualTo(49 * 9 - 0.5f * 15);
    }

    // Element 128p + 32k + l: its low nibble in byte 64p + 32(k % 2) + l, from bit 4(k / 2); its
    // upper bits in byte 128 + 32p + l, from bit 2k; its scale is byte 192 + i / 16.
    @Test
    void q6kPutsFourBitsAndTwoTogetherUnderSignedScales() {
        ByteBuffer block = block(TensorType.Q6_K);
        byte[] scales = new byte[16];
        Arrays.fill(scales, (byte) 1);
        scales[0] = -128;
        scales[15] = 127;
        scales[3] = -1;
        block.put(0, (byte) 0xF3).put(128, (byte) 0b11_01_10_00);
        block.put(32 + 31, (byte) 0x4F).put(128 + 31, (byte) 0b00_00_11_00);
        block.put(127, (byte) 0xE0).put(191, (byte) 0b10_00_00_00);
        block.put(192, scales).putShort(208, HALF);
        float[] row = row(TensorType.Q6_K, 256, block.array(), 0);
        assertThat(row[0]).isEqualTo(0.5f * -128 * (3 - 32));
        assertThat(row[32]).isEqualTo(0.5f * (0 + 2 * 16 - 32));
        assertThat(row[64]).isEqualTo(0.5f * (15 + 16 - 32));
        assertThat(row[96]).isEqualTo(0.5f * (0 + 48 - 32));
        assertThat(row[63]).isEqualTo(0.5f * -1 * (15 + 48 - 32));
        assertThat(row[127]).isEqualTo(0.5f * (4 - 32));
        assertThat(row[255]).isEqualTo(0.5f * 127 * (14 + 32 - 32));
        assertThat(row[254]).isEqualTo(0.5f * 127 * -32);
    }

    @Test
    void q41AddsAMinimum() {
        ByteBuffer block = block(TensorType.Q4_1).putShort(HALF).putShort(MINUS_TWO);
        block.put((byte) 0xF0).put((byte) 0x07).put(19, (byte) 0x31);
        float[] row = row(TensorType.Q4_1, 32, block.array(), 0);
        assertThat(row).startsWith(-2f, 1.5f, -2f);
        assertThat(row[16]).isEqualTo(5.5f);
        assertThat(row[15]).isEqualTo(-1.5f);
        assertThat(row[31]).isEqualTo(-0.5f);
    }

    @Test
    void q50HasItsFifthBitsInOneNumber() {
        ByteBuffer block = block(TensorType.Q5_0).putShort(HALF);
        block.putInt(0x8001_0002); // elements 1, 16 and 31
        block.put((byte) 0x21).put((byte) 0x4F).put(21, (byte) 0xF3);
        float[] row = row(TensorType.Q5_0, 32, block.array(), 0);
        assertThat(row).startsWith(-7.5f, 7.5f, -8f);
        assertThat(row[16]).isEqualTo(0.5f * (2 + 16 - 16));
        assertThat(row[17]).isEqualTo(0.5f * (4 - 16));
        assertThat(row[15]).isEqualTo(0.5f * (3 - 16));
        assertThat(row[31]).isEqualTo(0.5f * (31 - 16));
    }

    @Test
    void q51HasFifthBitsAndAMinimum() {
        ByteBuffer block = block(TensorType.Q5_1).putShort(HALF).putShort(MINUS_TWO);
        block.putInt(0x8000_0001).put((byte) 0x12).put(23, (byte) 0xF0);
        float[] row = row(TensorType.Q5_1, 32, block.array(), 0);
        assertThat(row[0]).isEqualTo(0.5f * 18 - 2);
        assertThat(row[16]).isEqualTo(0.5f * 1 - 2);
        assertThat(row[15]).isEqualTo(-2f);
        assertThat(row[31]).isEqualTo(0.5f * 31 - 2);
    }

    // Element 128 p + 32 k + l is the bit pair 2 k of byte 16 + 32 p + l; group i / 16 has scale
    // and minimum in the nibbles of its byte.
    @Test
    void q2kHasFourBitScalesAndMinimums() {
        ByteBuffer block = block(TensorType.Q2_K);
        block.put(0, (byte) 0x2F).put(1, (byte) 0x10).put(2, (byte) 0x01).put(15, (byte) 0xF3);
        block.put(16, (byte) 0b11_10_01_10).put(16 + 63, (byte) 0b10_00_00_00);
        block.putShort(80, HALF).putShort(82, MINUS_TWO);
        float[] row = row(TensorType.Q2_K, 256, block.array(), 0);
        assertThat(row[0]).isEqualTo(0.5f * 15 * 2 + 2 * 2);
        assertThat(row[1]).isEqualTo(4f);
        assertThat(row[16]).isEqualTo(2f);
        assertThat(row[32]).isEqualTo(0.5f);
        assertThat(row[255]).isEqualTo(0.5f * 3 * 2 + 2 * 15);
        assertThat(row[254]).isEqualTo(30f);
    }

    // The third bit of element 32 k + l is bit k of byte l: where it is clear, 4 is taken off.
    @Test
    void q3kHasAThirdBitAndSixBitScales() {
        ByteBuffer block = block(TensorType.Q3_K).putShort(108, ONE);
        block.put(0, (byte) 0b0000_0001).put(31, (byte) 0b1000_0000);
        block.put(32, (byte) 0b00_00_01_10).put(32 + 63, (byte) 0b11_00_00_00);
        // scale 0: low nibble of byte 0, bits 0 and 1 of byte 8; scale 15: high nibble of byte 7,
        // bits 6 and 7 of byte 11; scale 2: byte 2 and bits 0 and 1 of byte 10
        block.put(96, (byte) 0x05).put(96 + 7, (byte) 0xA0).put(96 + 2, (byte) 0x0F);
        block.put(96 + 8, (byte) 0b00_00_00_11).put(96 + 11, (byte) 0b10_00_00_00);
        float[] row = row(TensorType.Q3_K, 256, block.array(), 0);
        assertThat(row[0]).isEqualTo((5 + 48 - 32) * 2f);
        assertThat(row[1]).isEqualTo((5 + 48 - 32) * -4f);
        assertThat(row[32]).isEqualTo((15 - 32) * (1 - 4f));
        assertThat(row[255]).isEqualTo((10 + 32 - 32) * 3f);
        assertThat(row[254]).isEqualTo((10 + 32 - 32) * -4f);
        assertThat(row[16]).isEqualTo(-32 * -4f);
    }

    @Test
    void q5kHasTheScalesOfQ4kAndFifthBits() {
        ByteBuffer block = block(TensorType.Q5_K).putShort(ONE).putShort(HALF);
        block.put(4, (byte) 3).put(8, (byte) 1).put(4 + 11, (byte) 0x21);
        block.put(16, (byte) 0b0000_0001).put(16 + 31, (byte) 0b1000_0000);
        block.put(48, (byte) 0x3A).put(48 + 127, (byte) 0x4F);
        float[] row = row(TensorType.Q5_K, 256, block.array(), 0);
        assertThat(row[0]).isEqualTo(3 * 26 - 0.5f);
        assertThat(row[1]).isEqualTo(-0.5f);
        assertThat(row[255]).isEqualTo(1 * (4 + 16) - 0.5f * 2);
        assertThat(row[254]).isEqualTo(-1f);
    }

    @Test
    void iq4nlReadsATable() {
        ByteBuffer block = block(TensorType.IQ4_NL).putShort(MINUS_TWO);
        block.put((byte) 0xF0).put((byte) 0x81).put(17, (byte) 0x79);
        float[] row = row(TensorType.IQ4_NL, 32, block.array(), 0);
        assertThat(row).startsWith(254f, 208f);
        assertThat(row[16]).isEqualTo(-226f);
        assertThat(row[17]).isEqualTo(-2f);
        assertThat(row[15]).isEqualTo(-26f);
        assertThat(row[31]).isEqualTo(20f);
    }

    // Scale g: nibble g of the four bytes from 4, and bits 2 g of the two bytes from 2.
    @Test
    void iq4xsScalesTheTableBySixBits() {
        ByteBuffer block = block(TensorType.IQ4_XS).putShort(HALF);
        block.putShort((short) 0b11_00_00_00_00_00_10_01);
        block.put(4, (byte) 0x4F).put(7, (byte) 0x10);
        block.put(8, (byte) 0xF0).put(8 + 16, (byte) 0x08).put(8 + 127, (byte) 0xE0);
        float[] row = row(TensorType.IQ4_XS, 256, block.array(), 0);
        assertThat(row[0]).isEqualTo(0.5f * (15 + 16 - 32) * -127);
        assertThat(row[16]).isEqualTo(0.5f * (15 + 16 - 32) * 113);
        assertThat(row[32]).isEqualTo(0.5f * (4 + 32 - 32) * 1);
        assertThat(row[64]).isEqualTo(0.5f * -32 * -127);
        assertThat(row[255]).isEqualTo(0.5f * (1 + 48 - 32) * 89);
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void aBlockWhoseScaleIsNotFiniteIsNotANumber(TensorType type) {
        int[] scales = RandomTensors.scaleOffsets(type);
        for (int at : scales) {
            for (short half : new short[] {0x7C00, (short) 0xFC00, 0x7E01, (short) 0xFC01}) {
                byte[] bytes = block(type).putShort(at, half).array();
                float[] row = row(type, type.blockElements(), bytes, 0);
                for (float weight : row) {
                    assertThat(weight).as("%s, scale %04x at %d", type, half, at).isNaN();
                }
            }
        }
    }

    @Test
    void weightsOfTheFloatTypesStayWhatTheyAre() {
        byte[] halves = {0, 0x7C, 0, (byte) 0xFC, 1, 0x7C};
        assertThat(row(TensorType.F16, 3, halves, 0))
                .containsExactly(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN);
        byte[] brain = {(byte) 0x80, 0x7F, (byte) 0x80, (byte) 0xFF, (byte) 0x81, 0x7F};
        assertThat(row(TensorType.BF16, 3, brain, 0))
                .containsExactly(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN);
    }

    @Test
    void aRowIsFoundAmongOthersAndGoesWhereItIsWanted() {
        byte[] bytes = new byte[3 * 34];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(34, ONE).put(36, (byte) 5);
        Tensor tensor = tensor(TensorType.Q8_0, 32, 3, bytes);
        float[] out = new float[36];
        Arrays.fill(out, 9f);
        RowDecoder.decode(tensor, 1, out, 2);
        assertThat(out).startsWith(9f, 9f, 5f, 0f);
        assertThat(out).endsWith(0f, 9f, 9f);
        assertThatThrownBy(() -> RowDecoder.decode(tensor, 3, out, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static ByteBuffer block(TensorType type) {
        return ByteBuffer.allocate(type.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static float[] row(TensorType type, int columns, byte[] bytes, int row) {
        float[] out = new float[columns];
        RowDecoder.decode(tensor(type, columns, 1, bytes), row, out, 0);
        return out;
    }

    private static Tensor tensor(TensorType type, int columns, int rows, byte[] bytes) {
        return new Tensor("test", type, columns, rows, MemorySegment.ofArray(bytes));
    }
}
