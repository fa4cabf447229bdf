package dev.talaria.pipeline.task;

import dev.talaria.schemas.catalog.Compatibility;
import dev.talaria.schemas.catalog.SchemaBundle;
import dev.talaria.schemas.catalog.SchemaTexts;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The texts of schemas by name, and which versions stand: those that keep the readers of the
/// highest standing version below them, and those that are forced.
///
/// Which ones stand follows from the texts that are there and nothing else: not from the order in
/// which they came, nor from what was there before. So all instances agree, after a restart and
/// after compaction too.
final class SchemaVersions {

    private record Text(String json, boolean forced) {}

    private record Judged(String narrower, String wider, Compatibility verdict) {}

    private final NavigableMap<SchemaReference, Text> texts = new TreeMap<>();
    private final SchemaTexts schemas = new SchemaTexts();
    private final SchemaTexts broken = new SchemaTexts();
    private final SchemaTexts standing = new SchemaTexts();
    private final Map<SchemaReference, Compatibility> refused = new HashMap<>();
    private final Map<SchemaReference, Set<String>> asked = new HashMap<>();
    private final Map<SchemaReference, Judged> judged = new HashMap<>();

    /// Replaces or, where the text is null, deletes a version.
    ///
    /// @return the ids of which some version may stand for something else now, or be refused for
    ///   another reason
    Set<String> put(SchemaReference reference, String json, boolean forced) {
        texts.remove(reference);
        schemas.remove(reference);
        broken.remove(reference);
        refused.remove(reference);
        if (json == null) {
            asked.remove(reference);
            judged.remove(reference);
        } else {
            texts.put(reference, new Text(json, forced));
            (isSchema(json) ? schemas : broken).put(reference, json);
        }
        Set<String> changed = new TreeSet<>(Set.of(reference.id()));
        Set<String> concerned = new TreeSet<>(changed);
        asked.forEach((each, ids) -> {
            if (ids.contains(reference.id())) {
                concerned.add(each.id());
            }
        });
        for (String id : concerned) {
            if (judge(id)) {
                changed.add(id);
            }
        }
        return changed;
    }

    // By itself, whatever it refers to.
    private static boolean isSchema(String json) {
        try {
            NetworkntValidator.of(json, anything -> Optional.of("true"));
            return true;
        } catch (InvalidSchemaException e) {
            return false;
        }
    }

    /// Decides on every version of an id, from below; whether that changed any, or the reason why
    /// one is refused.
    private boolean judge(String id) {
        List<SchemaReference> before = standing(id);
        List<Optional<Compatibility>> reasonsBefore = refusals(id);
        before.forEach(standing::remove);
        SchemaReference earlier = null;
        String earlierText = null;
        for (SchemaReference reference : versions(id)) {
            refused.remove(reference);
            String text = bundle(reference);
            boolean compared = text != null && earlier != null && !texts.get(reference).forced();
            if (compared && !keepsReaders(reference, text, earlier, earlierText)) {
                continue;
            }
            schemas.find(reference).ifPresent(json -> standing.put(reference, json));
            if (text != null) {
                earlier = reference;
                earlierText = text;
            }
        }
        return !before.equals(standing(id)) || !reasonsBefore.equals(refusals(id));
    }

    private List<Optional<Compatibility>> refusals(String id) {
        return versions(id).stream().map(this::refusal).toList();
    }

    private boolean keepsReaders(
            SchemaReference reference, String text, SchemaReference earlier, String earlierText) {
        Judged last = judged.get(reference);
        boolean known =
                last != null && last.narrower().equals(text) && last.wider().equals(earlierText);
        Compatibility verdict =
                known && last.verdict().earlier().equals(earlier)
                        ? last.verdict()
                        : Compatibility.of(text, earlier, earlierText);
        judged.put(reference, new Judged(text, earlierText, verdict));
        if (!verdict.keepsReaders()) {
            refused.put(reference, verdict);
        }
        return verdict.keepsReaders();
    }

    /// The text with what it refers to inside, whatever of that stands; null where that is no
    /// schema.
    private String bundle(SchemaReference reference) {
        Set<String> ids = new HashSet<>();
        asked.put(reference, ids);
        SchemaSource all = schemas.or(broken);
        try {
            String bundle =
                    SchemaBundle.of(
                            texts.get(reference).json(),
                            name -> {
                                ids.add(idOf(name));
                                return all.find(name);
                            });
            NetworkntValidator.of(bundle);
            return bundle;
        } catch (InvalidSchemaException e) {
            return null;
        }
    }

    /// The id in a name by which schemas refer to each other.
    static String idOf(String name) {
        int at = name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    private List<SchemaReference> standing(String id) {
        return standing.references().stream().filter(each -> each.id().equals(id)).toList();
    }

    private List<SchemaReference> versions(String id) {
        SchemaReference lowest = new SchemaReference(id, 1);
        SchemaReference highest = new SchemaReference(id, Integer.MAX_VALUE);
        return List.copyOf(texts.subMap(lowest, true, highest, true).keySet());
    }

    /// Every name with a text, in order: a copy.
    List<SchemaReference> references() {
        return List.copyOf(texts.keySet());
    }

    /// The text of that name, whether it stands or not.
    Optional<String> text(SchemaReference reference) {
        return Optional.ofNullable(texts.get(reference)).map(Text::json);
    }

    /// Why that version does not stand.
    Optional<Compatibility> refusal(SchemaReference reference) {
        return Optional.ofNullable(refused.get(reference));
    }

    /// What schemas may refer to: versions that stand, and texts that are no schemas, whose errors
    /// are worth telling.
    SchemaSource source() {
        return standing.or(broken);
    }
}
