package dev.talaria.eval.schema;

import com.sun.management.ThreadMXBean;

import dev.talaria.inference.embedded.VocabularyMasks;
import dev.talaria.schemas.grammar.CanonicalJson;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.SchemaProblem;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Runs MaskBench files through the masks.
///
/// A file has a `schema` and `tests` with `data` and whether they are `valid`. The schema is
/// compiled, every test's instance spelled as the grammar spells values, its members in an order
/// that the grammar accepts where there is one and any does not do, cut into tokens, and each token
/// looked up in the mask before it is appended. A test is accepted where every token was allowed
/// and the value is whole at the end. What goes wrong with one file is that file's result. Garbage
/// is collected between files where it has piled up.
final class MaskBench {

    private static final int MAX_TOKENS = 1 << 20;
    private static final int MAX_DEPTH = 1_000;
    private static final int TOKENS_SHOWN = 12;

    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private final VocabularyMasks masks;
    private final GrammarOptions options;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Durations firstMask;
    private Durations mask;
    private Durations maskWork;
    private Durations maskAgain;
    private Durations commit;
    private long allocatedBytes;
    private long tokensAgain;
    private long slowest;
    private SlowMasks slowMasks;
    private int masksOfRound;
    private String file;
    private int test;

    /// @param options of the grammars
    MaskBench(VocabularyMasks masks, GrammarOptions options) {
        this.masks = masks;
        this.options = options;
    }

    /// Runs the files, one after the other.
    ///
    /// @param rounds how often
    /// @param slowMasksKept how many of the slowest masks the report names
    MaskBenchReport run(List<Path> files, int rounds, int slowMasksKept) {
        firstMask = new Durations();
        mask = new Durations();
        maskWork = new Durations();
        maskAgain = new Durations();
        commit = new Durations();
        allocatedBytes = 0;
        tokensAgain = 0;
        List<FileResult> results = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            // What is known after the last round counts.
            slowMasks = new SlowMasks(slowMasksKept);
            masksOfRound = 0;
            results.clear();
            for (Path file : files) {
                collectGarbage();
                results.add(run(file));
            }
        }
        return new MaskBenchReport(results, masks.size(), timings());
    }

    // A mask that waits for the collector says nothing of masks. It would come in the middle of a
    // file where new objects have taken most of their space, so it is sent for before.
    private static void collectGarbage() {
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getUsage();
            if (pool.getName().contains("Eden") && usage.getUsed() > usage.getCommitted() / 4) {
                System.gc();
            }
        }
    }

    private Timings timings() {
        return new Timings(
                firstMask,
                mask,
                maskWork,
                maskAgain,
                commit,
                slowMasks.list(),
                allocatedBytes,
                tokensAgain);
    }

    // A run ends with its last file, whatever one of them holds.
    private FileResult run(Path path) {
        String name = path.getFileName().toString();
        file = name;
        try {
            JsonNode example = JSON.readTree(Files.readString(path));
            if (!example.isObject() || !example.has("schema") || !example.has("tests")) {
                return FileResult.failed(name, "has no schema or no tests; is it of MaskBench?");
            }
            return run(name, example.get("schema"), example.get("tests"));
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return FileResult.failed(name, e.toString());
        }
    }

    private FileResult run(String name, JsonNode schema, JsonNode tests) {
        String text = schema.toString();
        Grammar grammar;
        long start = System.nanoTime();
        try {
            grammar = GrammarCompiler.compile(text, options);
        } catch (UnsupportedSchemaException e) {
            return FileResult.refused(name, e.problems(), tests.size());
        } catch (InvalidSchemaException e) {
            SchemaProblem problem =
                    new SchemaProblem("schema", "#", e.getMessage(), "mend the schema");
            return FileResult.refused(name, List.of(problem), tests.size());
        }
        masks.start(grammar, MAX_TOKENS).computeMask();
        long firstMaskNanos = System.nanoTime() - start;
        firstMask.add(firstMaskNanos);
        return judge(name, schema, tests, grammar, firstMaskNanos);
    }

    private FileResult judge(
            String name, JsonNode schema, JsonNode tests, Grammar grammar, long firstMaskNanos) {
        List<Integer> wronglyRejected = new ArrayList<>();
        List<Integer> wronglyAccepted = new ArrayList<>();
        InstanceSpelling spelling = new InstanceSpelling(schema, options);
        int tokens = 0;
        slowest = 0;
        long allocatedBefore = allocatedBytes;
        for (int i = 0; i < tests.size(); i++) {
            JsonNode data = tests.get(i).get("data");
            test = i;
            String spelled =
                    spelling.accepted(grammar, data).or(() -> spelling.ordered(data)).orElse("");
            int[] ids = masks.encode(spelled);
            int accepted = feed(grammar, ids);
            feedAgain(grammar, ids, accepted);
            tokens += accepted;
            boolean whole = !spelled.isEmpty() && accepted == ids.length && isWhole(grammar, ids);
            boolean valid = tests.get(i).get("valid").booleanValue();
            if (valid && !whole) {
                wronglyRejected.add(i);
            } else if (!valid && whole && !isValidAsSpelled(schema, data, spelled)) {
                wronglyAccepted.add(i);
            }
        }
        return new FileResult(
                name,
                List.of(),
                "",
                wronglyRejected,
                wronglyAccepted,
                tests.size(),
                tokens,
                firstMaskNanos,
                slowest,
                allocatedBytes - allocatedBefore);
    }

    /// How many tokens are allowed, one after the other.
    private int feed(Grammar grammar, int[] ids) {
        VocabularyMasks.Answer answer = masks.start(grammar, MAX_TOKENS);
        for (int i = 0; i < ids.length; i++) {
            long cpuBefore = threads.getCurrentThreadCpuTime();
            long before = System.nanoTime();
            answer.computeMask();
            long nanos = System.nanoTime() - before;
            noteMask(ids, i, nanos, threads.getCurrentThreadCpuTime() - cpuBefore);
            if (!answer.allows(ids[i])) {
                return i;
            }
            long found = System.nanoTime();
            answer.commit(ids[i]);
            commit.add(System.nanoTime() - found);
        }
        return ids.length;
    }

    private void noteMask(int[] ids, int at, long nanos, long cpuNanos) {
        mask.add(nanos);
        slowest = Math.max(slowest, nanos);
        long work = maskWork.addLeast(masksOfRound++, Math.min(nanos, cpuNanos));
        if (slowMasks.isSlow(work)) {
            int[] before = Arrays.copyOfRange(ids, Math.max(0, at - TOKENS_SHOWN), at);
            slowMasks.add(new SlowMasks.Place(file, test, at, masks.text(before), work));
        }
    }

    private void feedAgain(Grammar grammar, int[] ids, int accepted) {
        VocabularyMasks.Answer answer = masks.start(grammar, MAX_TOKENS);
        for (int i = 0; i < accepted; i++) {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long before = System.nanoTime();
            answer.computeMask();
            long nanos = System.nanoTime() - before;
            answer.commit(ids[i]);
            allocatedBytes += threads.getCurrentThreadAllocatedBytes() - bytes;
            maskAgain.add(nanos);
        }
        tokensAgain += accepted;
    }

    private boolean isWhole(Grammar grammar, int[] ids) {
        VocabularyMasks.Answer answer = masks.start(grammar, MAX_TOKENS);
        for (int id : ids) {
            answer.commit(id);
        }
        return answer.isComplete();
    }

    // 1.0 is no integer in draft-04, but what the grammar accepts for it, 1, is.
    private static boolean isValidAsSpelled(JsonNode schema, JsonNode data, String spelled) {
        byte[] canonical = CanonicalJson.of(data);
        return canonical != null
                && !new String(canonical, StandardCharsets.UTF_8).equals(data.toString())
                && NetworkntValidator.of(schema.toString()).validate(spelled).isEmpty();
    }
}
