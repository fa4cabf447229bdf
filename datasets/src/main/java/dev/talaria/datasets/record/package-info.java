/// What every format has in common: rows of typed values, read and written in groups.
///
/// Knows no file format. [dev.talaria.datasets.record.RecordSource] gives rows,
/// [dev.talaria.datasets.record.RecordSink] takes them; what a row looks like is a
/// [dev.talaria.datasets.record.RecordType].
@NullMarked
package dev.talaria.datasets.record;

import org.jspecify.annotations.NullMarked;
