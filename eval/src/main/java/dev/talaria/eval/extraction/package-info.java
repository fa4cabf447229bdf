/// How fields that a model found in a document are judged by those it should have found:
/// normalisation by type, precision and recall by field, exact matches.
@NullMarked
package dev.talaria.eval.extraction;

import org.jspecify.annotations.NullMarked;
