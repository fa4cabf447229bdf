package dev.talaria.schemas.task;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A registered JSON Schema: its name, its text and the text's digest.
///
/// The text stands alone: as it was written where it refers to nothing outside, and otherwise with
/// what it refers to inside.
///
/// The digest is what compiled grammars and validators are cached by.
///
/// @param reference the name it is registered under
/// @param json the schema document
/// @param sha256 lower-case hexadecimal SHA-256 of the text's UTF-8 bytes
public record OutputSchema(SchemaReference reference, String json, String sha256) {

    public OutputSchema {
        requireNonNull(reference, "reference");
        requireNonNull(json, "json");
        requireNonNull(sha256, "sha256");
    }

    /// A schema of that text, its digest computed.
    public static OutputSchema of(SchemaReference reference, String json) {
        return new OutputSchema(reference, json, sha256(json));
    }

    private static String sha256(String json) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(json.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
