package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Recognizer;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

class TokenTrieTest {

    @Test
    void aTextIsCutIntoTheLongestTokens() {
        TestVocabulary vocabulary = TestVocabulary.small();
        byte[] text = "{\"tags\": [\"name\"]}é\u0001".getBytes(StandardCharsets.UTF_8);

        ByteArrayOutputStream spelled = new ByteArrayOutputStream();
        int[] cut = new TokenTrie(vocabulary).cut(text, vocabulary);
        for (int token : cut) {
            spelled.writeBytes(vocabulary.bytes(token));
        }

        assertThat(spelled.toByteArray()).isEqualTo(text);
        assertThat(cut).hasSizeLessThan(text.length / 2);
    }

    @Test
    void aPrefixThatNoTokenEndsOnIsNoToken() {
        TestVocabulary vocabulary =
                new TestVocabulary(
                        List.of("abc".getBytes(StandardCharsets.UTF_8), new byte[] {'b'}), 1);
        TokenTrie trie = new TokenTrie(vocabulary);

        assertThat(trie.longestPrefix(new byte[] {'a', 'b', 'd'}, 0)).isEqualTo(-1);
        assertThat(trie.longestPrefix(new byte[] {'a', 'b', 'd'}, 1)).isEqualTo(1);
        assertThat(trie.cut(new byte[] {'b', 'a', 'b'}, vocabulary)).isNull();
    }

    @Test
    void theRecognizerIsLeftWhereItWas() {
        TestVocabulary vocabulary = TestVocabulary.small();
        TokenTrie trie = new TokenTrie(vocabulary);
        Recognizer recognizer = GrammarCompiler.compile("true").start();
        recognizer.push('"');
        Object before = recognizer.place();

        trie.allow(recognizer, new TokenMask(vocabulary.size()));

        assertThat(recognizer.place()).isSameAs(before);
        recognizer.pop(1);
        assertThat(recognizer.push('{')).isTrue();
    }

    @Test
    void aMaskIsASetOfTokens() {
        TokenMask mask = new TokenMask(130);
        mask.allow(0);
        mask.allow(63);
        mask.allow(64);
        mask.allow(129);

        assertThat(mask.cardinality()).isEqualTo(4);
        assertThat(mask.nextAllowed(0)).isZero();
        assertThat(mask.nextAllowed(1)).isEqualTo(63);
        assertThat(mask.nextAllowed(64)).isEqualTo(64);
        assertThat(mask.nextAllowed(65)).isEqualTo(129);
        assertThat(mask.nextAllowed(130)).isEqualTo(-1);
        mask.clear(129);
        assertThat(mask.nextAllowed(65)).isEqualTo(-1);
        assertThat(mask.allows(129)).isFalse();
        assertThat(mask.allows(130)).isFalse();
        assertThat(mask.allows(-1)).isFalse();
        assertThatThrownBy(() -> mask.clear(130)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
