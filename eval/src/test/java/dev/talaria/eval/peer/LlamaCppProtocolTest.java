package dev.talaria.eval.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class LlamaCppProtocolTest {

    private static final Path MODEL = Path.of("m.gguf");
    private static final String LOADED =
            "{\"id\":1,\"build\":\"b7\",\"features\":\" AVX2 = 1 \"}\n";

    private static LlamaCpp load(ScriptedProcess process) {
        return LlamaCpp.load(new PeerProcess(process), MODEL, 3, "v22.1.0");
    }

    @Test
    void itDescribesItselfWhenTheModelIsLoaded() throws IOException {
        try (LlamaCpp peer = load(new ScriptedProcess("", 0, LOADED))) {
            assertThat(peer.description().engine()).isEqualTo("llama.cpp");
            assertThat(peer.description().build()).isEqualTo("b7");
            assertThat(peer.description().features()).isEqualTo("AVX2 = 1");
            assertThat(peer.description().node()).isEqualTo("v22.1.0");
            assertThat(peer.description().threads()).isEqualTo(3);
        }
    }

    @Test
    void questionsCarryTheNumbersAndAnswersTheSeconds() throws IOException {
        ScriptedProcess process =
                new ScriptedProcess(
                        "",
                        0,
                        LOADED,
                        "{\"id\":2,\"seconds\":1.5}\n",
                        "{\"id\":3,\"seconds\":4}\n");
        try (LlamaCpp peer = load(process)) {
            assertThat(peer.promptSeconds(512)).isEqualTo(1.5);
            assertThat(peer.decodeSeconds(8, 2, 64)).isEqualTo(4);
        }

        JsonNode load = JsonMapper.shared().readTree(process.heard().get(0));
        assertThat(load.path("do").asString()).isEqualTo("load");
        assertThat(load.path("model").asString()).isEqualTo(MODEL.toAbsolutePath().toString());
        assertThat(load.path("threads").asInt()).isEqualTo(3);
        JsonNode decode = JsonMapper.shared().readTree(process.heard().get(2));
        assertThat(decode.path("sequences").asInt()).isEqualTo(8);
        assertThat(decode.path("context").asInt()).isEqualTo(2);
        assertThat(decode.path("steps").asInt()).isEqualTo(64);
    }

    @Test
    void whatALibraryWritesBetweenTheAnswersIsPassedOver() throws IOException {
        String noise = "loading tensors\n{not json\n[1]\n{\"id\":7,\"seconds\":9}\n";
        ScriptedProcess process =
                new ScriptedProcess("", 0, LOADED, noise + "{\"id\":2,\"seconds\":1.5}\n");
        try (LlamaCpp peer = load(process)) {
            assertThat(peer.promptSeconds(512)).isEqualTo(1.5);
        }
    }

    @Test
    void anErrorIsPassedOnWithTheQuestion() throws IOException {
        ScriptedProcess process =
                new ScriptedProcess("", 0, "{\"id\":1,\"error\":\"no such model\"}\n");

        assertThatThrownBy(() -> load(process))
                .isInstanceOf(PeerException.class)
                .hasMessageContainingAll("load", "no such model");
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aProcessThatDiesLeavesItsLastWords() throws IOException {
        ScriptedProcess process = new ScriptedProcess("first\nout of memory\n", 9, LOADED);
        try (LlamaCpp peer = load(process)) {
            assertThatThrownBy(() -> peer.promptSeconds(512))
                    .isInstanceOf(PeerException.class)
                    .hasMessageContainingAll("ended with 9", "prompt", "out of memory");
        }
    }

    @Test
    void anAnswerWithoutATimeIsRefused() throws IOException {
        for (String answer : new String[] {"{\"id\":2}", "{\"id\":2,\"seconds\":-1}"}) {
            try (LlamaCpp peer = load(new ScriptedProcess("", 0, LOADED, answer + "\n"))) {
                assertThatThrownBy(() -> peer.promptSeconds(512))
                        .isInstanceOf(PeerException.class)
                        .hasMessageContaining("without a time");
            }
        }
    }

    @Test
    void theNextTokenIsAskedFor() throws IOException {
        ScriptedProcess process =
                new ScriptedProcess("", 0, LOADED, "{\"id\":2,\"token\":7}\n", "{\"id\":3}\n");
        try (LlamaCpp peer = load(process)) {
            assertThat(peer.nextToken(8)).isEqualTo(7);
            assertThatThrownBy(() -> peer.nextToken(8))
                    .isInstanceOf(PeerException.class)
                    .hasMessageContaining("without a token");
        }
    }

    @Test
    void answersForFewerDocumentsThanWereAskedForAreRefused() throws IOException {
        ScriptedProcess process =
                new ScriptedProcess(
                        "",
                        0,
                        LOADED,
                        "{\"id\":2,\"seconds\":1,\"results\":[{\"text\":\"1\",\"read\":2,\"written\":3}]}\n");
        try (LlamaCpp peer = load(process)) {
            assertThatThrownBy(() ->
                            peer.extract(
                                    LlamaCpp.Setting.parse("8"),
                                    List.of(new int[] {1}, new int[] {1}),
                                    new int[0],
                                    "{}",
                                    5,
                                    6))
                    .isInstanceOf(PeerException.class)
                    .hasMessageContaining("answered 1 of 2 documents");
        }

        JsonNode asked = JsonMapper.shared().readTree(process.heard().get(1));
        assertThat(asked.path("do").asString()).isEqualTo("documents");
        assertThat(asked.path("sequences").asInt()).isEqualTo(8);
        assertThat(asked.at("/prompts/1/0").asInt()).isEqualTo(1);
    }

    @Test
    void closingEndsTheProcess() throws IOException {
        ScriptedProcess process = new ScriptedProcess("", 0, LOADED, "never asked for\n");

        load(process).close();

        assertThat(process.isAlive()).isFalse();
    }
}
