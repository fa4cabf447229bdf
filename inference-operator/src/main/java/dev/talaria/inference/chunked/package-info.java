/// An operator around another one for documents that are longer than the model's window: split,
/// asked part by part, merged.
package dev.talaria.inference.chunked;
