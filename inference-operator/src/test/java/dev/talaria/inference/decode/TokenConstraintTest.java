package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

class TokenConstraintTest {

    private static final TestVocabulary VOCABULARY = TestVocabulary.small();
    private static final Constraints CONSTRAINTS = new Constraints(VOCABULARY);
    private static final TokenTrie TRIE = new TokenTrie(VOCABULARY);

    private static final Grammar INVOICE =
            GrammarCompiler.compile(
                    """
                    {"type": "object",
                     "properties": {"name": {"type": "string"}, "total": {"type": "integer"}},
                     "required": ["total"], "additionalProperties": false}\
                    """);

    private static int[] tokens(String text) {
        return TRIE.cut(text.getBytes(StandardCharsets.UTF_8), VOCABULARY);
    }

    private static int token(String text) {
        int[] tokens = tokens(text);
        assertThat(tokens).as(text).hasSize(1);
        return tokens[0];
    }

    private static String finish(TokenConstraint constraint, String soFar) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(soFar.getBytes(StandardCharsets.UTF_8));
        while (!constraint.isComplete()) {
            TokenMask mask = constraint.mask();
            int token = mask.nextAllowed(0);
            while (!constraint.fits(token)) {
                token = mask.nextAllowed(token + 1);
            }
            constraint.commit(token);
            out.writeBytes(VOCABULARY.bytes(token));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyTokenOfAValidAnswerIsAllowed() {
        TokenConstraint constraint = CONSTRAINTS.start(INVOICE, 100);

        for (int token : tokens("{\"name\": \"日本 \\\"the\\\" é\", \"total\": 2026}")) {
            assertThat(constraint.mask().allows(token)).as("token %d", token).isTrue();
            assertThat(constraint.fits(token)).isTrue();
            constraint.commit(token);
        }

        assertThat(constraint.isComplete()).isTrue();
    }

    @Test
    void theEndTokenIsAllowedExactlyWhereTheValueIsWhole() {
        TokenConstraint constraint = CONSTRAINTS.start(INVOICE, 100);

        for (int token : tokens("{\"total\": 12}")) {
            assertThat(constraint.mask().allows(VOCABULARY.endToken())).isFalse();
            assertThat(constraint.fits(VOCABULARY.endToken())).isFalse();
            constraint.commit(token);
        }

        assertThat(constraint.mask().cardinality()).isEqualTo(1);
        assertThat(constraint.mask().allows(VOCABULARY.endToken())).isTrue();
        constraint.commit(VOCABULARY.endToken());
        assertThat(constraint.mask().cardinality()).isZero();
        assertThat(constraint.canContinue()).isFalse();
    }

    @Test
    void anAnswerThatCannotGoOnSaysSo() {
        TokenConstraint object = CONSTRAINTS.start(INVOICE, 100);
        for (int token : tokens("{\"total\": 12}")) {
            assertThat(object.canContinue()).isTrue();
            object.commit(token);
        }
        assertThat(object.canContinue()).isFalse();
    }

    @Test
    void aWholeNumberMayGoOnOrEnd() {
        Grammar number = GrammarCompiler.compile("{\"type\": \"integer\", \"maximum\": 150}");
        TokenConstraint constraint = CONSTRAINTS.start(number, 5);

        constraint.commit(token("12"));

        assertThat(constraint.isComplete()).isTrue();
        assertThat(constraint.canContinue()).isTrue();
        assertThat(constraint.mask().allows(VOCABULARY.endToken())).isTrue();
        assertThat(constraint.mask().allows(token("5"))).isTrue();
        assertThat(constraint.mask().allows(token("00"))).isFalse();
    }

    @Test
    void controlTokensAreNeverAllowed() {
        Grammar any = GrammarCompiler.compile("true");
        TokenConstraint constraint = CONSTRAINTS.start(any, 50);

        assertThat(constraint.mask().allows(0)).isFalse();
        assertThat(constraint.fits(0)).isFalse();
        assertThatThrownBy(() -> constraint.commit(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(constraint.mask().allows(VOCABULARY.endToken())).isFalse();
    }

    @Test
    void bothTokensOfTheSameBytesAreAllowed() {
        Grammar string = GrammarCompiler.compile("{\"type\": \"string\"}");
        TokenConstraint constraint = CONSTRAINTS.start(string, 50);
        constraint.commit(token("\""));

        long allowed =
                IntStream.range(0, VOCABULARY.size())
                        .filter(t -> Arrays.equals(VOCABULARY.bytes(t), new byte[] {(byte) 0xC3}))
                        .filter(constraint.mask()::allows)
                        .count();

        assertThat(allowed).isEqualTo(2);
    }

    @Test
    void theLeastBudgetForcesTheShortestAnswer() {
        int least = CONSTRAINTS.start(INVOICE, 100).minimumTokens();
        TokenConstraint constraint = CONSTRAINTS.start(INVOICE, least);

        int steps = 0;
        while (!constraint.isComplete()) {
            TokenMask mask = constraint.mask();
            assertThat(mask.cardinality()).isEqualTo(1);
            constraint.commit(mask.nextAllowed(0));
            steps++;
        }

        assertThat(steps).isEqualTo(least);
        assertThat(constraint.canContinue()).isFalse();
        assertThat(constraint.mask().nextAllowed(0)).isEqualTo(VOCABULARY.endToken());
    }

    @Test
    void aBudgetBelowTheLeastIsRefusedWithTheLeast() {
        int least = CONSTRAINTS.start(INVOICE, 100).minimumTokens();

        assertThatThrownBy(() -> CONSTRAINTS.start(INVOICE, least - 1))
                .isInstanceOfSatisfying(
                        TokenBudgetException.class,
                        e -> {
                            assertThat(e.minimumTokens()).isEqualTo(least);
                            assertThat(e.maxTokens()).isEqualTo(least - 1);
                        });
    }

    @Test
    void aTokenThatWouldOverspendDoesNotFit() {
        Grammar grammar =
                GrammarCompiler.compile(
                        """
                        {"type": "object", "additionalProperties": false,
                         "properties": {
                           "a": {"type": "array", "items": {"type": "string", "minLength": 40}},
                           "total": {"type": "integer"}},
                         "required": ["total"]}\
                        """);
        int least = CONSTRAINTS.start(grammar, 1000).minimumTokens();
        TokenConstraint constraint = CONSTRAINTS.start(grammar, least + 6);
        for (int token : tokens("{\"a\": [")) {
            assertThat(constraint.fits(token)).isTrue();
            constraint.commit(token);
        }

        assertThat(constraint.mask().allows(token("\""))).isTrue();
        assertThat(constraint.fits(token("\""))).isFalse();
        assertThatThrownBy(() -> constraint.commit(token("\"")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(constraint.fits(token("]"))).isTrue();
        assertThat(finish(constraint, "{\"a\": [")).matches("\\{\"a\": \\[], \"total\": -?\\d+}");
    }

    @Test
    void aForkGoesItsOwnWay() {
        TokenConstraint constraint = CONSTRAINTS.start(INVOICE, 40);
        for (int token : tokens("{\"name\": \"the")) {
            constraint.commit(token);
        }
        TokenConstraint fork = constraint.fork();
        for (int token : tokens("\", \"total\": 1}")) {
            fork.commit(token);
        }

        assertThat(fork.isComplete()).isTrue();
        assertThat(constraint.isComplete()).isFalse();
        assertThat(constraint.mask().allows(token("name"))).isTrue();
        assertThat(finish(constraint, "{\"name\": \"the")).endsWith("}");
    }

    @Test
    void aChangedMaskIsWholeAgainTheNextTime() {
        TokenConstraint constraint = CONSTRAINTS.start(INVOICE, 40);
        TokenMask mask = constraint.mask();
        int allowed = mask.cardinality();

        mask.clear(mask.nextAllowed(0));

        assertThat(constraint.mask().cardinality()).isEqualTo(allowed);
        assertThat(CONSTRAINTS.start(INVOICE, 40).mask().cardinality()).isEqualTo(allowed);
    }

    @Test
    void aVocabularyWithoutSomeByteIsRefused() {
        TestVocabulary whole = TestVocabulary.octets();
        TestVocabulary broken =
                new TestVocabulary(
                        whole.tokens().stream()
                                .map(b -> b.length == 1 && b[0] == '{' ? new byte[0] : b)
                                .toList(),
                        whole.endToken());

        assertThatThrownBy(() -> new Constraints(broken))
                .isInstanceOf(IncompleteVocabularyException.class)
                .hasMessageContaining("0x7b");
    }
}
