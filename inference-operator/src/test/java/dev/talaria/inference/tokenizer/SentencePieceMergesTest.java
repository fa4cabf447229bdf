package dev.talaria.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

class SentencePieceMergesTest {

    private static final long SEED = 7L;

    @TempDir Path folder;

    @Test
    void theHighestScoreIsJoinedFirst() throws IOException {
        Tokenizer tokenizer =
                new VocabularyFile()
                        .pieces("a", "b", "c")
                        .add("ab", TokenKind.NORMAL, -2f)
                        .add("bc", TokenKind.NORMAL, -1f)
                        .tokenizer(folder);
        assertThat(pieces(tokenizer, "abc")).containsExactly("a", "bc");
    }

    @Test
    void theLeftmostOfEqualsIsJoinedFirst() throws IOException {
        Tokenizer tokenizer =
                new VocabularyFile()
                        .pieces("a")
                        .add("aa", TokenKind.NORMAL, 0f)
                        .add("aaa", TokenKind.NORMAL, -0f)
                        .tokenizer(folder);
        assertThat(pieces(tokenizer, "aaaaa")).containsExactly("aaa", "aa");
    }

    @Test
    void positiveAndNegativeScoresAreOrdered() throws IOException {
        Tokenizer tokenizer =
                new VocabularyFile()
                        .pieces("a", "b", "c", "d")
                        .add("ab", TokenKind.NORMAL, -1e9f)
                        .add("bc", TokenKind.NORMAL, 0.5f)
                        .add("cd", TokenKind.NORMAL, 2f)
                        .tokenizer(folder);
        assertThat(pieces(tokenizer, "abcd")).containsExactly("ab", "cd");
    }

    @Test
    void aPieceMayHoldACharacterThatIsNoPiece() throws IOException {
        Tokenizer tokenizer = new VocabularyFile().pieces("a", "aé").tokenizer(folder);
        assertThat(pieces(tokenizer, "aéé")).containsExactly("aé", "<0xC3>", "<0xA9>");
    }

    @Test
    void charactersWithoutAPieceBecomeBytes() throws IOException {
        Tokenizer tokenizer = new VocabularyFile().pieces("a").tokenizer(folder);
        assertThat(pieces(tokenizer, "😀a"))
                .containsExactly("<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "a");
    }

    @Test
    void aSurrogateWithoutItsPartnerIsTheReplacementCharacter() throws IOException {
        Tokenizer tokenizer = new VocabularyFile().pieces("a").tokenizer(folder);
        for (String text : List.of("a\ud83da", "a\ude00a")) {
            int[] tokens = tokenizer.encodeText(text, TextStart.CONTINUED);
            assertThat(tokenizer.decode(tokens, TextStart.CONTINUED)).isEqualTo("a\uFFFDa");
        }
    }

    @Test
    void joiningAgreesWithTheSlowDefinition() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 50; round++) {
            Tokenizer tokenizer = randomVocabulary(random).tokenizer(folder);
            for (int i = 0; i < 20; i++) {
                String text = word(random, 1 + random.nextInt(30));
                assertThat(pieces(tokenizer, text))
                        .as("seed %d, round %d, text %s", SEED, round, text)
                        .isEqualTo(slowly(tokenizer.vocabulary(), text));
            }
        }
    }

    @Test
    void aMegabyteOfOneCharacterIsEncoded() throws IOException {
        Tokenizer tokenizer = new VocabularyFile().pieces("a", "aa", "aaaa").tokenizer(folder);
        int[] tokens = tokenizer.encodeText("a".repeat(1 << 20), TextStart.CONTINUED);
        assertThat(tokens).hasSize(1 << 18).containsOnly(VocabularyFile.FIRST + 2);
    }

    private static VocabularyFile randomVocabulary(SplittableRandom random) {
        VocabularyFile file = new VocabularyFile().pieces("a", "b", "c");
        for (int i = 0; i < 25; i++) {
            // Few distinct scores, so that ties are common.
            file.add(word(random, 2 + random.nextInt(4)), TokenKind.NORMAL, -random.nextInt(6));
        }
        return file;
    }

    private static String word(SplittableRandom random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(3)));
        }
        return word.toString();
    }

    // Looks at every pair each time and joins the best: the definition, without list or heap.
    private static List<String> slowly(Vocabulary vocabulary, String text) {
        List<String> symbols = new ArrayList<>(List.of(text.split("")));
        while (true) {
            int best = -1;
            float bestScore = Float.NEGATIVE_INFINITY;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int token = find(vocabulary, symbols.get(i) + symbols.get(i + 1));
                if (token >= 0 && vocabulary.score(token) > bestScore) {
                    best = i;
                    bestScore = vocabulary.score(token);
                }
            }
            if (best < 0) {
                return symbols;
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
    }

    // Of two tokens with one text the later counts.
    private static int find(Vocabulary vocabulary, String text) {
        for (int token = vocabulary.size() - 1; token >= VocabularyFile.FIRST; token--) {
            if (vocabulary.text(token).equals(text)) {
                return token;
            }
        }
        return -1;
    }

    private static List<String> pieces(Tokenizer tokenizer, String text) {
        return Arrays.stream(tokenizer.encodeText(text, TextStart.CONTINUED))
                .mapToObj(tokenizer.vocabulary()::text)
                .toList();
    }
}
