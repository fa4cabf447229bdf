package dev.talaria.inference.chunked;

/// How documents are split that are longer than the model's window.
///
/// @param most chunks a document may take; 1 splits none
/// @param overlapTokens of a chunk's end that the next one begins with, at most
public record ChunkOptions(int most, int overlapTokens) {

    /// Up to 32 chunks that share 64 tokens.
    public static final ChunkOptions DEFAULT = new ChunkOptions(32, 64);

    public ChunkOptions {
        if (most < 1) {
            throw new IllegalArgumentException("chunks.max = " + most + " is below 1");
        }
        if (overlapTokens < 0) {
            throw new IllegalArgumentException(
                    "chunks.overlap.tokens = " + overlapTokens + " is negative");
        }
    }
}
