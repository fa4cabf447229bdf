package dev.talaria.inference.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorType;

import org.junit.jupiter.api.Test;

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
