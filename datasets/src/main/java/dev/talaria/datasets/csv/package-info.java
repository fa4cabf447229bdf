/// CSV files as RFC 4180 has them, with other separators too. Types are found by looking at the
/// values, or everything is text.
@NullMarked
package dev.talaria.datasets.csv;

import org.jspecify.annotations.NullMarked;
