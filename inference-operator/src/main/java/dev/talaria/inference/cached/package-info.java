/// Operators around another one: answers kept on disk and shared while they are computed.
@NullMarked
package dev.talaria.inference.cached;

import org.jspecify.annotations.NullMarked;
