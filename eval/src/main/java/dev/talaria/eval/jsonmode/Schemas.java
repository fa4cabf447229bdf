package dev.talaria.eval.jsonmode;

import dev.talaria.schemas.validation.FormatAssertion;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;
import dev.talaria.schemas.validation.SchemaValidator;
import dev.talaria.schemas.validation.Violation;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.regex.Pattern;

/// The schema of a row with and without its formats asserted; made when first asked for.
final class Schemas {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern KNOWN_DRAFT =
            Pattern.compile(
                    "https?://json-schema\\.org/(?:draft-0[467]|draft/2019-09|draft/2020-12)"
                            + "/schema#?");

    private final String schema;
    private SchemaValidator plain;
    private SchemaValidator asserting;

    Schemas(String schema) {
        this.schema = schema;
    }

    /// What a text violates.
    ///
    /// @throws InvalidSchemaException where the schema is none
    synchronized List<Violation> violations(String json, FormatAssertion formats) {
        return switch (formats) {
            case IGNORED -> {
                plain = plain == null ? made(formats) : plain;
                yield plain.validate(json);
            }
            case ASSERTED -> {
                asserting = asserting == null ? made(formats) : asserting;
                yield asserting.validate(json);
            }
        };
    }

    private SchemaValidator made(FormatAssertion formats) {
        return NetworkntValidator.of(withKnownDraft(), SchemaSource.NONE, formats);
    }

    // Of a draft that is not known the latest is taken, as the published evaluator's library does.
    private String withKnownDraft() {
        if (JSON.readTree(schema) instanceof ObjectNode object && object.has("$schema")) {
            String named = object.get("$schema").asString("");
            if (!KNOWN_DRAFT.matcher(named).matches()) {
                return object.without("$schema").toString();
            }
        }
        return schema;
    }
}
