package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

class ByteLevelMergesTest {

    private static final long SEED = 13L;

    @Test
    void earlierMergesAreCarriedOutFirst() {
        ObjectNode json = SmallTokenizers.byteLevelJson();
        set(json, List.of("bc", "ab", "abc"), List.of("b c", "a b", "ab c"), false);
        assertThat(pieces(read(json), "abc")).containsExactly("a", "bc");
        set(json, List.of("bc", "ab", "abc"), List.of("a b", "b c", "ab c"), false);
        assertThat(pieces(read(json), "abc")).containsExactly("abc");
    }

    @Test
    void aWholePartIsItsTokenOnlyWhereMergesAreIgnored() {
        ObjectNode json = SmallTokenizers.byteLevelJson();
        set(json, List.of("abc"), List.of(), true);
        assertThat(pieces(read(json), "abc")).containsExactly("abc");
        set(json, List.of("abc"), List.of(), false);
        assertThat(pieces(read(json), "abc")).containsExactly("a", "b", "c");
    }

    @Test
    void mergesAreWrittenAsTextOrAsPairs() {
        ObjectNode json = SmallTokenizers.byteLevelJson();
        int[] expected = read(json).encodeText("hello in the", TextStart.FRESH);
        ArrayNode pairs = ((ObjectNode) json.get("model")).putArray("merges");
        for (String merge : List.of("h e", "l l", "he ll", "hell o", "i n", "t h", "th e")) {
            Arrays.asList(merge.split(" ")).forEach(pairs.addArray()::add);
        }
        assertThat(expected).hasSize(6);
        assertThat(read(json).encodeText("hello in the", TextStart.FRESH)).isEqualTo(expected);
    }

    @Test
    void mergesNeverCrossACut() {
        Tokenizer tokenizer = read(SmallTokenizers.byteLevelJson());
        assertThat(pieces(tokenizer, "1he")).containsExactly("1", "he");
        assertThat(pieces(tokenizer, "h e")).containsExactly("h", "Ġ", "e");
    }

    @Test
    void joiningAgreesWithTheSlowDefinition() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 40; round++) {
            List<String> merges = randomMerges(random);
            ObjectNode json = SmallTokenizers.byteLevelJson();
            set(json, merges.stream().map(m -> m.replace(" ", "")).toList(), merges, false);
            Tokenizer tokenizer = read(json);
            for (int i = 0; i < 30; i++) {
                String text = word(random, 1 + random.nextInt(30));
                assertThat(pieces(tokenizer, text))
                        .as("seed %d, round %d, text %s, merges %s", SEED, round, text, merges)
                        .isEqualTo(slowly(merges, text));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h", "he", "hello", " ", "\n", "1", "é", "!"})
    void aMegabyteOfOneWordIsEncodedAndComesBack(String unit) {
        Tokenizer tokenizer = read(SmallTokenizers.byteLevelJson());
        String text = unit.repeat((1 << 20) / unit.length());
        int[] tokens = tokenizer.encodeText(text, TextStart.FRESH);
        assertThat(tokenizer.decode(tokens, TextStart.FRESH)).isEqualTo(text);
    }

    private static void set(
            ObjectNode json, List<String> words, List<String> merges, boolean ignoreMerges) {
        ObjectNode fresh = SmallTokenizers.byteLevelJson();
        json.setAll(fresh);
        ObjectNode model = (ObjectNode) json.get("model");
        ObjectNode vocabulary = (ObjectNode) model.get("vocab");
        Set<String> texts = new HashSet<>(words);
        texts.forEach(word -> {
            if (!vocabulary.has(word)) {
                vocabulary.put(word, 300 + vocabulary.size());
            }
        });
        ArrayNode list = model.putArray("merges");
        merges.forEach(list::add);
        model.put("ignore_merges", ignoreMerges);
    }

    // Each merge joins letters or what earlier merges have made.
    private static List<String> randomMerges(SplittableRandom random) {
        List<String> symbols = new ArrayList<>(List.of("a", "b", "c"));
        List<String> merges = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            String left = symbols.get(random.nextInt(symbols.size()));
            String right = symbols.get(random.nextInt(symbols.size()));
            if (left.length() + right.length() < 8 && !merges.contains(left + " " + right)) {
                merges.add(left + " " + right);
                symbols.add(left + right);
            }
        }
        return merges;
    }

    private static String word(SplittableRandom random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }

    private static List<String> slowly(List<String> merges, String text) {
        List<String> symbols = new ArrayList<>(List.of(text.split("")));
        while (true) {
            int best = -1;
            int bestRank = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int rank = merges.indexOf(symbols.get(i) + " " + symbols.get(i + 1));
                if (rank >= 0 && rank < bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
            if (best < 0) {
                return symbols;
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
    }

    private static Tokenizer read(ObjectNode json) {
        return SmallTokenizers.read("tokenizer.json", SmallTokenizers.utf8(json));
    }

    private static List<String> pieces(Tokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encodeText(text, TextStart.CONTINUED))
                .mapToObj(tokenizer.vocabulary()::text)
                .toList();
    }
}
