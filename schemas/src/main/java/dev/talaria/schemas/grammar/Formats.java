package dev.talaria.schemas.grammar;

import java.util.Set;

/// The values of `format` that validation asserts. Any other is an annotation.
final class Formats {

    private static final Set<String> ASSERTED =
            Set.of(
                    "date-time",
                    "date",
                    "time",
                    "duration",
                    "email",
                    "idn-email",
                    "hostname",
                    "idn-hostname",
                    "ipv4",
                    "ipv6",
                    "uri",
                    "uri-reference",
                    "iri",
                    "iri-reference",
                    "uuid",
                    "uri-template",
                    "json-pointer",
                    "relative-json-pointer",
                    "regex");

    private Formats() {}

    static boolean isAsserted(String format) {
        return ASSERTED.contains(format);
    }
}
