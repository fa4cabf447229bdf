package dev.talaria.inference.decode;

/// A vocabulary that cannot spell every JSON text: some byte has no token of its own.
public final class IncompleteVocabularyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IncompleteVocabularyException(int octet) {
        super(
                "vocabulary: no token spells the byte 0x%02x alone, so some answers could not be"
                                .formatted(octet)
                        + " finished; use a model with byte-level or byte-fallback tokens");
    }
}
