package dev.talaria.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.schemas.grammar.GrammarCompiler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

class DrafterTest {

    // By a right guess: one sequence, and weights whose reading takes as long as five rows.
    private static final double ROWS_SAVED = 6;

    @TempDir private Path folder;

    private static int[] guess(Drafter drafter, int most, int... tokens) {
        return guess(drafter, most, ROWS_SAVED, tokens);
    }

    private static int[] guess(Drafter drafter, int most, double rowsSaved, int... tokens) {
        int count = drafter.guess(tokens, tokens.length, null, most, rowsSaved);
        return IntStream.range(0, count).map(drafter::token).toArray();
    }

    /// A drafter whose guesses have been right so far.
    private static Drafter confident(int most) {
        Drafter drafter = new Drafter(most);
        for (int i = 0; i < 30; i++) {
            drafter.hear(guess(drafter, most, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2).length);
        }
        return drafter;
    }

    @Test
    void whatFollowedTheLatestTokensBeforeIsGuessedToFollowAgain() {
        assertThat(guess(confident(4), 4, 7, 8, 1, 2, 3, 4, 5, 9, 1, 2))
                .containsExactly(3, 4, 5, 9);
        assertThat(guess(confident(4), 2, 7, 8, 1, 2, 3, 4, 5, 9, 1, 2)).containsExactly(3, 4);
        assertThat(guess(confident(8), 8, 1, 2, 3, 1, 2)).containsExactly(3, 1, 2);
    }

    @Test
    void theLongestMatchCountsAndOfSeveralTheLast() {
        assertThat(guess(confident(1), 1, 5, 1, 2, 30, 6, 1, 2, 40, 5, 1, 2)).containsExactly(30);
        assertThat(guess(confident(1), 1, 1, 2, 30, 1, 2, 40, 1, 2)).containsExactly(40);
    }

    @Test
    void aSingleTokenThatCameTwiceSaysNothing() {
        assertThat(guess(confident(1), 1, 5, 1, 8, 9, 1)).containsExactly(8);
        assertThat(guess(confident(1), 1, 1, 5, 1, 8, 9, 1)).isEmpty();
        assertThat(guess(confident(1), 1, 1, 2, 3)).isEmpty();
        assertThat(guess(confident(1), 1, 1)).isEmpty();
        assertThat(guess(confident(1), 0, 1, 2, 3, 1)).isEmpty();
    }

    @Test
    void whoeverGuessesWrongGuessesLessAndAtLastSeldom() {
        Drafter drafter = confident(8);
        int[] repeating = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2};
        assertThat(guess(drafter, 8, repeating)).hasSize(8);
        for (int i = 0; i < 3; i++) {
            drafter.hear(0);
            guess(drafter, 8, repeating);
        }
        drafter.hear(0);
        assertThat(guess(drafter, 8, repeating)).hasSizeLessThan(8).isNotEmpty();
        for (int i = 0; i < 10; i++) {
            drafter.hear(0);
            guess(drafter, 8, repeating);
        }
        int guessed = 0;
        for (int i = 0; i < 100; i++) {
            guessed += guess(drafter, 8, repeating).length;
            drafter.hear(0);
        }
        assertThat(guessed).isBetween(1, 10);
        for (int i = 0; i < 200; i++) {
            drafter.hear(guess(drafter, 8, repeating).length);
        }
        assertThat(guess(drafter, 8, repeating)).hasSize(8);
    }

    @Test
    void aGuessThatSavesLittleIsMadeOnlyWhereItIsNearlySure() {
        int[] repeating = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2};
        Drafter sure = confident(8);
        Drafter unsure = new Drafter(8);
        for (int i = 0; i < 40; i++) {
            unsure.hear(guess(unsure, 1, repeating).length * (i % 2));
        }
        assertThat(guess(sure, 8, 1.3, repeating)).hasSize(8);
        assertThat(guess(unsure, 8, 6, repeating)).hasSizeBetween(1, 4);
        assertThat(guess(unsure, 8, 1.3, repeating)).isEmpty();
        assertThat(guess(sure, 8, 1, repeating)).isEmpty();
    }

    @Test
    void guessesAreWhatTheGrammarAllowsAndSpellWhatItDemands() throws IOException {
        try (EngineFixture fixture = new EngineFixture(folder, TensorType.Q8_0)) {
            Constraints constraints = fixture.constraints();
            TokenConstraint constraint =
                    constraints.start(
                            GrammarCompiler.compile(
                                    """
                                    {"type": "object", "additionalProperties": false,
                                     "properties": {"vendor": {"type": "string"}},
                                     "required": ["vendor"]}\
                                    """),
                            60);
            Drafter drafter = new Drafter(32);
            int[] nothing = {2, 2};
            StringBuilder spelled = new StringBuilder();
            int count;
            do {
                count = drafter.guess(nothing, 2, constraint, 32, ROWS_SAVED);
                for (int i = 0; i < count; i++) {
                    assertThat(constraint.mask().allows(drafter.token(i))).isTrue();
                    assertThat(constraint.fits(drafter.token(i))).isTrue();
                    constraint.commit(drafter.token(i));
                    int[] token = {drafter.token(i)};
                    spelled.append(fixture.tokenizer().decode(token, TextStart.CONTINUED));
                }
                drafter.hear(count);
            } while (count > 0);
            assertThat(spelled.toString()).startsWith("{\"vendor\": ").contains("\"vendor\": ");
        }
    }
}
