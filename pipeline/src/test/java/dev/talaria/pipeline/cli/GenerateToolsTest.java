package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `generate --tools` as it is typed, with the miniature model.
class GenerateToolsTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private Path folder;

    private StringWriter out;
    private StringWriter err;
    private String tools;

    @BeforeEach
    void writeTools() throws IOException {
        out = new StringWriter();
        err = new StringWriter();
        tools =
                Files.writeString(
                                folder.resolve("tools.json"),
                                """
                                [{"type": "function", "function": {"name": "set_alarm",
                                  "description": "Sets an alarm", "parameters": {"type": "object",
                                  "properties": {"hour": {"type": "integer", "minimum": 0,
                                                          "maximum": 23},
                                                 "label": {"type": "string", "maxLength": 12}},
                                  "required": ["hour"], "additionalProperties": false}}},
                                 {"name": "say \\"no\\"", "parameters": {"type": "object",
                                  "properties": {}, "additionalProperties": false}}]\
                                """)
                        .toString();
    }

    private int run(String... options) {
        String[] arguments = {
            "generate", "--tools", tools, "--prompt", "Wake me at seven.", "--max-tokens", "90"
        };
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(options));
        return Main.run(
                new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    @Test
    void callsArePrintedAsJsonOneALine() {
        assertThat(run("--tool-choice", "required", "-t", "2", "--seed", "5", "--max-calls", "2"))
                .as(err.toString())
                .isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSizeBetween(1, 2);
        for (String line : lines) {
            JsonNode call = JSON.readTree(line);
            assertThat(call.propertyNames()).containsExactly("name", "arguments");
            assertThat(call.get("name").stringValue()).isIn("set_alarm", "say \"no\"");
            assertThat(call.get("arguments").isObject()).isTrue();
        }
    }

    @Test
    void aNamedToolIsCalledAndNoneIsNot() {
        assertThat(run("--tool-choice", "say \"no\"", "--max-calls", "1")).isZero();
        assertThat(out.toString().strip())
                .isEqualTo("{\"name\": \"say \\\"no\\\"\", \"arguments\": {}}");
        assertThat(run("--tool-choice", "none")).isZero();
        assertThat(out.toString().lines().skip(1).findFirst().orElse(""))
                .doesNotContain("<tool_call>");
    }

    @Test
    void choicesThatCannotBeAreSaidSo() throws IOException {
        assertThat(run("--tool-choice", "set_clock")).isEqualTo(2);
        assertThat(err.toString()).contains("'set_clock'", "set_alarm");
        assertThat(run("--max-calls", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("0 calls");
        assertThat(
                        Main.run(
                                new PrintWriter(out, true),
                                new PrintWriter(err, true),
                                "generate",
                                "--tool-choice",
                                "required",
                                "--prompt",
                                "x"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--tool-choice = required", "--tools");
        Files.writeString(
                folder.resolve("tools.json"),
                "[{\"name\": \"odd\", \"parameters\": {\"pattern\": \"(a)\\\\1\"}}]");
        assertThat(run()).isEqualTo(1);
        assertThat(err.toString()).contains(tools + ": ", "tool 'odd'", "pattern");
    }
}
