package dev.talaria.inference.x86;

import static dev.talaria.inference.x86.Address.at;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// What the interpreter makes of instructions on tiles, against the answers of another program:
/// Bochs 3.1, which emulates a Sapphire Rapids, ran the same instructions in long mode, from a boot
/// image made for it.
///
/// A line of `tile-products.txt` has the instruction, rows of the result, words of a row of the
/// first and of the second source, then the tiles in hexadecimal: first source, second, the result
/// before and after. Bochs takes signed bytes for unsigned ones (3.0 and 3.1 do), unlike Intel's
/// manual: there, no byte is above 127. What signed ones are is shown by products that are the same
/// as those of vector registers, see the tests of the kernels.
class TileProductsTest {

    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void productsAreThoseOfAnotherEmulator() throws IOException {
        List<String> lines = lines();
        for (String line : lines) {
            String[] parts = line.split(" ");
            int rows = Integer.parseInt(parts[1]);
            int inner = Integer.parseInt(parts[2]);
            int columns = Integer.parseInt(parts[3]);
            byte[] result =
                    interpreted(
                            parts[0],
                            rows,
                            inner,
                            columns,
                            HEX.parseHex(parts[4]),
                            HEX.parseHex(parts[5]),
                            HEX.parseHex(parts[6]));
            boolean areFloats = parts[0].equals("tdpbf16ps");
            assertThat(words(result, areFloats))
                    .as("%s, %d x %d x %d", parts[0], rows, inner, columns)
                    .isEqualTo(words(HEX.parseHex(parts[7]), areFloats));
        }
        assertThat(lines).hasSizeGreaterThan(50);
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = TileProductsTest.class.getResourceAsStream("tile-products.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    // One NaN is as good as another.
    private static int[] words(byte[] bytes, boolean areFloats) {
        MemorySegment memory = MemorySegment.ofArray(bytes);
        int[] words = new int[bytes.length / 4];
        for (int i = 0; i < words.length; i++) {
            int word = memory.get(WORD, i * 4L);
            words[i] = areFloats ? Float.floatToIntBits(Float.intBitsToFloat(word)) : word;
        }
        return words;
    }

    // Rows lie one behind the other.
    private static byte[] interpreted(
            String name, int rows, int inner, int columns, byte[] a, byte[] b, byte[] before) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] configuration = new byte[64];
            configuration[0] = 1;
            int[] widths = {columns, inner, columns};
            int[] heights = {rows, rows, inner};
            for (int tile = 0; tile < 3; tile++) {
                configuration[16 + 2 * tile] = (byte) (widths[tile] * 4);
                configuration[48 + tile] = (byte) heights[tile];
            }
            MemorySegment result = copy(arena, before);
            MemorySegment[] given = {copy(arena, configuration), copy(arena, a), copy(arena, b)};
            Interpreter interpreter = new Interpreter(code(name, inner, columns), 1);
            interpreter.allow(result);
            for (MemorySegment memory : given) {
                interpreter.allow(memory.asReadOnly());
            }
            interpreter.call(
                    given[0].address(), given[1].address(), given[2].address(), result.address());
            return result.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment copy = arena.allocate(bytes.length, 64);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    private static byte[] code(String name, int inner, int columns) {
        Assembler code = new Assembler();
        code.ldtilecfg(at(Gpr.RDI));
        code.mov(Gpr.RAX, inner);
        code.mov(Gpr.R9, columns);
        code.tileloadd(Tile.TMM1, at(Gpr.RSI).plus(Gpr.RAX, 4));
        code.tileloadd(Tile.TMM2, at(Gpr.RDX).plus(Gpr.R9, 4));
        code.tileloadd(Tile.TMM0, at(Gpr.RCX).plus(Gpr.R9, 4));
        switch (name) {
            case "tdpbssd" -> code.tdpbssd(Tile.TMM0, Tile.TMM1, Tile.TMM2);
            case "tdpbsud" -> code.tdpbsud(Tile.TMM0, Tile.TMM1, Tile.TMM2);
            case "tdpbusd" -> code.tdpbusd(Tile.TMM0, Tile.TMM1, Tile.TMM2);
            case "tdpbuud" -> code.tdpbuud(Tile.TMM0, Tile.TMM1, Tile.TMM2);
            case "tdpbf16ps" -> code.tdpbf16ps(Tile.TMM0, Tile.TMM1, Tile.TMM2);
            case "tilezero" -> code.tilezero(Tile.TMM0);
            default -> throw new IllegalArgumentException(name);
        }
        code.tilestored(at(Gpr.RCX).plus(Gpr.R9, 4), Tile.TMM0);
        code.tilerelease();
        code.vzeroupper();
        code.ret();
        return code.code();
    }
}
