package dev.talaria.schemas.grammar;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/// One reason why a schema cannot be enforced byte by byte.
///
/// @param keyword the keyword that is not enforced, or `schema` where the whole place is at fault
/// @param pointer where it stands, as a fragment: `#/properties/total/not`
/// @param reason why it is not enforced
/// @param suggestion what to write instead
public record SchemaProblem(String keyword, String pointer, String reason, String suggestion)
        implements Serializable {

    public SchemaProblem {
        requireNonNull(keyword, "keyword");
        requireNonNull(pointer, "pointer");
        requireNonNull(reason, "reason");
        requireNonNull(suggestion, "suggestion");
    }

    @Override
    public String toString() {
        return "schema " + pointer + ": " + reason + "; " + suggestion;
    }
}
