package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;

/// The editions of JSON Schema, oldest first, as far as they differ in the keywords enforced here.
enum Draft {
    DRAFT_04,
    DRAFT_06,
    DRAFT_07,
    DRAFT_2019_09,
    DRAFT_2020_12;

    /// The draft a `$schema` names; null where it names none.
    static Draft find(String uri) {
        String bare = uri.endsWith("#") ? uri.substring(0, uri.length() - 1) : uri;
        return switch (bare.replaceFirst("^https?://", "")) {
            case "json-schema.org/draft-04/schema" -> DRAFT_04;
            case "json-schema.org/draft-06/schema" -> DRAFT_06;
            case "json-schema.org/draft-07/schema" -> DRAFT_07;
            case "json-schema.org/draft/2019-09/schema" -> DRAFT_2019_09;
            case "json-schema.org/draft/2020-12/schema" -> DRAFT_2020_12;
            default -> null;
        };
    }

    /// What to say where a `$schema` names none.
    static InvalidSchemaException unknown(String uri, String place) {
        return new InvalidSchemaException(
                "schema "
                        + place
                        + ": '"
                        + uri
                        + "' is not a known draft; name one of draft-04, draft-06, draft-07,"
                        + " 2019-09, 2020-12 or leave it out (2020-12)");
    }

    boolean isBefore(Draft other) {
        return compareTo(other) < 0;
    }

    @Override
    public String toString() {
        return switch (this) {
            case DRAFT_04 -> "draft-04";
            case DRAFT_06 -> "draft-06";
            case DRAFT_07 -> "draft-07";
            case DRAFT_2019_09 -> "2019-09";
            case DRAFT_2020_12 -> "2020-12";
        };
    }
}
