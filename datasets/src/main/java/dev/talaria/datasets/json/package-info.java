/// JSON files: a record per line, an array of records, records one after the other, or an object of
/// columns. Types are found by looking at the values.
@NullMarked
package dev.talaria.datasets.json;

import org.jspecify.annotations.NullMarked;
