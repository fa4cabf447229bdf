package dev.talaria.schemas.catalog;

import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.SchemaSource;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/// The texts of schemas as they were written, by the names schemas refer to each other by:
/// `address@2`, and `address` for the highest version.
///
/// Texts are not looked into. Safe for use by many threads.
public final class SchemaTexts implements SchemaSource {

    private final NavigableMap<SchemaReference, String> texts = new ConcurrentSkipListMap<>();

    /// Keeps a text in place of the one before.
    public void put(SchemaReference reference, String json) {
        texts.put(reference, json);
    }

    /// Takes a text out; null where there was none.
    public @Nullable String remove(SchemaReference reference) {
        return texts.remove(reference);
    }

    /// The text of that name.
    public Optional<String> find(SchemaReference reference) {
        return Optional.ofNullable(texts.get(reference));
    }

    @Override
    public Optional<String> find(String uri) {
        try {
            return uri.contains("@") ? find(SchemaReference.parse(uri)) : latest(uri);
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
    }

    private Optional<String> latest(String id) {
        Map.Entry<SchemaReference, String> last =
                texts.floorEntry(new SchemaReference(id, Integer.MAX_VALUE));
        return last != null && last.getKey().id().equals(id)
                ? Optional.of(last.getValue())
                : Optional.empty();
    }

    /// Every name, in order: a copy.
    public NavigableSet<SchemaReference> references() {
        return new TreeSet<>(texts.keySet());
    }

    /// These texts and one more, as they are now.
    SchemaTexts with(SchemaReference reference, String json) {
        SchemaTexts more = new SchemaTexts();
        more.texts.putAll(texts);
        more.put(reference, json);
        return more;
    }
}
