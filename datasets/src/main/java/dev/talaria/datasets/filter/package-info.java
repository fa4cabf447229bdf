/// Which rows are wanted: a small language over columns, read once and asked of every row.
@NullMarked
package dev.talaria.datasets.filter;

import org.jspecify.annotations.NullMarked;
