/// Weights as the kernels read them, kept in a file: the next start uses it instead of repacking.
/// Beside it, the digest of the model's files: [dev.talaria.inference.repack.KeptDigest].
///
/// A file is made of, little-endian:
///
/// | bytes | what |
/// |---|---|
/// | 8 | `TALPANEL` |
/// | 4 | version of this format |
/// | 32 | SHA-256 of the order of the weights: its name, and what repacking makes of known tensors |
/// | 32 | identity of the model's files, see [dev.talaria.inference.repack.ModelIdentity] |
/// | 4 | matrices |
/// | per matrix | name (length, UTF-8), type, columns, rows (4 bytes each), offset and length (8 each) |
/// | 4 each | CRC32C of every piece of 4 MiB of every matrix, in order |
/// | 32 | SHA-256 of all before |
///
/// and then the matrices, each at a multiple of 4,096. A reader knows what it needs, so nothing is
/// parsed: all but the checksums must be the very bytes it would have written, and every piece must
/// have its checksum. Where the system holds the file in large pages it is mapped; otherwise a
/// piece is checked while it is still in the caches of the thread that has copied it.
package dev.talaria.inference.repack;
