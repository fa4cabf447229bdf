/// Parquet files. The only package that sees parquet-java, whose classes decode columns and put
/// records together; pages are found, checked and decompressed here, one per column at a time,
/// however large a row group is.
@NullMarked
package dev.talaria.datasets.parquet;

import org.jspecify.annotations.NullMarked;
