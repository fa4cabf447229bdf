/// Values of a schema from parts of a document: what a part has to satisfy, and how the values of
/// the parts become one.
@NullMarked
package dev.talaria.schemas.partial;

import org.jspecify.annotations.NullMarked;
