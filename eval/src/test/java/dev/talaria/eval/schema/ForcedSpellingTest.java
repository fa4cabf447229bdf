package dev.talaria.eval.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.talaria.inference.embedded.VocabularyMasks;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// What a grammar forces is what the tokenizer itself writes there in the whole text: on instances
/// of MaskBench, cut into tokens by the tokenizer, the mask never lacks the token that comes, and
/// holds it alone far more often than the grammar would have it.
///
/// `-Dforced.files=680` runs all files, not a sample of them.
class ForcedSpellingTest {

    private static final int FILES = Integer.getInteger("forced.files", 16);
    private static final int MAX_TOKENS = 1 << 16;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<String> disagreements = new ArrayList<>();
    private int tokens;
    private int forced;
    private int forcedByGrammar;

    @ParameterizedTest
    @CsvSource({"hermes-mistral-vocab.gguf, 0.02", "llama3-vocab.gguf, 0.02"})
    void forcedTokensAreThoseOfTheTokenizer(String vocabulary, double leastShare)
            throws IOException {
        long seed = System.nanoTime();
        VocabularyMasks any = VocabularyMasks.open(shared("data/tokenizers/" + vocabulary));
        VocabularyMasks spelling = any.spellingForced();
        for (Path file : files(seed)) {
            JsonNode example = JSON.readTree(Files.readString(file));
            try {
                Grammar grammar = GrammarCompiler.compile(example.get("schema").toString());
                InstanceSpelling instances = new InstanceSpelling(example.get("schema"));
                for (JsonNode test : example.get("tests")) {
                    instances
                            .accepted(grammar, test.get("data"))
                            .ifPresent(text -> compare(any, spelling, grammar, text));
                }
            } catch (UnsupportedSchemaException e) {
                // Has no grammar to force anything.
                assertThat(e.problems()).isNotEmpty();
            }
        }
        String figures =
                "seed %d: of %d tokens %d forced, %d by the grammar alone"
                        .formatted(seed, tokens, forced, forcedByGrammar);
        assertThat(disagreements).as(figures).isEmpty();
        assertThat((double) forced / tokens).as(figures).isGreaterThan(leastShare);
        assertThat(forced).as(figures).isGreaterThan(forcedByGrammar);
    }

    /// As answers are written: masks and tokens of places met before are looked up, forced ones
    /// too.
    @Test
    void aKnownPlaceCostsNoMemory() throws IOException {
        long seed = System.nanoTime();
        VocabularyMasks spelling =
                VocabularyMasks.open(shared("data/tokenizers/hermes-mistral-vocab.gguf"))
                        .spellingForced();
        Map<Grammar, List<int[]>> answers = new LinkedHashMap<>();
        for (Path file : files(seed)) {
            JsonNode example = JSON.readTree(Files.readString(file));
            try {
                Grammar grammar = GrammarCompiler.compile(example.get("schema").toString());
                InstanceSpelling instances = new InstanceSpelling(example.get("schema"));
                List<int[]> ids = answers.computeIfAbsent(grammar, none -> new ArrayList<>());
                for (JsonNode test : example.get("tests")) {
                    instances
                            .accepted(grammar, test.get("data"))
                            .ifPresent(text -> ids.add(spelling.encode(text)));
                }
            } catch (UnsupportedSchemaException e) {
                // Has no masks.
                assertThat(e.problems()).isNotEmpty();
            }
        }
        long least = Long.MAX_VALUE;
        // The JVM itself allocates now and then, until its compilers rest.
        for (int round = 0; round < 12 && least > 0; round++) {
            long bytes = 0;
            for (Map.Entry<Grammar, List<int[]>> each : answers.entrySet()) {
                for (int[] ids : each.getValue()) {
                    bytes += allocated(spelling.start(each.getKey(), MAX_TOKENS), ids);
                }
            }
            least = Math.min(least, bytes);
        }
        assertThat(least).as("seed %d", seed).isZero();
    }

    private long allocated(VocabularyMasks.Answer answer, int[] ids) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int id : ids) {
            answer.computeMask();
            answer.commit(id);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void compare(
            VocabularyMasks any, VocabularyMasks spelling, Grammar grammar, String text) {
        int[] ids = any.encode(text);
        VocabularyMasks.Answer free = any.start(grammar, MAX_TOKENS);
        VocabularyMasks.Answer spelled = spelling.start(grammar, MAX_TOKENS);
        for (int i = 0; i < ids.length; i++) {
            free.computeMask();
            spelled.computeMask();
            assertThat(free.allows(ids[i])).as(text).isTrue();
            if (!spelled.allows(ids[i])) {
                disagreements.add("token %d, %d, of %s".formatted(i, ids[i], text));
            }
            tokens++;
            forced += spelled.allowed() == 1 ? 1 : 0;
            forcedByGrammar += free.allowed() == 1 ? 1 : 0;
            free.commit(ids[i]);
            spelled.commit(ids[i]);
        }
    }

    private static List<Path> files(long seed) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(shared("data/maskbench"))) {
            files =
                    new ArrayList<>(
                            all.filter(f -> f.toString().endsWith(".json")).sorted().toList());
        }
        Collections.shuffle(files, new Random(seed));
        return files.subList(0, Math.min(FILES, files.size()));
    }

    private static Path shared(String path) {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path file = root.resolve("../shared").resolve(path).normalize();
        Assumptions.assumeTrue(Files.exists(file), "skipped: there is no " + file);
        return file;
    }
}
