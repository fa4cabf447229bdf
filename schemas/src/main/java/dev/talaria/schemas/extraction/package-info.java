/// What comes out: the value that fits the task's schema or the reason there is none, and where it
/// came from.
@NullMarked
package dev.talaria.schemas.extraction;

import org.jspecify.annotations.NullMarked;
