/// An operator around another one for documents that are longer than the model's window: split,
/// asked part by part, merged.
@NullMarked
package dev.talaria.inference.chunked;

import org.jspecify.annotations.NullMarked;
