package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Tokens taken back leave no trace: what follows is what follows on a copy that never had them.
class RollbackTest {

    private static final String[] SCHEMAS = {
        "true",
        "{\"type\": \"integer\", \"maximum\": 5000}",
        """
        {"type": "object", "additionalProperties": {"type": "integer"}, "required": ["name"],
         "properties": {"name": {"type": "string", "maxLength": 12},
                        "tags": {"type": "array", "uniqueItems": true, "minItems": 2,
                                 "items": {"enum": ["tag", "tags", 20, 2026]}}}}\
        """,
        """
        {"$defs": {"node": {"type": "object", "additionalProperties": false,
           "properties": {"name": {"const": "the"},
                          "tags": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
           "required": ["name"]}},
         "$ref": "#/$defs/node"}\
        """
    };

    private static final TestVocabulary VOCABULARY = TestVocabulary.small();
    private static final Constraints CONSTRAINTS = new Constraints(VOCABULARY);

    @Test
    void whatIsTakenBackNeverWas() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (String schema : SCHEMAS) {
            Grammar grammar = GrammarCompiler.compile(schema);
            int least = CONSTRAINTS.start(grammar, 10_000).minimumTokens();
            for (int i = 0; i < 25; i++) {
                // Small budgets force completions, large ones do without.
                int budget = least + random.nextInt(i % 2 == 0 ? 4 : 80);
                there(CONSTRAINTS.start(grammar, budget), random, "seed " + seed + ", " + schema);
            }
        }
    }

    private static void there(TokenConstraint constraint, SplittableRandom random, String place) {
        boolean goesOn = true;
        while (goesOn) {
            TokenConstraint copy = constraint.fork();
            int ahead = 0;
            for (int most = random.nextInt(6); ahead < most && step(constraint, random); ahead++) {
                assertThat(constraint.remainingTokens()).as(place).isNotNegative();
            }
            constraint.rollback(ahead);
            assertSame(constraint, copy, random, place);
            goesOn = step(constraint, random);
        }
    }

    // Whether a token was committed.
    private static boolean step(TokenConstraint constraint, SplittableRandom random) {
        List<Integer> fitting = fitting(constraint);
        if (fitting.isEmpty()) {
            return false;
        }
        constraint.commit(fitting.get(random.nextInt(fitting.size())));
        return true;
    }

    private static List<Integer> fitting(TokenConstraint constraint) {
        TokenMask mask = constraint.mask();
        List<Integer> fitting = new ArrayList<>();
        for (int t = mask.nextAllowed(0); t >= 0; t = mask.nextAllowed(t + 1)) {
            if (constraint.fits(t)) {
                fitting.add(t);
            }
        }
        return fitting;
    }

    private static void assertSame(
            TokenConstraint constraint,
            TokenConstraint copy,
            SplittableRandom random,
            String place) {
        TokenConstraint one = constraint.fork();
        long seed = random.nextLong();
        SplittableRandom choices = new SplittableRandom(seed);
        SplittableRandom same = new SplittableRandom(seed);
        assertThat(constraint.canContinue()).as(place).isEqualTo(copy.canContinue());
        for (int i = 0; i < 5; i++) {
            assertThat(one.remainingTokens()).as(place).isEqualTo(copy.remainingTokens());
            assertThat(one.isComplete()).as(place).isEqualTo(copy.isComplete());
            assertThat(fitting(one)).as(place).isEqualTo(fitting(copy));
            assertThat(one.guess()).as(place).isEqualTo(copy.guess());
            assertThat(step(one, choices)).as(place).isEqualTo(step(copy, same));
        }
    }

    @Test
    void theEndIsTakenBackToo() {
        TokenConstraint constraint = CONSTRAINTS.start(GrammarCompiler.compile("true"), 9);
        constraint.commit(token("null"));
        int remaining = constraint.remainingTokens();
        constraint.commit(VOCABULARY.endToken());
        assertThat(constraint.mask().cardinality()).isZero();

        constraint.rollback(1);

        assertThat(constraint.remainingTokens()).isEqualTo(remaining);
        assertThat(constraint.mask().allows(VOCABULARY.endToken())).isTrue();
        constraint.rollback(1);
        assertThat(constraint.remainingTokens()).isEqualTo(9);
        assertThat(constraint.isComplete()).isFalse();
    }

    @Test
    void theLastTokensCanBeTakenBackAndNoMore() {
        Grammar strings = GrammarCompiler.compile("{\"type\": \"string\"}");
        TokenConstraint constraint = CONSTRAINTS.start(strings, 500);
        constraint.commit(token("\""));
        assertThat(constraint.revocable()).isEqualTo(1);
        for (int i = 0; i < 300; i++) {
            constraint.commit(token("the"));
        }
        assertThat(constraint.revocable()).isEqualTo(TokenConstraint.MOST_REVOKED);
        assertThatThrownBy(() -> constraint.rollback(TokenConstraint.MOST_REVOKED + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> constraint.rollback(-1))
                .isInstanceOf(IllegalArgumentException.class);
        constraint.rollback(TokenConstraint.MOST_REVOKED);
        assertThat(constraint.revocable()).isZero();
        assertThat(constraint.remainingTokens())
                .isEqualTo(500 - 301 + TokenConstraint.MOST_REVOKED);

        TokenConstraint copy = constraint.fork();
        assertThat(copy.revocable()).isZero();
        copy.commit(token("the"));
        copy.rollback(1);
        assertThatThrownBy(() -> copy.rollback(1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static int token(String text) {
        for (int token = VOCABULARY.size() - 1; token >= 0; token--) {
            if (new String(VOCABULARY.bytes(token), StandardCharsets.UTF_8).equals(text)) {
                return token;
            }
        }
        throw new AssertionError(text);
    }
}
