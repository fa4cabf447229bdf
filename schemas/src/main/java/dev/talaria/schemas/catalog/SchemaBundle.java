package dev.talaria.schemas.catalog;

import dev.talaria.schemas.grammar.ReferenceSurvey;
import dev.talaria.schemas.grammar.ReferenceSurvey.Reference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.MetaSchemas;
import dev.talaria.schemas.validation.SchemaSource;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Makes a schema that refers to others stand alone: a compound document as JSON Schema 2020-12,
/// section 9.3, has it.
///
/// Every schema it refers to, and those these refer to, is put under `$defs` (`definitions` up to
/// draft-07) and named, by `$id`, as it is referred to; no reference is rewritten. What cannot be
/// put together with its meaning unchanged is refused: documents of different drafts, and those
/// whose own `$id` their references are relative to. The drafts' meta-schemas stay outside, they
/// are always known.
public final class SchemaBundle {

    private static final int MAX_DOCUMENTS = 1_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+(@[1-9][0-9]*)?");

    // What may stay where a reference that stood alone moves into allOf: nothing comes to life.
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "$schema",
                    "$comment",
                    "title",
                    "description",
                    "default",
                    "examples",
                    "definitions",
                    "$defs");

    private final String text;
    private final SchemaSource source;
    private final JsonNode root;
    private final ReferenceSurvey survey;
    private final Map<String, ObjectNode> embedded = new LinkedHashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private final Deque<String> unread = new ArrayDeque<>();
    private final Map<String, String> texts = new HashMap<>();
    private @Nullable String ownName;
    private long characters;

    private SchemaBundle(String text, SchemaSource source) {
        this.text = text;
        this.source = source;
        this.root = JsonText.schema(text);
        this.survey = ReferenceSurvey.of(root, "");
        this.characters = text.length();
    }

    /// The schema with all it refers to inside; that very text where it refers to nothing outside.
    ///
    /// @param source what it may refer to, asked for every name it and the others lead to; it may
    ///   have the schema itself, too
    /// @throws InvalidSchemaException where a reference leads to nothing the source has, or the
    ///   documents cannot be put together; it names the document, the reference and the remedy
    public static String of(String json, SchemaSource source) {
        SchemaBundle bundle = new SchemaBundle(json, source);
        bundle.claim("this schema", bundle.survey);
        bundle.follow(bundle.survey);
        while (!bundle.unread.isEmpty()) {
            bundle.embed(bundle.unread.removeFirst());
        }
        boolean alone = bundle.embedded.isEmpty() && bundle.ownName == null;
        return alone || !bundle.root.isObject() ? json : bundle.write();
    }

    private void follow(ReferenceSurvey from) {
        Set<String> inside = from.inside();
        for (Reference reference : from.references()) {
            String uri = reference.uri();
            boolean here = uri.equals(from.uri()) || inside.contains(uri);
            if (!here && !texts.containsKey(uri) && MetaSchemas.SOURCE.find(uri).isEmpty()) {
                lead(reference, uri);
            }
        }
    }

    private void lead(Reference reference, String uri) {
        Optional<String> found = source.find(uri);
        if (uri.equals(survey.uri()) && found.orElse(text).equals(text)) {
            return;
        }
        if (found.isEmpty()) {
            if (reference.certain()) {
                throw absent(reference);
            }
            return;
        }
        note(uri, found.get());
        if (ownName == null && isFree(uri) && found.get().equals(text)) {
            ownName = uri;
            claim(uri, uri);
        } else {
            unread.addLast(uri);
        }
    }

    // The schema takes the name others refer to it by, which changes nothing it refers to.
    private boolean isFree(String uri) {
        return root.isObject()
                && root.path(survey.identifier()).isMissingNode()
                && !uri.contains("/")
                && !uri.contains(":");
    }

    private void note(String uri, String found) {
        texts.put(uri, found);
        characters += found.length();
        if (texts.size() > MAX_DOCUMENTS || characters > JsonText.MAX_CHARACTERS) {
            throw new InvalidSchemaException(
                    "schema: it leads to %d schemas of %d characters in all; the most are %d and %d, refer to fewer"
                            .formatted(
                                    texts.size(),
                                    characters,
                                    MAX_DOCUMENTS,
                                    JsonText.MAX_CHARACTERS));
        }
    }

    private InvalidSchemaException absent(Reference reference) {
        String place = "schema " + reference.pointer() + ": '" + reference.text() + "' ";
        if (reference.isRelativeToIdentifier()) {
            return new InvalidSchemaException(
                    place
                            + "means '"
                            + reference.uri()
                            + "', by the "
                            + survey.identifier()
                            + " around it, and no schema is registered under that; leave out the "
                            + survey.identifier()
                            + " to refer to registered schemas by name, such as address@1");
        }
        return new InvalidSchemaException(
                place
                        + "leads out of the document, and nothing is fetched; "
                        + remedy(reference.uri())
                        + ", or copy it into "
                        + survey.definitions()
                        + " and refer to it there");
    }

    private static String remedy(String uri) {
        if (!NAME.matcher(uri).matches()) {
            return "register the schema and refer to it by that name, such as address@1";
        }
        String version = uri.contains("@") ? uri : uri + "@1";
        return "register a schema under the name '" + version + "'";
    }

    private void embed(String uri) {
        try {
            JsonNode json = JsonText.schema(Objects.requireNonNull(texts.get(uri)));
            if (json.isBoolean()) {
                embedded.put(uri, ofBoolean(json.booleanValue(), uri));
                claim(uri, uri);
                return;
            }
            ReferenceSurvey other = ReferenceSurvey.of(json, uri);
            if (!other.draft().equals(survey.draft())) {
                throw new InvalidSchemaException(
                        "it is of %s, but what refers to it is of %s; write both in one draft and name it by $schema"
                                .formatted(other.draft(), survey.draft()));
            }
            ObjectNode named = named(json, uri, other);
            named.remove("$schema");
            embedded.put(uri, named);
            claim(uri, uri);
            claim(uri, other);
            follow(other);
        } catch (InvalidSchemaException e) {
            throw new InvalidSchemaException(uri + ": " + e.getMessage(), e);
        }
    }

    private ObjectNode ofBoolean(boolean value, String uri) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put(survey.identifier(), uri);
        if (!value) {
            schema.set("not", JsonNodeFactory.instance.objectNode());
        }
        return schema;
    }

    // The names inside a document, so that none means two schemas once they are one document.
    private void claim(String owner, ReferenceSurvey names) {
        names.inside().forEach(uri -> claim(owner, uri));
        if (owner.equals("this schema") && !names.uri().isEmpty()) {
            claim(owner, names.uri());
        }
    }

    private void claim(String owner, String uri) {
        String before = owners.putIfAbsent(uri, owner);
        if (before != null) {
            throw new InvalidSchemaException(
                    "both %s and %s have a schema that is called '%s'; give each its own %s"
                            .formatted(before, owner, uri, survey.identifier()));
        }
    }

    /// A copy of a document that calls itself so.
    private static ObjectNode named(JsonNode json, String uri, ReferenceSurvey before) {
        if (!json.isObject()) {
            throw new InvalidSchemaException(
                    "schema #: "
                            + json.getNodeType()
                            + " is not a schema; write an object, true or false");
        }
        ObjectNode named = JsonNodeFactory.instance.objectNode();
        named.put(before.identifier(), uri);
        boolean alone = standsAlone(json, before);
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String name = member.getKey();
            if (!name.equals(before.identifier()) && (!alone || WITHOUT_EFFECT.contains(name))) {
                named.set(name, member.getValue());
            }
        }
        if (alone) {
            wrapReference(named, json);
        } else {
            checkRenamed(json, named, uri, before);
        }
        return named;
    }

    private static boolean standsAlone(JsonNode json, ReferenceSurvey survey) {
        return survey.referencesStandAlone() && json.has("$ref");
    }

    private static void wrapReference(ObjectNode schema, JsonNode json) {
        schema.putArray("allOf").addObject().set("$ref", json.get("$ref"));
    }

    private static void checkRenamed(
            JsonNode json, ObjectNode named, String uri, ReferenceSurvey before) {
        ReferenceSurvey after = ReferenceSurvey.of(named, uri);
        String own = json.path(before.identifier()).asString("");
        boolean anchor = own.contains("#") && !own.endsWith("#");
        boolean calledByOwnName =
                !before.uri().equals(uri)
                        && before.references().stream()
                                .anyMatch(each -> each.uri().equals(before.uri()));
        boolean same =
                meanings(before).equals(meanings(after)) && before.inside().equals(after.inside());
        if (anchor || calledByOwnName || !same) {
            throw new InvalidSchemaException(
                    "schema #/%s: it calls itself '%s', and something in it is relative to that, so it cannot be put inside another schema as '%s'; leave out the %s"
                            .formatted(before.identifier(), own, uri, before.identifier()));
        }
    }

    private static List<String> meanings(ReferenceSurvey survey) {
        return survey.references().stream().map(Reference::uri).toList();
    }

    private String write() {
        for (String uri : embedded.keySet()) {
            if (!survey.resolve(uri).equals(uri)) {
                throw new InvalidSchemaException(
                        "schema #/%s: '%s' changes what the name '%s' means; leave it out to refer to registered schemas by name"
                                .formatted(survey.identifier(), survey.uri(), uri));
            }
        }
        ObjectNode bundle = ownName == null ? unnamed() : named(root, ownName, survey);
        if (!embedded.isEmpty()) {
            addDefinitions(bundle);
        }
        return bundle.toString();
    }

    private ObjectNode unnamed() {
        ObjectNode bundle = JsonNodeFactory.instance.objectNode();
        boolean alone = standsAlone(root, survey);
        for (Map.Entry<String, JsonNode> member : root.properties()) {
            if (!alone || WITHOUT_EFFECT.contains(member.getKey())) {
                bundle.set(member.getKey(), member.getValue());
            }
        }
        if (alone) {
            wrapReference(bundle, root);
        }
        return bundle;
    }

    private void addDefinitions(ObjectNode bundle) {
        String keyword = survey.definitions();
        JsonNode before = bundle.get(keyword);
        if (before != null && !before.isObject()) {
            throw new InvalidSchemaException(
                    "schema #/" + keyword + ": not an object; write schemas by name");
        }
        ObjectNode definitions = JsonNodeFactory.instance.objectNode();
        if (before != null) {
            before.properties().forEach(each -> definitions.set(each.getKey(), each.getValue()));
        }
        embedded.forEach((uri, schema) -> {
            String name = uri;
            while (definitions.has(name)) {
                name += "_";
            }
            definitions.set(name, schema);
        });
        bundle.set(keyword, definitions);
    }
}
