package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;

class ToolsDemoTest {

    @Test
    void theDemoPrintsConversationsFromTheQuestionToTheAnswer() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code = Main.run(new PrintWriter(out), new PrintWriter(err), "demo", "--tools");

        assertThat(err.toString()).doesNotContain("talaria:");
        assertThat(out.toString())
                .containsPattern("talaria.conversations +travel +\\{\"prompt\"")
                .containsPattern("talaria.tool-calls +travel +\\{\"conversation_id\":\"travel\"")
                .containsPattern("talaria.tool-results +travel +\\{\"call_id\"")
                .containsPattern("talaria.answers +travel +\\{\"response\"")
                .contains("answered      2");
        assertThat(code).isZero();
    }
}
