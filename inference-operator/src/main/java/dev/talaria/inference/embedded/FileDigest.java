package dev.talaria.inference.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// SHA-256 of files and streams, in lower-case hexadecimal.
final class FileDigest {

    private FileDigest() {}

    static String sha256(Path file) throws IOException {
        return sha256(List.of(file));
    }

    /// Of the files as if they were one, in that order.
    static String sha256(List<Path> files) throws IOException {
        MessageDigest digest = digest();
        for (Path file : files) {
            try (InputStream stream = Files.newInputStream(file)) {
                add(stream, digest);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Reads the stream to its end.
    static String sha256(InputStream stream) throws IOException {
        MessageDigest digest = digest();
        add(stream, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(InputStream stream, MessageDigest digest) throws IOException {
        new DigestInputStream(stream, digest).transferTo(OutputStream.nullOutputStream());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
