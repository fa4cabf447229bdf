package dev.talaria.eval.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What log-likelihoods of choices come to.
class ChoiceScoresTest {

    private static ChoiceScores scores(List<String> texts, double... logLikelihoods) {
        List<Choice> choices = texts.stream().map(text -> Choice.after("c", text)).toList();
        return ChoiceScores.of(ChoiceQuestion.of("c", choices, 0), logLikelihoods);
    }

    @Test
    void theMostProbableChoiceIsChosen() {
        assertThat(scores(List.of("a", "b", "c"), -3, -1, -2).best()).isEqualTo(1);
    }

    @Test
    void ofSeveralThatAreEquallyProbableTheFirstIsChosen() {
        ChoiceScores scores = scores(List.of("aa", "bb", "cc"), -2, -1, -1);
        assertThat(scores.best()).isEqualTo(1);
        assertThat(scores.bestByLength()).isEqualTo(1);
        assertThat(scores.bestByBytes()).isEqualTo(1);
    }

    @Test
    void aLongChoiceIsWeighedByItsCharacters() {
        ChoiceScores scores = scores(List.of("no", "certainly"), -2, -4);
        assertThat(scores.best()).isZero();
        assertThat(scores.bestByLength()).isEqualTo(1);
    }

    @Test
    void charactersAndBytesDifferOutsideOfAscii() {
        // Four characters and six bytes against five of both; one character of four bytes.
        ChoiceScores scores = scores(List.of("größ", "abcde"), -4.4, -5.0);
        assertThat(scores.bestByLength()).isEqualTo(1);
        assertThat(scores.bestByBytes()).isZero();
        ChoiceScores face = scores(List.of("😀", "ab"), -1.5, -2.0);
        assertThat(face.bestByLength()).isEqualTo(1);
        assertThat(face.bestByBytes()).isZero();
    }

    @Test
    void truthIsTheShareOfProbabilityOfWhatIsTrue() {
        List<Choice> truths =
                Stream.of("t", "u", "f").map(text -> Choice.after("c", text)).toList();
        ChoiceQuestion question =
                new ChoiceQuestion("c", truths.subList(0, 1), Set.of(0), truths, 2);
        double[] likelihoods = {-1, Math.log(0.02), Math.log(0.04), Math.log(0.02)};
        assertThat(ChoiceScores.of(question, likelihoods).truth()).isCloseTo(0.75, within(1e-12));
        // No number is as small as these likelihoods.
        double[] small = {-1, -2000, -2000 + Math.log(2), -2000};
        assertThat(ChoiceScores.of(question, small).truth()).isCloseTo(0.75, within(1e-9));
    }

    @Test
    void theStandardErrorIsThatOfTheSample() {
        SampleMean mean = SampleMean.of(new double[] {1, 0, 0, 1, 1});
        assertThat(mean.value()).isEqualTo(0.6);
        assertThat(mean.standardError().orElseThrow())
                .isCloseTo(Math.sqrt(0.6 * 0.4 / 4), within(1e-12));
        assertThat(SampleMean.of(new double[] {1}).standardError()).isEmpty();
    }
}
