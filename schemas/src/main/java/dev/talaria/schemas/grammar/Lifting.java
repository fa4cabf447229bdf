package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes keywords out of a schema, and out of those it refers to, so that what is left allows every
/// value that the whole allows.
///
/// Leaving out a keyword allows more values, with three exceptions, and what they name is left out
/// with it: below `not`, `if`, `oneOf` and their like, or below what these refer to, it may allow
/// fewer; what is beside `properties` or `items` is for the members these do not speak of; and what
/// is unevaluated depends on all that evaluates.
final class Lifting implements SchemaSource {

    private static final Set<String> NOT_MONOTONE =
            Set.of("not", "if", "then", "else", "oneOf", "contains", "dependencies");

    private static final Set<String> UNEVALUATED =
            Set.of("unevaluatedProperties", "unevaluatedItems");

    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

    // The step after one of these is a name that somebody chose.
    private static final Set<String> NAMED =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

    // What is beside them, or around them, may depend on which parts of a value they speak of.
    private static final Set<String> EVALUATING =
            Set.of(
                    "properties",
                    "patternProperties",
                    "additionalProperties",
                    "items",
                    "prefixItems",
                    "additionalItems",
                    "contains",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "if",
                    "then",
                    "else",
                    "dependencies",
                    "dependentSchemas");

    private final JsonNode schema;
    private final SchemaSource source;
    private final Map<String, JsonNode> others = new HashMap<>();
    private final Set<String> found = new HashSet<>();
    private final List<SchemaProblem> lifted = new ArrayList<>();

    /// @param schema is changed
    Lifting(JsonNode schema, SchemaSource source) {
        this.schema = schema;
        this.source = source;
    }

    /// What is left of another document, or the whole of it.
    @Override
    public Optional<String> find(String uri) {
        JsonNode other = others.get(uri);
        Optional<String> text = other == null ? source.find(uri) : Optional.of(other.toString());
        text.ifPresent(none -> found.add(uri));
        return text;
    }

    /// What was left out so far.
    List<SchemaProblem> lifted() {
        return lifted;
    }

    /// Leaves out what was refused.
    ///
    /// @throws UnsupportedSchemaException where that cannot be left to validation
    void lift(UnsupportedSchemaException refusal) {
        if (!refusal.beyondValidation().isEmpty()) {
            throw new UnsupportedSchemaException(refusal.beyondValidation());
        }
        boolean any = false;
        for (SchemaProblem problem : refusal.problems()) {
            any |= lift(problem);
        }
        if (!any) {
            throw refusal;
        }
    }

    private boolean lift(SchemaProblem problem) {
        int hash = problem.pointer().indexOf('#');
        String uri = hash < 0 ? problem.pointer() : problem.pointer().substring(0, hash);
        JsonNode document = uri.isEmpty() ? schema : other(uri);
        if (document == null) {
            return false;
        }
        String last = "/" + SchemaDocument.escape(problem.keyword());
        String pointer = problem.pointer().substring(uri.length());
        String whole = pointer.endsWith(last) ? pointer : pointer + last;
        int before = lifted.size();
        new Cut(document, uri, problem).at(whole);
        return lifted.size() > before;
    }

    // To be changed; null where the source has none of that URI.
    private JsonNode other(String uri) {
        JsonNode known = others.get(uri);
        Optional<String> text = known == null ? source.find(uri) : Optional.empty();
        if (text.isEmpty()) {
            return known;
        }
        JsonNode read = JsonText.schema(text.get());
        others.put(uri, read);
        return read;
    }

    // The documents that were read, each to be changed.
    private Map<String, JsonNode> documents() {
        Map<String, JsonNode> documents = new HashMap<>();
        documents.put("", schema);
        for (String uri : List.copyOf(found)) {
            documents.put(uri, other(uri));
        }
        return documents;
    }

    private static boolean isValue(String name) {
        return Set.of("enum", "const", "default", "examples").contains(name);
    }

    /// One keyword taken out of a document, with what has to go with it.
    private final class Cut {

        private final JsonNode document;
        private final String uri;
        private final SchemaProblem problem;
        private final Deque<String> open = new ArrayDeque<>();
        private boolean evaluates;

        Cut(JsonNode document, String uri, SchemaProblem problem) {
            this.document = document;
            this.uri = uri;
            this.problem = problem;
        }

        /// @param pointer to the keyword
        void at(String pointer) {
            String[] steps = pointer.split("/");
            JsonNode at = document;
            StringBuilder path = new StringBuilder("#");
            boolean named = false;
            for (int i = 1; i < steps.length && at != null; i++) {
                String name = steps[i].replace("~1", "/").replace("~0", "~");
                boolean last = i == steps.length - 1 || !named && NOT_MONOTONE.contains(name);
                if (last && at instanceof ObjectNode object && object.has(name)) {
                    takeWithAllAround(object, path.toString(), name);
                    return;
                }
                path.append('/').append(steps[i]);
                named = !named && NAMED.contains(name);
                at = at.isArray() ? at.get(Integer.parseInt(name)) : at.get(name);
            }
        }

        private void takeWithAllAround(ObjectNode object, String pointer, String name) {
            take(object, uri + pointer, name);
            takeWhatTurns();
            if (evaluates) {
                documents().forEach((of, json) -> takeUnevaluated(json, of + "#", false));
                takeWhatTurns();
            }
        }

        private void takeWhatTurns() {
            while (!open.isEmpty()) {
                String cut = open.removeFirst();
                documents().forEach((of, json) -> new Turning(this, cut, of, json).take());
            }
        }

        /// @param pointer to the object
        private void take(ObjectNode object, String pointer, String name) {
            JsonNode value = object.remove(name);
            lifted.add(
                    new SchemaProblem(
                            problem.keyword(),
                            pointer + "/" + SchemaDocument.escape(name),
                            problem.reason(),
                            problem.suggestion()));
            open.add(pointer);
            evaluates |= EVALUATING.contains(name);
            switch (name) {
                case "if" -> {
                    takeBeside(object, pointer, "then");
                    takeBeside(object, pointer, "else");
                }
                case "properties", "patternProperties" ->
                        takeBeside(object, pointer, "additionalProperties");
                case "prefixItems" -> takeBeside(object, pointer, "items");
                case "items" -> {
                    if (value.isArray()) {
                        takeBeside(object, pointer, "additionalItems");
                    }
                }
                default -> {}
            }
        }

        private void takeBeside(ObjectNode object, String pointer, String name) {
            if (object.has(name)) {
                take(object, pointer, name);
            }
        }

        private static boolean depends(JsonNode on) {
            return UNEVALUATED.stream().anyMatch(name -> !on.findValues(name).isEmpty());
        }

        private void takeUnevaluated(JsonNode at, String pointer, boolean named) {
            if (!named && at instanceof ObjectNode object) {
                UNEVALUATED.forEach(name -> takeBeside(object, pointer, name));
            }
            for (String name : List.copyOf(at.propertyNames())) {
                JsonNode value = at.get(name);
                if (!named && value != null && NOT_MONOTONE.contains(name) && depends(value)) {
                    takeBeside((ObjectNode) at, pointer, name);
                } else if (value != null && (named || !isValue(name))) {
                    String inside = pointer + "/" + SchemaDocument.escape(name);
                    takeUnevaluated(value, inside, !named && NAMED.contains(name));
                }
            }
            for (int i = 0; at.isArray() && i < at.size(); i++) {
                takeUnevaluated(at.get(i), pointer + "/" + i, false);
            }
        }
    }

    /// The outermost keywords of a document in which more allowed somewhere is less allowed here.
    private static final class Turning {

        private final Cut cut;
        private final String place;
        private final String uri;
        private final JsonNode document;
        private final boolean divided;
        private final Set<String> followed = new HashSet<>();

        /// @param place where more is allowed
        Turning(Cut cut, String place, String uri, JsonNode document) {
            this.cut = cut;
            this.place = place;
            this.uri = uri;
            this.document = document;
            this.divided = hasIdentifierInside(document);
        }

        private static boolean hasIdentifierInside(JsonNode document) {
            List<String> names = List.of("$id", "id");
            long own = names.stream().filter(name -> document.path(name).isString()).count();
            return names.stream()
                            .flatMap(name -> document.findValues(name).stream())
                            .filter(JsonNode::isString)
                            .count()
                    > own;
        }

        void take() {
            take(document, uri + "#", false);
        }

        private void take(JsonNode at, String pointer, boolean named) {
            for (String name : List.copyOf(at.propertyNames())) {
                JsonNode value = at.get(name);
                followed.clear();
                if (!named && value != null && NOT_MONOTONE.contains(name) && leads(value)) {
                    cut.take((ObjectNode) at, pointer, name);
                } else if (value != null && (named || !isValue(name))) {
                    String inside = pointer + "/" + SchemaDocument.escape(name);
                    take(value, inside, !named && NAMED.contains(name));
                }
            }
            for (int i = 0; at.isArray() && i < at.size(); i++) {
                take(at.get(i), pointer + "/" + i, false);
            }
        }

        private boolean leads(JsonNode from) {
            return REFERENCES.stream()
                    .flatMap(name -> from.findValues(name).stream())
                    .anyMatch(reference -> leads(reference.asString("")));
        }

        // What is no pointer into this document may lead anywhere.
        private boolean leads(String reference) {
            if (divided || !reference.startsWith("#/") || reference.indexOf('%') >= 0) {
                return true;
            }
            if ((place + "/").startsWith(uri + reference + "/")) {
                return true;
            }
            return followed.add(reference) && leads(document.at(reference.substring(1)));
        }
    }
}
