package dev.talaria.inference.decode;

import dev.talaria.schemas.grammar.Grammar;

/// Grammars joined to one vocabulary: the maker of [TokenConstraint]s.
///
/// Holds the vocabulary's trie, built once, and the masks computed so far, at most about 64 MiB of
/// them. Safe for use by many threads.
public final class Constraints {

    private final VocabularyIndex index;
    private final MaskCache cache;
    private final int[] endTokens;

    /// Joins to that vocabulary; what grammars force may be spelled in any way.
    ///
    /// @throws IncompleteVocabularyException where some byte of JSON text has no token of its own
    public Constraints(TokenBytes vocabulary) {
        this(vocabulary, null);
    }

    /// Joins to that vocabulary; what grammars force is spelled as its tokenizer would.
    ///
    /// @param tokenizer null to spell it in any way
    /// @throws IncompleteVocabularyException where some byte of JSON text has no token of its own
    public Constraints(TokenBytes vocabulary, TextTokens tokenizer) {
        this.index = VocabularyIndex.of(vocabulary);
        this.cache =
                new MaskCache(
                        index, tokenizer == null ? null : new ForcedSpelling(index, tokenizer));
        this.endTokens = vocabulary.endTokens().clone();
        checkEveryByte();
    }

    // A string may break off anywhere inside a character, so every byte of UTF-8 can be the one
    // that is needed. Control characters are written as escapes.
    private void checkEveryByte() {
        for (int octet = 0x20; octet <= 0xF4; octet++) {
            boolean isUtf8 = octet != 0xC0 && octet != 0xC1;
            if (isUtf8 && trie().longestPrefix(new byte[] {(byte) octet}, 0) < 0) {
                throw new IncompleteVocabularyException(octet);
            }
        }
    }

    /// The constraint of one answer, before its first token.
    ///
    /// @param maxTokens tokens of the answer at most; the end token is not counted
    /// @throws TokenBudgetException where not even the shortest answer fits
    public TokenConstraint start(Grammar grammar, int maxTokens) {
        return TokenConstraint.start(this, grammar, maxTokens);
    }

    TokenBytes vocabulary() {
        return index.tokens();
    }

    TokenTrie trie() {
        return index.all();
    }

    int[] endTokens() {
        return endTokens;
    }

    boolean isEnd(int token) {
        for (int end : endTokens) {
            if (end == token) {
                return true;
            }
        }
        return false;
    }

    GrammarMasks masks(Grammar grammar) {
        return cache.of(grammar);
    }
}
