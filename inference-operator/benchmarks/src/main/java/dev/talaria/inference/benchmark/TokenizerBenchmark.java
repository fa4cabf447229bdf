package dev.talaria.inference.benchmark;

import dev.talaria.inference.embedded.EmbeddedModel;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;

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

/// Text to tokens and back.
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizerBenchmark {

    private static final String PARAGRAPH =
            """
            Invoice number: INV-20417, dated 2026-03-14.
            Summit Electric GmbH, Königstraße 12, 70173 Stuttgart, charges 1,284.50 EUR for
            14 hours of work and "two boxes" of cable (art. 77-A/3) – payable within 30 days.
            """;

    /// A model file with a vocabulary; empty for the miniature model.
    @Param("")
    private String model;

    /// Paragraphs of the document.
    @Param({"1", "40"})
    private int paragraphs;

    private Tokenizer tokenizer;
    private String text;
    private int textBytes;
    private int[] tokens;

    /// For JMH.
    public TokenizerBenchmark() {}

    TokenizerBenchmark(int paragraphs) {
        this.model = "";
        this.paragraphs = paragraphs;
    }

    /// Reads the vocabulary.
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        try (GgufFile file =
                GgufFile.open(model.isEmpty() ? EmbeddedModel.file() : Path.of(model))) {
            tokenizer = Tokenizer.of(file);
        }
        text = PARAGRAPH.repeat(paragraphs);
        textBytes = text.getBytes(StandardCharsets.UTF_8).length;
        tokens = tokenizer.encodeText(text, TextStart.FRESH);
    }

    /// A document to tokens.
    @Benchmark
    public int[] encode(Work.Tokens work) {
        count(work);
        return tokenizer.encodeText(text, TextStart.FRESH);
    }

    /// Tokens to a document.
    @Benchmark
    public String decode(Work.Tokens work) {
        count(work);
        return tokenizer.decode(tokens, TextStart.FRESH);
    }

    private void count(Work.Tokens work) {
        work.tokens += tokens.length;
        work.megaBytes += 1e-6 * textBytes;
    }
}
