package dev.talaria.schemas.task;

import static java.util.Objects.requireNonNull;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name under which a schema is registered: `id@version`, as in `invoice@2`.
///
/// @param id letters, digits, `.`, `_` and `-`
/// @param version counted from 1
public record SchemaReference(String id, int version) implements Comparable<SchemaReference> {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,200}");
    private static final Pattern FORM = Pattern.compile("([^@]+)@([1-9][0-9]{0,8})");

    public SchemaReference {
        requireNonNull(id, "id");
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "schema id '" + id + "': use up to 200 letters, digits, '.', '_' and '-'");
        }
        if (version < 1) {
            throw new IllegalArgumentException(
                    "schema '" + id + "': version " + version + " is below 1");
        }
    }

    /// Reads `id@version`.
    ///
    /// @throws IllegalArgumentException where the text has another form
    public static SchemaReference parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "schema reference '" + text + "': write id@version, for example invoice@1");
        }
        return new SchemaReference(form.group(1), Integer.parseInt(form.group(2)));
    }

    @Override
    public int compareTo(SchemaReference other) {
        int byId = id.compareTo(other.id);
        return byId != 0 ? byId : Integer.compare(version, other.version);
    }

    @Override
    public String toString() {
        return id + "@" + version;
    }
}
