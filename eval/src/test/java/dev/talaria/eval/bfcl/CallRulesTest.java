package dev.talaria.eval.bfcl;

import static dev.talaria.eval.bfcl.Questions.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// Which calls an answer must have: how many, of what, with which parameters.
class CallRulesTest {

    private static final String WEATHER =
            "{'name':'weather.get','description':'Weather.','parameters':{'type':'dict','properties':{"
                + "'city':{'type':'string'},'days':{'type':'integer'},'unit':{'type':'string'}},"
                + "'required':['city']}}";
    private static final String TIME =
            "{'name':'time','description':'Time.','parameters':{'type':'dict','properties':{"
                    + "'zone':{'type':'string'}},'required':['zone']}}";
    private static final String ROME =
            "{'weather.get':{'city':['Rome'],'days':[3],'unit':['C','']}}";
    private static final String OSLO =
            "{'weather.get':{'city':['Oslo'],'days':[3],'unit':['C','']}}";

    private static BfclItem simple() {
        return Questions.item("simple", "[" + WEATHER + "]", "[" + ROME + "]");
    }

    private static BfclItem parallel(String groundTruth) {
        return Questions.item("parallel_multiple", "[" + WEATHER + "," + TIME + "]", groundTruth);
    }

    @Test
    void oneRightCallPasses() {
        assertThat(Questions.published(simple(), call("weather_get", "{'city':'Rome','days':3}")))
                .isEmpty();
        assertThat(
                        Questions.published(
                                simple(),
                                "Sure.\n"
                                        + call(
                                                "weather_get",
                                                "{'days':3,'unit':'c','city':'rome'}")))
                .isEmpty();
    }

    @Test
    void theNumberOfCallsCounts() {
        String right = call("weather_get", "{'city':'Rome','days':3}");
        assertThat(Questions.published(simple(), right + right)).contains("wrong-count");
        assertThat(Questions.published(simple(), "It is sunny.")).contains("wrong-count");
    }

    @Test
    void aRequiredParameterMustBeThere() {
        assertThat(Questions.published(simple(), call("weather_get", "{'days':3}")))
                .contains("missing-required");
    }

    @Test
    void onlyWhatMayBeLeftOutMayBeMissing() {
        assertThat(Questions.published(simple(), call("weather_get", "{'city':'Rome'}")))
                .contains("missing-optional");
    }

    @Test
    void noParameterMayBeMadeUp() {
        assertThat(
                        Questions.published(
                                simple(),
                                call("weather_get", "{'city':'Rome','days':3,'humid':true}")))
                .contains("unexpected-parameter");
        // It is described, but no right answer has it.
        BfclItem item =
                Questions.item(
                        "simple", "[" + WEATHER + "]", "[{'weather.get':{'city':['Rome']}}]");
        assertThat(Questions.published(item, call("weather_get", "{'city':'Rome','days':3}")))
                .contains("unexpected-parameter");
    }

    @Test
    void namesWithDotsHaveUnderscoresUnlessTheModelWasToldDots() {
        String dotted = call("weather.get", "{'city':'Rome','days':3}");
        String underscored = call("weather_get", "{'city':'Rome','days':3}");
        assertThat(Questions.published(simple(), dotted)).contains("wrong-name");
        BfclItem withDots =
                Questions.item("simple", "[" + WEATHER + "]", "[" + ROME + "]", NameStyle.DOTTED);
        assertThat(Questions.published(withDots, dotted)).isEmpty();
        assertThat(Questions.published(withDots, underscored)).contains("wrong-name");
        assertThat(simple().tools().getFirst().name()).isEqualTo("weather_get");
        assertThat(withDots.tools().getFirst().name()).isEqualTo("weather.get");
    }

    @Test
    void ofSeveralFunctionsTheRightOneIsCalled() {
        BfclItem item =
                Questions.item(
                        "multiple",
                        "[" + WEATHER + "," + TIME + "]",
                        "[{'time':{'zone':['UTC']}}]");
        assertThat(Questions.published(item, call("time", "{'zone':'utc'}"))).isEmpty();
        assertThat(Questions.published(item, call("weather_get", "{'city':'utc'}")))
                .contains("wrong-name");
        assertThat(Questions.published(item, "UTC")).contains("wrong-count");
    }

    @Test
    void parallelCallsComeInAnyOrder() {
        BfclItem item = parallel("[" + ROME + "," + OSLO + ",{'time':{'zone':['UTC']}}]");
        String rome = call("weather_get", "{'city':'Rome','days':3}");
        String oslo = call("weather_get", "{'city':'Oslo','days':3}");
        String time = call("time", "{'zone':'UTC'}");
        assertThat(Questions.published(item, rome + oslo + time)).isEmpty();
        assertThat(Questions.published(item, time + oslo + rome)).isEmpty();
        assertThat(Questions.published(item, oslo + rome)).contains("wrong-count");
        assertThat(Questions.published(item, rome + rome + time)).contains("no-match");
        assertThat(Questions.published(item, rome + oslo + oslo)).contains("no-match");
    }

    @Test
    void aCallIsTakenByTheFirstItSuitsAndNotGivenBack() {
        // Rome suits both; the second can only be Rome.
        BfclItem item = parallel("[{'time':{'zone':['Rome','Oslo']}},{'time':{'zone':['Rome']}}]");
        String rome = call("time", "{'zone':'Rome'}");
        String oslo = call("time", "{'zone':'Oslo'}");
        assertThat(Questions.published(item, oslo + rome)).isEmpty();
        assertThat(Questions.published(item, rome + oslo)).contains("no-match");
    }

    @Test
    void whereNoFunctionFitsNoneIsCalled() {
        BfclItem item = Questions.item("irrelevance", "[" + WEATHER + "]", "null");
        assertThat(Questions.published(item, "I cannot help with that.")).isEmpty();
        assertThat(Questions.published(item, call("weather_get", "{'city':'Rome'}")))
                .contains("called");
        // What cannot be read is no call, as on the leaderboard.
        assertThat(Questions.published(item, "<tool_call>\n{broken\n</tool_call>")).isEmpty();
    }

    @Test
    void whereAFunctionFitsAnyCallDoes() {
        BfclItem item = Questions.item("live_relevance", "[" + WEATHER + "]", "null");
        assertThat(Questions.published(item, call("anything", "{}"))).isEmpty();
        assertThat(Questions.published(item, "Rome is nice.")).contains("no-call");
        assertThat(Questions.published(item, "<tool_call>{broken</tool_call>"))
                .contains("unreadable-call");
    }

    @Test
    void oneCallThatCannotBeReadSpoilsTheAnswer() {
        String right = call("weather_get", "{'city':'Rome','days':3}");
        assertThat(Questions.published(simple(), right + "<tool_call>{broken</tool_call>"))
                .contains("unreadable-call");
        for (String block : new String[] {"[1]", "{'name':1,'arguments':{}}", "{'name':'a'}"}) {
            assertThat(Questions.published(simple(), "<tool_call>" + block + "</tool_call>"))
                    .as(block)
                    .contains("unreadable-call");
        }
    }

    @Test
    void theLastCallMayLackItsEnd() {
        String right = call("weather_get", "{'city':'Rome','days':3}");
        String open = right.substring(0, right.indexOf("</tool_call>"));
        assertThat(Questions.published(simple(), open)).isEmpty();
        assertThat(Questions.published(simple(), open.substring(0, open.length() - 4)))
                .contains("unreadable-call");
    }

    @Test
    void pythonsSpellingPassesByThePublishedRulesOnly() {
        String literal =
                "<tool_call>{'name': 'weather_get', 'arguments': {'city': 'Rome', 'days':"
                        + " 3}}</tool_call>";
        assertThat(Questions.published(simple(), literal)).isEmpty();
        assertThat(Questions.strict(simple(), literal)).contains("unreadable-call");
    }

    @Test
    void ourStricterRulesCompareStringsToTheLetter() {
        String exact = call("weather_get", "{'city':'Rome','days':3}");
        String standardized = call("weather_get", "{'city':'ROME','days':3}");
        assertThat(Questions.strict(simple(), exact)).isEmpty();
        assertThat(Questions.published(simple(), standardized)).isEmpty();
        assertThat(Questions.strict(simple(), standardized)).contains("wrong-value");
    }

    @Test
    void reasonsSayWhatWasFoundAndWanted() {
        assertThat(
                        Questions.judge(simple(), call("weather_get", "{'city':'Rome','days':'3'}"))
                                .published()
                                .reasons())
                .extracting(reason -> reason.text())
                .containsExactly("'days' = '3' is of type str, not integer");
    }

    @Test
    void aGroundTruthThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Questions.item("simple", "[" + WEATHER + "]", "[{'sun':{}}]"))
                .hasMessageContaining("calls 'sun', which is none of the functions");
        assertThatThrownBy(() -> Questions.item("simple", "[" + WEATHER + "]", "[]"))
                .hasMessageContaining("has 0 calls, not one");
        assertThatThrownBy(() ->
                        Questions.item(
                                "simple", "[" + WEATHER + "]", "[{'weather.get':{'city':'Rome'}}]"))
                .hasMessageContaining("no list of values for 'city'");
    }
}
