/// Whether a text is JSON, a JSON a schema, and a value what a schema says: a check that knows
/// nothing of the grammar, so that the two can disagree.
@NullMarked
package dev.talaria.schemas.validation;

import org.jspecify.annotations.NullMarked;
