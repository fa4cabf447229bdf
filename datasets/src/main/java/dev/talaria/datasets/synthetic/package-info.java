/// Made-up documents whose fields are known, with schemas, and requests whose calls of tools are
/// known: for load tests, evaluation and training. The same seed gives the same rows.
@NullMarked
package dev.talaria.datasets.synthetic;

import org.jspecify.annotations.NullMarked;
