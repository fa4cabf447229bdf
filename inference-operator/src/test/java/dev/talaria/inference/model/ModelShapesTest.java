package dev.talaria.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.talaria.inference.gguf.GgufValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Shapes that not every model has, computed beside the same model in an ordinary shape.
class ModelShapesTest {

    private static final int[] TOKENS = IntStream.range(0, 40).map(i -> i * 31 % 70).toArray();

    // Of the small model: heads of 12 elements, four of them for queries and two for keys.
    private static final int HEAD = 12;
    private static final int WIDER = 16;

    @TempDir private Path folder;

    @Test
    void rowsBeyondTheVocabularyChangeNoOtherLogit() throws IOException {
        float[][] plain = logits(new SmallModelFile());
        SmallModelFile padded =
                new SmallModelFile()
                        .matrix("token_embd.weight", SmallModelFile.WIDTH, 102)
                        .matrix("output.weight", SmallModelFile.WIDTH, 102);
        float[][] more = logits(padded);
        for (int position = 0; position < TOKENS.length; position++) {
            assertThat(more[position]).hasSize(102);
            assertThat(Arrays.copyOf(more[position], 70)).isEqualTo(plain[position]);
        }
    }

    /// Four elements of zero at the end of every head, which are not rotated, take no part in any
    /// product; queries make up for the other scale of the scores.
    @Test
    void headsMayBeWiderThanTheirShareOfTheModel() throws IOException {
        SmallModelFile ordinary = new SmallModelFile();
        SmallModelFile wide = new SmallModelFile();
        wide.set("llama.attention.key_length", GgufValue.uint32(WIDER));
        wide.set("llama.attention.value_length", GgufValue.uint32(WIDER));
        wide.set("llama.rope.dimension_count", GgufValue.uint32(HEAD));
        float scale = (float) Math.sqrt((double) WIDER / HEAD);
        for (String block : List.of("blk.0.", "blk.1.")) {
            widenRows(ordinary, wide, block + "attn_q.weight", 4, scale);
            widenRows(ordinary, wide, block + "attn_k.weight", 2, 1);
            widenRows(ordinary, wide, block + "attn_v.weight", 2, 1);
            widenColumns(ordinary, wide, block + "attn_output.weight");
        }
        float[][] expected = logits(ordinary);
        float[][] actual = logits(wide);
        for (int position = 0; position < TOKENS.length; position++) {
            for (int token = 0; token < SmallModelFile.VOCABULARY; token++) {
                assertThat(actual[position][token])
                        .as("position %d, token %d", position, token)
                        .isCloseTo(expected[position][token], within(1e-4f));
            }
        }
        assertThat(expected[39]).isNotEqualTo(expected[38]);
    }

    private static void widenRows(
            SmallModelFile from, SmallModelFile to, String name, int heads, float scale) {
        int width = SmallModelFile.WIDTH;
        float[] values = from.values(name);
        float[] wide = new float[heads * WIDER * width];
        for (int row = 0; row < heads * HEAD; row++) {
            for (int column = 0; column < width; column++) {
                int wideRow = row / HEAD * WIDER + row % HEAD;
                wide[wideRow * width + column] = scale * values[row * width + column];
            }
        }
        to.matrix(name, width, heads * WIDER, wide);
    }

    private static void widenColumns(SmallModelFile from, SmallModelFile to, String name) {
        int width = SmallModelFile.WIDTH;
        float[] values = from.values(name);
        float[] wide = new float[width * 4 * WIDER];
        for (int row = 0; row < width; row++) {
            for (int column = 0; column < 4 * HEAD; column++) {
                int wideColumn = column / HEAD * WIDER + column % HEAD;
                wide[row * 4 * WIDER + wideColumn] = values[row * 4 * HEAD + column];
            }
        }
        to.matrix(name, 4 * WIDER, width, wide);
    }

    private float[][] logits(SmallModelFile file) throws IOException {
        try (TestModel model = TestModel.load(file.writeTo(folder), 128)) {
            return model.logits(TOKENS, List.of(TOKENS.length));
        }
    }
}
