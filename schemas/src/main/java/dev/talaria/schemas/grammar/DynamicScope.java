package dev.talaria.schemas.grammar;

import java.util.LinkedHashMap;
import java.util.Map;

/// What the dynamic anchors mean on the way to a schema: of the resources entered, the first that
/// has each name.
///
/// All that `$dynamicRef` and `$recursiveRef` depend on apart from where they stand. There are
/// finitely many in a closed set of documents, so that each reference is resolved once for each way
/// to it. Immutable.
///
/// @param outermost the resource for each name
record DynamicScope(Map<String, SchemaResource> outermost) {

    static final DynamicScope NONE = new DynamicScope(Map.of());

    /// Inside that resource too.
    DynamicScope entering(SchemaResource resource) {
        Map<String, SchemaResource> more = null;
        for (String name : resource.dynamicAnchors()) {
            if (!outermost.containsKey(name)) {
                more = more == null ? new LinkedHashMap<>(outermost) : more;
                more.put(name, resource);
            }
        }
        return more == null ? this : new DynamicScope(more);
    }

    /// The outermost resource with that dynamic anchor; null where none has it.
    SchemaResource find(String name) {
        return outermost.get(name);
    }
}
