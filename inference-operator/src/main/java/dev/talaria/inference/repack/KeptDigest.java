package dev.talaria.inference.repack;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The SHA-256 of a model's files, noted beside their repacked weights: a later start need not read
/// gigabytes to say which model answers. It is taken only while the files are the same, by what
/// tells them apart ([ModelIdentity]), and computed anew where the note is missing or damaged.
///
/// The note is one line: identity, digest, and the CRC32C of both, in hexadecimal.
public final class KeptDigest {

    private static final Logger LOG = LoggerFactory.getLogger(KeptDigest.class);

    private static final HexFormat HEX = HexFormat.of();
    private static final int DIGITS = 2 * Sha256.BYTES;

    private final Path note;
    private final List<Path> files;

    /// Reads the files to their ends.
    @FunctionalInterface
    public interface Reader {

        /// Their digest, in lower-case hexadecimal.
        String sha256() throws IOException;
    }

    /// @param folder may not exist yet
    /// @param model what the model is called, a file or a folder
    /// @param files all that the digest depends on
    /// @throws IOException where the model is not there
    public KeptDigest(Path folder, Path model, List<Path> files) throws IOException {
        this.note = folder.resolve(RepackCache.fileName(model.toRealPath()) + ".sha256");
        this.files = files;
    }

    /// The digest as it was noted, otherwise as the reader finds it, which is noted then.
    ///
    /// @throws IOException where the files cannot be read
    public String of(Reader reader) throws IOException {
        byte[] identity = ModelIdentity.of(files);
        Optional<String> noted = noted(HEX.formatHex(identity));
        if (noted.isPresent()) {
            return noted.get();
        }
        String digest = reader.sha256();
        if (Arrays.equals(identity, ModelIdentity.of(files))) {
            write(HEX.formatHex(identity) + " " + digest);
        }
        return digest;
    }

    private Optional<String> noted(String identity) {
        try {
            byte[] read = Files.readAllBytes(note);
            String text = new String(read, StandardCharsets.ISO_8859_1);
            if (text.startsWith(identity + " ") && text.length() > identity.length() + DIGITS) {
                String both = text.substring(0, identity.length() + 1 + DIGITS);
                if (text.equals(line(both))) {
                    return Optional.of(both.substring(identity.length() + 1));
                }
            }
            LOG.info("digest of the model: {} is of other files, or damaged; reading them", note);
        } catch (NoSuchFileException e) {
            LOG.info("digest of the model: {} is not there yet; reading the files", note);
        } catch (IOException e) {
            LOG.warn("digest of the model: {} cannot be read ({})", note, e.toString());
        }
        return Optional.empty();
    }

    private static String line(String both) {
        CRC32C crc = new CRC32C();
        crc.update(both.getBytes(StandardCharsets.ISO_8859_1));
        return both + " " + HEX.toHexDigits((int) crc.getValue()) + "\n";
    }

    private void write(String both) {
        try {
            Files.createDirectories(note.toAbsolutePath().getParent());
            // Readable as the panels are; a temporary file would be its owner's alone.
            Path partial = note.resolveSibling("." + note.getFileName() + "." + UUID.randomUUID());
            try {
                Files.writeString(partial, line(both), StandardCharsets.ISO_8859_1);
                RepackedFile.move(partial, note);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            LOG.warn("digest of the model: {} cannot be written ({})", note, e.toString());
        }
    }
}
