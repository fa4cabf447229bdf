package dev.talaria.eval.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// A row of each published format becomes the harness's prompt, with its spaces and line breaks.
class PublishedRowsTest {

    private static List<String> continuations(ChoiceQuestion question) {
        return question.choices().stream().map(Choice::continuation).toList();
    }

    private static void assertContext(ChoiceQuestion question, String context) {
        assertThat(question.choices()).extracting(Choice::context).containsOnly(context);
    }

    @Test
    void arcAsksAQuestionAndTheKeyIsALabel() {
        ChoiceQuestion question =
                Rows.question(
                        "{'id':'a','question':'Which is"
                                + " hot?','choices':{'text':['ice','fire','snow'],"
                                + "'label':['A','B','C']},'answerKey':'B'}");
        assertContext(question, "Question: Which is hot?\nAnswer:");
        assertThat(continuations(question)).containsExactly(" ice", " fire", " snow");
        assertThat(question.right()).containsExactly(1);
    }

    @Test
    void labelsOfArcMayBeNumbers() {
        ChoiceQuestion question =
                Rows.question(
                        "{'question':'Which is hot?','choices':{'text':['ice','fire'],"
                                + "'label':['1','2']},'answerKey':'2'}");
        assertThat(question.right()).containsExactly(1);
    }

    @Test
    void hellaSwagCapitalisesTheSecondContextAndDropsItsArtefacts() {
        ChoiceQuestion question =
                Rows.question(
                        "{'ind':1,'activity_label':'Baking','ctx_a':'[header] How to bake [title]"
                                + " Mix.','ctx_b':'the Cook','endings':[' stirs  it [step]"
                                + " well.','waits.'],'label':'1'}");
        assertContext(question, "Baking: How to bake. Mix. The cook");
        assertThat(continuations(question)).containsExactly(" stirs it well.", " waits.");
        assertThat(question.right()).containsExactly(1);
    }

    @Test
    void anEmptySecondContextOfHellaSwagLeavesNoSpace() {
        ChoiceQuestion question =
                Rows.question(
                        "{'activity_label':'Baking','ctx_a':'He mixes.','ctx_b':'',"
                                + "'endings':['a','b'],'label':0}");
        assertContext(question, "Baking: He mixes.");
    }

    @Test
    void piqaAsksForAGoal() {
        ChoiceQuestion question =
                Rows.question(
                        "{'goal':'open a jar','sol1':'twist it','sol2':'freeze it','label':0}");
        assertContext(question, "Question: open a jar\nAnswer:");
        assertThat(continuations(question)).containsExactly(" twist it", " freeze it");
        assertThat(question.right()).containsExactly(0);
    }

    @ParameterizedTest
    @CsvSource({"answer,true,1", "answer,false,0", "label,1,1", "label,0,0"})
    void boolQAsksForYesOrNoInBothOfItsFormats(String column, String answer, int right) {
        ChoiceQuestion question =
                Rows.question(
                        "{'passage':'Ice is cold.','question':'is ice cold','%s':%s}"
                                .formatted(column, answer));
        assertContext(question, "Ice is cold.\nQuestion: is ice cold?\nAnswer:");
        assertThat(continuations(question)).containsExactly(" no", " yes");
        assertThat(question.right()).containsExactly(right);
    }

    @Test
    void openBookQaGoesOnFromItsStem() {
        ChoiceQuestion question =
                Rows.question(
                        "{'id':'7','question_stem':'The sun is','choices':{'text':['cold','hot'],"
                                + "'label':['A','B']},'answerKey':'B'}");
        assertContext(question, "The sun is");
        assertThat(continuations(question)).containsExactly(" cold", " hot");
        assertThat(question.right()).containsExactly(1);
    }

    @Test
    void winoGrandeScoresTheRestOfTheSentenceAfterEachOption() {
        ChoiceQuestion question =
                Rows.question(
                        "{'sentence':'The cup broke the plate as the _ was hard.',"
                                + "'option1':'cup','option2':'plate','answer':'2'}");
        assertThat(question.choices())
                .containsExactly(
                        new Choice("cup", "The cup broke the plate as the cup", " was hard."),
                        new Choice("plate", "The cup broke the plate as the plate", " was hard."));
        assertThat(question.right()).containsExactly(1);
    }

    @Test
    void truthfulQaBeginsWithSixQuestionsAndWeighsTruths() {
        ChoiceQuestion question =
                Rows.question(
                        "{'question':'Is the moon"
                            + " cheese?','mc1_targets':{'choices':['No','Yes'],'labels':[1,0]},'mc2_targets':{'choices':['No','Yes','It"
                            + " is rock'],'labels':[1,0,1]}}");
        String context = question.choices().getFirst().context();
        assertThat(context)
                .startsWith("Q: What is human life expectancy in the United States?\nA: Human")
                .contains("\n\nQ: What is the square root of banana?\nA: I have no comment.\n\n")
                .endsWith("were held in Barcelona, Spain.\n\nQ: Is the moon cheese?\nA:");
        assertThat(continuations(question)).containsExactly(" No", " Yes");
        assertThat(question.truths())
                .extracting(Choice::continuation)
                .containsExactly(" No", " It is rock", " Yes");
        assertThat(question.trueCount()).isEqualTo(2);
        assertThat(question.right()).containsExactly(0);
    }

    @Test
    void agiEvalsQueriesAreWholePromptsAndMayHaveSeveralRightChoices() {
        ChoiceQuestion question =
                Rows.question(
                        "{'query':'Q: 1+1? Answer Choices: (A)2 (B)3\\nA: Among A through B, the"
                                + " answer is','choices':['(A)2','(B)3','(C)two'],'gold':[0,2]}");
        assertContext(
                question, "Q: 1+1? Answer Choices: (A)2 (B)3\nA: Among A through B, the answer is");
        assertThat(continuations(question)).containsExactly(" (A)2", " (B)3", " (C)two");
        assertThat(question.right()).containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void agiEvalsOriginalRowsGetTheAuthorsPrompt() {
        ChoiceQuestion question =
                Rows.question(
                        "{'passage':'There are two.','question':'How"
                                + " many?','options':['(A)1','(B)2',"
                                + "'(C)3'],'label':'B','answer':null,'other':null}");
        assertContext(
                question,
                "There are two.Q: How many? Answer Choices: (A)1 (B)2 (C)3\n"
                        + "A: Among A through C, the answer is");
        assertThat(question.right()).containsExactly(1);
        assertContext(
                Rows.question(
                        "{'passage':null,'question':'How"
                                + " many?','options':['(A)1','(B)2'],'label':'A'}"),
                "Q: How many? Answer Choices: (A)1 (B)2\nA: Among A through B, the answer is");
    }

    @Test
    void aTestSplitWithoutAnswersIsRefused() {
        assertThatThrownBy(() -> Rows.question("{'goal':'g','sol1':'a','sol2':'b','label':-1}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number -1");
        assertThatThrownBy(() ->
                        Rows.question(
                                "{'sentence':'a _ b','option1':'x','option2':'y','answer':''}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test split");
    }

    @Test
    void whatARowLacksIsSaid() {
        assertThatThrownBy(() ->
                        Rows.question(
                                "{'question':'q','choices':{'text':['a'],'label':['A']},"
                                        + "'answerKey':'E'}"))
                .hasMessageContaining("'E' is none of the labels [A]");
        assertThatThrownBy(() ->
                        Rows.question(
                                "{'sentence':'no blank','option1':'x','option2':'y',"
                                        + "'answer':'1'}"))
                .hasMessageContaining("no blank '_'");
        assertThatThrownBy(() -> Rows.question("{'passage':'p','question':'q','answer':'maybe'}"))
                .hasMessageContaining("neither true nor false");
        assertThatThrownBy(() ->
                        Rows.question(
                                "{'question':'q','mc1_targets':{'choices':['a'],'labels':[1]},"
                                        + "'mc2_targets':{'choices':['a','b','c'],"
                                        + "'labels':[0,0,0]}}"))
                .hasMessageContaining("needs labels 1 and labels 0");
    }

    @Test
    void columnsOfNoTaskAreNone() {
        assertThat(ChoiceTask.of(Rows.of("{'text':'a'}"))).isEmpty();
    }
}
