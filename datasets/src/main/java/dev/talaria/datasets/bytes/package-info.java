/// Bytes on their way from and to the disk: compression, lines, files that appear when they are
/// whole. Knows no rows.
@NullMarked
package dev.talaria.datasets.bytes;

import org.jspecify.annotations.NullMarked;
