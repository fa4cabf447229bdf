package dev.talaria.schemas.validation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/// The meta-schemas of every draft, from the class path: schemas may refer to them by their URI.
public final class MetaSchemas {

    /// Answers for `http(s)://json-schema.org/draft…` and for nothing else.
    public static final SchemaSource SOURCE = MetaSchemas::find;

    // Each is a resource of that name in the jar of the validator.
    private static final Set<String> NAMES =
            Set.of(
                    "draft-04/schema",
                    "draft-06/schema",
                    "draft-07/schema",
                    "draft/2019-09/schema",
                    "draft/2019-09/meta/core",
                    "draft/2019-09/meta/applicator",
                    "draft/2019-09/meta/validation",
                    "draft/2019-09/meta/meta-data",
                    "draft/2019-09/meta/format",
                    "draft/2019-09/meta/content",
                    "draft/2020-12/schema",
                    "draft/2020-12/meta/core",
                    "draft/2020-12/meta/applicator",
                    "draft/2020-12/meta/unevaluated",
                    "draft/2020-12/meta/validation",
                    "draft/2020-12/meta/meta-data",
                    "draft/2020-12/meta/format-annotation",
                    "draft/2020-12/meta/format-assertion",
                    "draft/2020-12/meta/content");

    private MetaSchemas() {}

    private static Optional<String> find(String uri) {
        String name = uri.replaceFirst("^https?://json-schema\\.org/", "").replaceFirst("#$", "");
        if (!NAMES.contains(name)) {
            return Optional.empty();
        }
        try (InputStream in = MetaSchemas.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "meta-schema "
                                + name
                                + " is not on the class path; add json-schema-validator");
            }
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read meta-schema " + name, e);
        }
    }
}
