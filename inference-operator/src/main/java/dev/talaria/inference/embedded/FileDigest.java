package dev.talaria.inference.embedded;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
        try (InputStream stream = Files.newInputStream(file)) {
            return sha256(stream);
        }
    }

    /// The digest of one file; of several, a digest over their names, lengths and digests.
    static String sha256(List<Path> files) throws IOException {
        if (files.size() == 1) {
            return sha256(files.getFirst());
        }
        StringBuilder list = new StringBuilder();
        for (Path file : files) {
            list.append("%s %d %s\n".formatted(sha256(file), Files.size(file), file.getFileName()));
        }
        byte[] bytes = list.toString().getBytes(StandardCharsets.UTF_8);
        return sha256(new ByteArrayInputStream(bytes));
    }

    /// Reads the stream to its end.
    static String sha256(InputStream stream) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(stream, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
