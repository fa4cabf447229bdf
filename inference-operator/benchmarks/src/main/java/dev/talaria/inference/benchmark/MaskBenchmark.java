package dev.talaria.inference.benchmark;

import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.embedded.VocabularyMasks;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// What a schema costs beside the model, by kinds of schemas.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MaskBenchmark {

    private static final int MAX_TOKENS = 4096;

    /// What has a vocabulary, as `schema bench` takes it; empty for the miniature model.
    @Param("")
    private String vocabulary;

    /// What is written.
    @Param private MaskSchema schema;

    private VocabularyMasks masks;
    private Grammar known;
    private VocabularyMasks.Answer middle;
    private int[] answer;

    /// For JMH.
    public MaskBenchmark() {}

    MaskBenchmark(MaskSchema schema) {
        this.vocabulary = "";
        this.schema = schema;
    }

    /// Reads the vocabulary, and writes the answer once.
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        masks =
                VocabularyMasks.open(
                        vocabulary.isEmpty() ? EmbeddedModel.file() : Path.of(vocabulary));
        answer = masks.encode(schema.answer());
        known = GrammarCompiler.compile(schema.schema());
        write(known);
        middle = masks.start(known, MAX_TOKENS);
        for (int i = 0; i < answer.length / 2; i++) {
            middle.commit(answer[i]);
        }
    }

    /// A grammar of which no place was met.
    @State(Scope.Thread)
    public static class Fresh {

        private Grammar grammar;

        /// For JMH.
        public Fresh() {}

        /// Compiles it.
        @Setup(Level.Invocation)
        public void compile(MaskBenchmark benchmark) {
            grammar = GrammarCompiler.compile(benchmark.schema.schema());
        }
    }

    /// The mask of a place in the middle of the answer that was met before.
    @Benchmark
    public int knownMask() {
        middle.computeMask();
        return answer.length;
    }

    /// A whole answer, every place of which was met before: its masks and its tokens.
    @Benchmark
    public boolean knownAnswer(Work.Tokens work) {
        count(work);
        return write(known);
    }

    /// A whole answer, no place of which was met before: its masks and its tokens.
    @Benchmark
    public boolean newAnswer(Fresh fresh, Work.Tokens work) {
        count(work);
        return write(fresh.grammar);
    }

    /// From the schema's text to the first mask.
    @Benchmark
    public int firstMask() {
        VocabularyMasks.Answer begun =
                masks.start(GrammarCompiler.compile(schema.schema()), MAX_TOKENS);
        begun.computeMask();
        return begun.allowed();
    }

    private boolean write(Grammar grammar) {
        VocabularyMasks.Answer written = masks.start(grammar, MAX_TOKENS);
        for (int token : answer) {
            written.computeMask();
            written.commit(token);
        }
        return written.isComplete();
    }

    private void count(Work.Tokens work) {
        work.tokens += answer.length;
        work.megaBytes += 1e-6 * schema.answer().length();
    }
}
