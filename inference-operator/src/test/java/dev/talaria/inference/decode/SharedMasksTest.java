package dev.talaria.inference.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.validation.InvalidSchemaException;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// Threads that begin together on one grammar, none of whose places is known yet, see the masks
/// that a thread alone sees: over real schemas and a real vocabulary.
class SharedMasksTest {

    private static final int THREADS = 6;
    private static final int SCHEMAS = Integer.getInteger("shared.schemas", 12);
    private static final int TOKENS = 60;
    private static final int LONGEST_SHORTEST = 1_000;

    private static List<String> schemas(Random random) throws IOException {
        Path root = Path.of(System.getProperty("talaria.root", ".."));
        Path folder = root.resolve("../shared/data/maskbench");
        Assumptions.assumeTrue(Files.isDirectory(folder), "no test data at " + folder);
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        List<String> schemas = new ArrayList<>();
        // Keys that are kept and elements that differ, which few of the files have.
        schemas.add("{\"uniqueItems\": true, \"items\": {\"type\": [\"string\", \"object\"]}}");
        while (schemas.size() < SCHEMAS) {
            Path file = files.get(random.nextInt(files.size()));
            String schema =
                    JsonMapper.shared().readTree(Files.readString(file)).get("schema").toString();
            try {
                if (GrammarCompiler.compile(schema).minimumBytes() < LONGEST_SHORTEST) {
                    schemas.add(schema);
                }
            } catch (UnsupportedSchemaException | InvalidSchemaException refused) {
                // Others are looked at.
            }
        }
        return schemas;
    }

    @Test
    void masksAreTheSameHoweverManyThreadsComputeThem() throws Exception {
        long seed = Long.getLong("shared.seed", System.nanoTime());
        Random random = new Random(seed);
        TestVocabulary vocabulary = TestVocabulary.hermes();
        for (String schema : schemas(random)) {
            int walk = random.nextInt();
            Constraints alone = new Constraints(vocabulary);
            List<Integer> expected = trace(alone, GrammarCompiler.compile(schema), walk);

            Constraints shared = new Constraints(vocabulary);
            Grammar grammar = GrammarCompiler.compile(schema);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                List<Future<List<Integer>>> traces = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    traces.add(
                            threads.submit(() -> {
                                start.await();
                                return trace(shared, grammar, walk);
                            }));
                }
                for (Future<List<Integer>> trace : traces) {
                    assertThat(trace.get()).as("seed %d, %s", seed, schema).isEqualTo(expected);
                }
            }
        }
    }

    // Of every step the mask, as a number, and the choice.
    private static List<Integer> trace(Constraints constraints, Grammar grammar, int seed) {
        Random random = new Random(seed);
        List<Integer> trace = new ArrayList<>();
        TokenConstraint constraint = constraints.start(grammar, 1 << 20);
        for (int i = 0; i < TOKENS && constraint.canContinue(); i++) {
            TokenMask mask = constraint.mask();
            int[] allowed = mask.toArray();
            trace.add(Arrays.hashCode(allowed));
            int token = allowed[random.nextInt(allowed.length)];
            trace.add(token);
            constraint.commit(token);
            if (token == constraints.vocabulary().endToken()) {
                break;
            }
        }
        return trace;
    }
}
