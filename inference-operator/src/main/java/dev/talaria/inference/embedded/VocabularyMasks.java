package dev.talaria.inference.embedded;

import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.TokenBudgetException;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.decode.TokenMask;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.schemas.grammar.Grammar;

import java.io.IOException;
import java.nio.file.Path;

/// Grammars held against a model's vocabulary, without the model: what judging and measuring masks
/// takes.
///
/// Safe for use by many threads, its answers by one each.
public final class VocabularyMasks {

    private final Tokenizer tokenizer;
    private final Constraints constraints;

    private VocabularyMasks(Tokenizer tokenizer, Constraints constraints) {
        this.tokenizer = tokenizer;
        this.constraints = constraints;
    }

    /// Reads a vocabulary.
    ///
    /// @param path a GGUF file (its vocabulary is enough), a folder in Hugging Face's layout, a
    ///   `tokenizer.json` or a `tokenizer.model`
    /// @throws IOException where a file cannot be read
    public static VocabularyMasks open(Path path) throws IOException {
        Tokenizer tokenizer = ModelFiles.tokenizer(path);
        if (tokenizer.vocabulary().endToken() < 0) {
            throw new IllegalArgumentException(
                    path + ": names no token that ends an answer; use a model's own vocabulary");
        }
        VocabularyBytes bytes = new VocabularyBytes(tokenizer.vocabulary());
        return new VocabularyMasks(tokenizer, new Constraints(bytes));
    }

    /// The same vocabulary, where what a grammar forces is spelled as the tokenizer would, and no
    /// other way is allowed: as the operator does it.
    public VocabularyMasks spellingForced() {
        VocabularyBytes bytes = new VocabularyBytes(tokenizer.vocabulary());
        return new VocabularyMasks(tokenizer, new Constraints(bytes, this::encode));
    }

    /// How many tokens there are.
    public int size() {
        return tokenizer.vocabulary().size();
    }

    /// The tokens of a text that goes on from other text: ordinary ones only.
    public int[] encode(String text) {
        return tokenizer.encodeText(text, TextStart.CONTINUED);
    }

    /// The text of tokens that go on from other text.
    public String text(int[] tokens) {
        return tokenizer.decode(tokens, TextStart.CONTINUED);
    }

    /// Tokens in the shortest value known of the grammar: the least budget that will do.
    public int minimumTokens(Grammar grammar) {
        return constraints.start(grammar, Integer.MAX_VALUE).minimumTokens();
    }

    /// Whether not even the shortest value of the grammar fits so many tokens.
    public boolean isTooSmall(Grammar grammar, int maxTokens) {
        try {
            constraints.start(grammar, maxTokens);
            return false;
        } catch (TokenBudgetException e) {
            return true;
        }
    }

    /// An answer before its first token.
    ///
    /// @throws IllegalArgumentException where the shortest value has more than `maxTokens`
    public Answer start(Grammar grammar, int maxTokens) {
        try {
            return new Answer(constraints.start(grammar, maxTokens));
        } catch (TokenBudgetException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /// One answer, token by token. Used by one thread at a time.
    public static final class Answer {

        private final TokenConstraint constraint;
        private TokenMask mask;

        private Answer(TokenConstraint constraint) {
            this.constraint = constraint;
        }

        /// Computes the mask of the next token.
        public void computeMask() {
            mask = constraint.mask();
        }

        /// Whether the mask that was computed last allows the token.
        public boolean allows(int token) {
            return mask.allows(token);
        }

        /// How many tokens the mask that was computed last allows.
        public int allowed() {
            return mask.cardinality();
        }

        /// Appends a token.
        ///
        /// @throws IllegalArgumentException where it is not allowed
        public void commit(int token) {
            constraint.commit(token);
        }

        /// Whether the tokens so far are a whole value.
        public boolean isComplete() {
            return constraint.isComplete();
        }
    }
}
