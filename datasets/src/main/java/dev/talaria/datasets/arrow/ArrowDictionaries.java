package dev.talaria.datasets.arrow;

import dev.talaria.datasets.arrow.ArrowMessages.Located;
import dev.talaria.datasets.bytes.CorruptDataException;
import dev.talaria.datasets.record.Value;

import org.apache.arrow.flatbuf.DictionaryBatch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/// The dictionaries as they are at one place of a file: each of one batch, and of those that add to
/// it.
final class ArrowDictionaries {

    private final ArrowSchema schema;
    private final Map<Long, List<ArrowVector>> parts = new HashMap<>();
    private final Map<Long, LongFunction<Value>> values = new HashMap<>();

    ArrowDictionaries(ArrowSchema schema) {
        this.schema = schema;
        for (Long id : schema.dictionaries().keySet()) {
            parts.put(id, new ArrayList<>());
            values.put(id, index -> value(id, index));
        }
    }

    /// The values of each dictionary, as they are at the time they are asked for.
    Map<Long, LongFunction<Value>> values() {
        return values;
    }

    /// Takes a dictionary's message: it takes the place of what was there, or adds to it.
    void take(Located message) throws CorruptDataException {
        DictionaryBatch batch = message.dictionary();
        ArrowField field = schema.dictionaries().get(batch.id());
        List<ArrowVector> vectors = parts.get(batch.id());
        // One that no column has is of no use.
        if (field == null || vectors == null) {
            return;
        }
        if (!batch.isDelta()) {
            vectors.clear();
        }
        vectors.add(new BatchReader(batch.data(), message.body(), values).read(field));
    }

    private Value value(long id, long index) {
        long left = index;
        for (ArrowVector part : parts.getOrDefault(id, List.of())) {
            if (left < part.length()) {
                return part.get(left);
            }
            left -= part.length();
        }
        throw new IndexOutOfBoundsException("dictionary %d has no entry %d".formatted(id, index));
    }
}
