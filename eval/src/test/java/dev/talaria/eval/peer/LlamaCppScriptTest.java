package dev.talaria.eval.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.talaria.inference.embedded.CacheFolder;
import dev.talaria.inference.embedded.EmbeddedModel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Our script in a real Node: with a package of ours in the place of `node-llama-cpp`, which writes
/// down what it is asked for, and with the real one where an earlier bench has fetched it.
class LlamaCppScriptTest {

    // The part of the package that the script knows.
    private static final String PACKAGE =
            """
            import {appendFileSync} from "node:fs";
            const note = (...what) => appendFileSync("calls", what.join(" ") + "\\n");
            export const LlamaLogLevel = {error: "error"};
            export async function getLlama(options) {
                note("getLlama gpu=" + options.gpu, "build=" + options.build);
                return {
                    gpu: false,
                    llamaCppRelease: {release: "b1"},
                    systemInfo: "NONE = 1",
                    loadModel: async ({modelPath, gpuLayers}) => {
                        if (modelPath.endsWith("bad.gguf"))
                            throw new Error("bad model");
                        note("model", modelPath, gpuLayers);
                        return {createContext, detokenize: (tokens) => tokens.map((t) => "{1}"[t]).join("")};
                    },
                    createGrammarForJsonSchema: async (schema) => {
                        note("grammar", JSON.stringify(schema));
                        return {};
                    }
                };
            }
            export class LlamaGrammarEvaluationState {}
            export class InputLookupTokenPredictor {}
            // Writes an opening bracket for every token of the prompt that is 0, and then closes them.
            function sequenceOf(number, {tokenPredictor}) {
                let state = [];
                return {
                    get nextTokenIndex() { return state.length; },
                    clearHistory: async () => { state = []; },
                    evaluateWithoutGeneratingNewTokens: async (tokens) => {
                        note("begin", number, tokens.join(","), tokenPredictor ? "looks up" : "");
                        state.push(...tokens);
                    },
                    adaptStateToTokens: async (tokens, shifts) => {
                        const same = tokens.findIndex((token, i) => token !== state[i]);
                        state.length = Math.min(state.length, same < 0 ? tokens.length : same);
                        note("adapt", number, state.length, shifts);
                    },
                    evaluate: async function* (tokens, {temperature}) {
                        note("evaluate", number, tokens.join(","), temperature);
                        state.push(...tokens);
                        const count = state.filter((token) => token === 0).length;
                        for (const token of [...Array(count).fill(0), ...Array(count).fill(2), 1]) {
                            state.push(token);
                            yield token;
                        }
                    }
                };
            }
            async function createContext({contextSize, sequences, threads}) {
                note("context", contextSize, sequences, threads);
                console.log("chatter");
                let numbers = 0;
                return {
                    getSequence: (options) => sequenceOf(numbers++, options),
                    dispose: async () => note("disposed"),
                    _ctx: {
                        getThreads: () => threads,
                        disposeSequence: (id) => note("forget", id),
                        initBatch: (size) => note("batch", size),
                        addToBatch: (id, at, tokens, logits) =>
                            note("add", id, at, tokens.length, "logits", logits.join(",")),
                        decodeBatch: async () => note("decode")
                    }
                };
            }
            """;

    @TempDir Path folder;

    @Test
    void aPromptIsReadInPassesOf512WithTheLogitsOfItsLastToken() throws IOException {
        try (LlamaCpp peer = withOurPackage("m.gguf")) {
            assertThat(peer.promptSeconds(700)).isPositive();
        }

        assertThat(calls())
                .startsWith("getLlama gpu=false build=never")
                .containsSubsequence(
                        "context 700 1 2",
                        "forget 0",
                        "batch 512",
                        "add 0 0 512 logits ",
                        "decode",
                        "batch 188",
                        "add 0 512 188 logits 187",
                        "decode",
                        "disposed");
    }

    @Test
    void sequencesDecodeTogetherOneTokenEachAStep() throws IOException {
        try (LlamaCpp peer = withOurPackage("m.gguf")) {
            assertThat(peer.decodeSeconds(2, 1, 3)).isPositive();
        }

        List<String> calls = calls();
        assertThat(calls).contains("context 5 2 2");
        // One of context, one that plans, and the three that count.
        assertThat(calls).filteredOn("decode"::equals).hasSize(5);
        assertThat(calls)
                .containsSubsequence(
                        "batch 2",
                        "add 0 4 1 logits 0",
                        "add 1 4 1 logits 0",
                        "decode",
                        "disposed");
    }

    @Test
    void aLongContextIsReadSequenceBySequence() throws IOException {
        try (LlamaCpp peer = withOurPackage("m.gguf")) {
            peer.decodeSeconds(2, 600, 1);
        }

        assertThat(calls())
                .containsSubsequence(
                        "add 0 0 512 logits ",
                        "add 0 512 88 logits ",
                        "add 1 0 512 logits ",
                        "add 1 512 88 logits ",
                        "add 0 600 1 logits 0");
    }

    @Test
    void documentsReadWhatTheirSequenceDoesNotHaveYet() throws IOException {
        try (LlamaCpp peer = withOurPackage("m.gguf")) {
            LlamaCpp.DocumentAnswers answers =
                    peer.extract(
                            LlamaCpp.Setting.parse("1"),
                            List.of(new int[] {5, 6, 0, 7}, new int[] {5, 6, 8, 0}),
                            new int[] {5, 6},
                            "{\"type\":\"object\"}",
                            10,
                            20);

            assertThat(answers.seconds()).isPositive();
            assertThat(answers.answers())
                    .containsExactly(
                            new LlamaCpp.DocumentAnswer("{}", 2, 2),
                            new LlamaCpp.DocumentAnswer("{}", 2, 2));
        }

        assertThat(calls())
                .contains("grammar {\"type\":\"object\"}", "context 20 1 2")
                .containsSubsequence(
                        "begin 0 5,6 ",
                        "adapt 0 2 false",
                        "evaluate 0 0,7 0",
                        "adapt 0 2 false",
                        "evaluate 0 8,0 0");
    }

    @Test
    void severalSequencesShareTheDocumentsAndKeepTheirContext() throws IOException {
        List<int[]> prompts = List.of(new int[] {5, 0}, new int[] {5, 0}, new int[] {5, 0});
        LlamaCpp.Setting setting = LlamaCpp.Setting.parse("2+lookup");
        try (LlamaCpp peer = withOurPackage("m.gguf")) {
            peer.extract(setting, prompts, new int[] {5}, "{}", 10, 20);
            peer.extract(setting, prompts, new int[] {5}, "{}", 10, 20);
        }

        assertThat(calls()).filteredOn(call -> call.startsWith("context")).hasSize(1);
        assertThat(calls())
                .filteredOn(call -> call.startsWith("begin"))
                .containsExactly("begin 0 5 looks up", "begin 1 5 looks up");
        assertThat(calls()).filteredOn(call -> call.startsWith("evaluate 0")).isNotEmpty();
        assertThat(calls()).filteredOn(call -> call.startsWith("evaluate 1")).isNotEmpty();
        assertThat(calls()).filteredOn(call -> call.startsWith("evaluate")).hasSize(6);
    }

    @Test
    void anAnswerThatDoesNotEndIsCutOffAtTheLimit() throws IOException {
        try (LlamaCpp peer = withOurPackage("m.gguf")) {
            LlamaCpp.DocumentAnswers answers =
                    peer.extract(
                            LlamaCpp.Setting.parse("1"),
                            List.of(new int[] {5, 0, 0, 0}),
                            new int[] {5},
                            "{}",
                            4,
                            20);

            assertThat(answers.answers())
                    .containsExactly(new LlamaCpp.DocumentAnswer("{{{}", 3, 4));
        }
    }

    @Test
    void aModelItCannotLoadIsSaid() {
        assertThatThrownBy(() -> withOurPackage("bad.gguf"))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("bad model");
    }

    @Test
    void aPackageThatIsBrokenIsSaid() throws IOException {
        Node node = nodeOrSkip();
        install("export const LlamaLogLevel = 0, getLlama = 0; throw new Error('broken package');");

        assertThatThrownBy(() -> start(node, "m.gguf"))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("broken package");
    }

    @Test
    void theRealPackageComputesWhereItHasBeenFetchedBefore() throws IOException {
        Node node = nodeOrSkip();
        Path fetched = CacheFolder.path().resolve(NodePackage.NAME + "-" + NodePackage.VERSION);
        assumeTrue(
                Files.isDirectory(fetched),
                "skipped: "
                        + fetched
                        + " is not there; './talaria bench --vs llama.cpp' fetches it");
        List<String> progress = new ArrayList<>();
        assertThat(node.version()).isNotEmpty();

        try (LlamaCpp peer =
                LlamaCpp.start(EmbeddedModel.file(), 1, CacheFolder.path(), progress::add)) {
            assertThat(peer.description().build()).isNotEmpty();
            assertThat(peer.nextToken(8)).isNotNegative();
            assertThat(peer.promptSeconds(32)).isPositive();
            assertThat(peer.decodeSeconds(3, 1, 4)).isPositive();
            assertThat(
                            peer.extract(
                                            LlamaCpp.Setting.parse("2"),
                                            List.of(new int[] {1, 40}, new int[] {1, 50}),
                                            new int[] {1},
                                            "{\"type\": \"boolean\"}",
                                            4,
                                            64)
                                    .answers())
                    .allMatch(answer -> answer.read() == 1 && answer.written() > 0);
        }
        assertThat(progress).noneMatch(line -> line.contains("downloading"));
    }

    private LlamaCpp withOurPackage(String model) throws IOException {
        Node node = nodeOrSkip();
        install(PACKAGE);
        return start(node, model);
    }

    private LlamaCpp start(Node node, String model) {
        return LlamaCpp.load(
                PeerProcess.start(LlamaCpp.command(node), folder),
                folder.resolve(model),
                2,
                node.version());
    }

    private void install(String source) throws IOException {
        Path home = Files.createDirectories(folder.resolve("node_modules/node-llama-cpp"));
        Files.writeString(home.resolve("index.js"), source);
        Files.writeString(
                home.resolve("package.json"),
                "{\"name\":\"node-llama-cpp\",\"type\":\"module\",\"exports\":\"./index.js\"}");
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(folder.resolve("calls"));
    }

    private static Node nodeOrSkip() {
        try {
            return Node.find(System.getenv("PATH"));
        } catch (PeerException e) {
            assumeTrue(false, "skipped: " + e.getMessage());
            throw e;
        }
    }
}
