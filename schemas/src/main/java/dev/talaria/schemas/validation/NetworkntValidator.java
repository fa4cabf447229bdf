package dev.talaria.schemas.validation;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;

import dev.talaria.schemas.validation.JsonText.MalformedJsonException;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/// Validation by the networknt library: formats asserted where nothing else is said, the draft by
/// `$schema` (2020-12 where there is none), never the network.
public final class NetworkntValidator implements SchemaValidator {

    private static final String META_SCHEMAS = "https?://json-schema\\.org/draft[-/].*";

    // Counts schemas applied inside each other, which is what the library recurses by.
    private static final int MAX_DEPTH = 1_000;

    // Enough for an expression over some ten thousand characters; only what is used is taken.
    private static final long DEEP_STACK_BYTES = 64L << 20;

    private static final String TOO_DEEP =
            "matching a pattern goes too deep; shorten the text, or bound it with maxLength";

    // Where documents stand that do not say so: the library resolves names by absolute URIs only.
    private static final String PLACE = "schema://registered/";

    private static final SchemaRegistryConfig ASSERTING = config(true);
    private static final SchemaRegistryConfig ANNOTATING = config(false);

    private final Schema schema;

    private NetworkntValidator(Schema schema) {
        this.schema = schema;
    }

    private static SchemaRegistryConfig config(boolean assertsFormats) {
        return SchemaRegistryConfig.builder()
                .formatAssertionsEnabled(assertsFormats)
                .locale(Locale.ENGLISH)
                .pathType(PathType.JSON_POINTER)
                .build();
    }

    /// A validator of the schema in that text.
    ///
    /// @throws InvalidSchemaException where the text is not a JSON Schema, or refers to something
    ///   outside it
    public static SchemaValidator of(String schemaJson) {
        return of(schemaJson, SchemaSource.NONE);
    }

    /// A validator of the schema in that text, which may refer to others.
    ///
    /// @param source the others, by URI; nothing is fetched that it does not have
    /// @throws InvalidSchemaException where the text is not a JSON Schema, or refers to something
    ///   that is neither in it nor in the source
    public static SchemaValidator of(String schemaJson, SchemaSource source) {
        return of(schemaJson, source, FormatAssertion.ASSERTED);
    }

    /// As [#of(String, SchemaSource)], with or without `format` as an assertion.
    public static SchemaValidator of(
            String schemaJson, SchemaSource source, FormatAssertion formats) {
        JsonNode json = JsonText.schema(schemaJson);
        SpecificationVersion draft = draft(json);
        ReferenceCheck.check(json, draft == SpecificationVersion.DRAFT_4 ? "id" : "$id", source);
        checkAgainstMetaSchema(json, draft);
        SchemaRegistryConfig config =
                switch (formats) {
                    case ASSERTED -> ASSERTING;
                    case IGNORED -> ANNOTATING;
                };
        try {
            SchemaLocation place = SchemaLocation.of(PLACE);
            return new NetworkntValidator(registry(draft, source, config).getSchema(place, json));
        } catch (SchemaException e) {
            throw new InvalidSchemaException("schema: " + e.getMessage(), e);
        }
    }

    private static SpecificationVersion draft(JsonNode json) {
        JsonNode named = json.get("$schema");
        if (named == null) {
            return SpecificationVersion.DRAFT_2020_12;
        }
        String uri = named.asString("").replaceFirst("#$", "").replaceFirst("^https?:", "");
        for (SpecificationVersion version : SpecificationVersion.values()) {
            String known = version.getDialectId().replaceFirst("#$", "");
            if (known.replaceFirst("^https?:", "").equals(uri)) {
                return version;
            }
        }
        throw new InvalidSchemaException(
                "schema #/$schema: "
                        + named
                        + " is not a known draft; name draft-04, draft-06, draft-07, 2019-09 or"
                        + " 2020-12");
    }

    private static SchemaRegistry registry(
            SpecificationVersion draft, SchemaSource source, SchemaRegistryConfig config) {
        return SchemaRegistry.withDefaultDialectId(
                draft.getDialectId(),
                registry ->
                        registry.schemaRegistryConfig(config)
                                .dialectRegistry(StandardDialects.registry())
                                .resourceLoaders(loaders ->
                                        loaders.resources(uri -> find(uri, source).orElse(null)))
                                .schemaLoader(loader ->
                                        loader.allow(iri -> isKnown(iri.toString(), source))));
    }

    private static boolean isKnown(String uri, SchemaSource source) {
        return uri.matches(META_SCHEMAS) || find(uri, source).isPresent();
    }

    private static Optional<String> find(String uri, SchemaSource source) {
        return source.find(uri.startsWith(PLACE) ? uri.substring(PLACE.length()) : uri);
    }

    private static void checkAgainstMetaSchema(JsonNode json, SpecificationVersion draft) {
        SchemaLocation location = SchemaLocation.of(draft.getDialectId());
        List<Error> errors =
                registry(draft, SchemaSource.NONE, ASSERTING).getSchema(location).validate(json);
        if (!errors.isEmpty()) {
            throw new InvalidSchemaException(
                    errors.stream()
                            .map(e -> "schema #" + e.getInstanceLocation() + ": " + e.getMessage())
                            .distinct()
                            .limit(20)
                            .collect(Collectors.joining("\n")));
        }
    }

    @Override
    public List<Violation> validate(String json) {
        try {
            return violations(json);
        } catch (StackOverflowError shallow) {
            return violationsWithDeepStack(json);
        }
    }

    // Expressions such as (a|b)* are matched by a recursion that goes as deep as the text is long.
    private List<Violation> violationsWithDeepStack(String json) {
        Executor deep =
                task ->
                        Thread.ofPlatform()
                                .name("deep-validation")
                                .daemon()
                                .stackSize(DEEP_STACK_BYTES)
                                .start(task);
        try {
            return CompletableFuture.supplyAsync(() -> violations(json), deep).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StackOverflowError) {
                return List.of(new Violation("", "depth", TOO_DEEP));
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private List<Violation> violations(String json) {
        try {
            JsonNode instance = JsonText.instance(json);
            return schema
                    .validate(
                            instance,
                            context ->
                                    context.executionConfig(
                                            config -> config.maxEvaluationDepth(MAX_DEPTH)))
                    .stream()
                    .map(NetworkntValidator::violation)
                    .toList();
        } catch (MalformedJsonException e) {
            return List.of(new Violation("", "parse", String.valueOf(e.getMessage())));
        } catch (ValidationLimitExceededException e) {
            return List.of(
                    new Violation(
                            String.valueOf(e.getInstanceLocation()),
                            "depth",
                            "schemas apply more than " + MAX_DEPTH + " deep; nest the value less"));
        } catch (SchemaException e) {
            throw new InvalidSchemaException("schema: " + e.getMessage(), e);
        }
    }

    private static Violation violation(Error error) {
        String keyword = error.getKeyword() == null ? "schema" : error.getKeyword();
        return new Violation(error.getInstanceLocation().toString(), keyword, error.getMessage());
    }
}
