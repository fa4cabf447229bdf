/// GGUF model files: a mapped file to names, values and tensor views, and the way back.
///
/// A model split into several files is read as one. The format is that of the specification
/// (`ggml/docs/gguf.md`), versions 2 and 3, little-endian. A file is untrusted: whatever its bytes,
/// opening it succeeds or ends in a [MalformedGgufException] with a position, within memory bounded
/// by the file's own size.
package dev.talaria.inference.gguf;
