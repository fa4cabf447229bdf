package dev.talaria.inference.benchmark;

import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.Sampler;
import dev.talaria.inference.decode.TokenBytes;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.decode.TokenMask;
import dev.talaria.inference.decode.TokenTrie;
import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.Vocabulary;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.task.SamplingOptions;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What a token costs after the forward pass: the mask of what the schema allows, and the choice.
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SamplerBenchmark {

    private static final String SCHEMA =
            """
            {"type": "object", "additionalProperties": false, "required": ["vendor", "total"],
             "properties": {"vendor": {"type": "string"}, "total": {"type": "number"}}}
            """;
    private static final String ANSWER = "{\"vendor\": \"Summit Electric\", \"total\": 1284.5}";
    private static final int MAX_TOKENS = 256;

    /// A model file with a vocabulary; empty for the miniature model.
    @Param("")
    private String model;

    private float[] logits;
    private TokenBytes vocabulary;
    private TokenTrie trie;
    private Grammar grammar;
    private Constraints constraints;
    private int[] answer;
    private Recognizer inString;
    private TokenMask stringMask;
    private Sampler greedy;
    private Sampler sampling;

    /// For JMH.
    public SamplerBenchmark() {
        this.model = "";
    }

    /// Reads the vocabulary and compiles the schema.
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        try (GgufFile file =
                GgufFile.open(model.isEmpty() ? EmbeddedModel.file() : Path.of(model))) {
            Tokenizer tokenizer = Tokenizer.of(file);
            vocabulary = bytesOf(tokenizer.vocabulary());
            answer = tokenizer.encodeText(ANSWER, TextStart.CONTINUED);
        }
        logits = RandomFloats.of(vocabulary.size());
        trie = new TokenTrie(vocabulary);
        grammar = GrammarCompiler.compile(SCHEMA);
        constraints = new Constraints(vocabulary);
        inString = grammar.start();
        for (byte octet : "{\"vendor\": \"Su".getBytes(StandardCharsets.UTF_8)) {
            inString.push(octet & 0xFF);
        }
        stringMask = new TokenMask(vocabulary.size());
        trie.allow(inString, stringMask);
        greedy = new Sampler(SamplingOptions.GREEDY);
        sampling = new Sampler(new SamplingOptions(0.8f, 40, 0.95f, 1L, MAX_TOKENS));
    }

    private static TokenBytes bytesOf(Vocabulary vocabulary) {
        return new TokenBytes() {
            @Override
            public int size() {
                return vocabulary.size();
            }

            @Override
            public byte[] bytes(int token) {
                return vocabulary.bytes(token);
            }

            @Override
            public int endToken() {
                return vocabulary.endToken();
            }
        };
    }

    /// The most probable of all.
    @Benchmark
    public int greedy() {
        return greedy.sample(logits, 0, vocabulary.size(), null);
    }

    /// The most probable of those that may stand within a string.
    @Benchmark
    public int greedyMasked() {
        return greedy.sample(logits, 0, vocabulary.size(), stringMask);
    }

    /// Drawn by temperature, top-k and top-p.
    @Benchmark
    public int sampled() {
        return sampling.sample(logits, 0, vocabulary.size(), null);
    }

    /// The same of those that may stand within a string.
    @Benchmark
    public int sampledMasked() {
        return sampling.sample(logits, 0, vocabulary.size(), stringMask);
    }

    /// Which tokens may stand within a string, found out anew.
    @Benchmark
    public TokenMask maskOfString() {
        stringMask.clearAll();
        trie.allow(inString, stringMask);
        return stringMask;
    }

    /// A whole answer under its schema, masks that were seen before coming from their cache.
    @Benchmark
    public boolean constrainedAnswer(Work.Tokens work) {
        TokenConstraint constraint = constraints.start(grammar, MAX_TOKENS);
        for (int token : answer) {
            if (!constraint.mask().allows(token)) {
                throw new IllegalStateException("token " + token + " of a right answer is barred");
            }
            constraint.commit(token);
        }
        work.tokens += answer.length;
        work.megaBytes += 1e-6 * ANSWER.length();
        return constraint.isComplete();
    }
}
