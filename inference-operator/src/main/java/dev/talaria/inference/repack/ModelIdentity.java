package dev.talaria.inference.repack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/// What tells the files of a model apart without reading all of them.
///
/// Of each file its name, its length, when it was last modified, where the system knows it when
/// anything about it last changed (`ctime`, which no program can set), and of its first mebibyte
/// and 64 samples of 4 KiB from there to its end the CRC-32 and the CRC32C. So a file that is
/// written again is noticed by its times, and one that was put in place with the times of another
/// by its contents: two models of the same shape differ nearly everywhere. Files of up to 1 MiB are
/// read whole. A file that is merely copied or renamed counts as another; the price is repacking it
/// once.
final class ModelIdentity {

    private static final int HEAD_BYTES = 1 << 20;
    private static final int SAMPLES = 64;
    private static final int SAMPLE_BYTES = 4096;

    private ModelIdentity() {}

    /// 32 bytes.
    ///
    /// @throws IOException where a file cannot be read
    static byte[] of(List<Path> files) throws IOException {
        MessageDigest digest = Sha256.digest();
        for (Path file : files) {
            digest.update(description(file).getBytes(StandardCharsets.UTF_8));
            sample(file, digest);
        }
        return digest.digest();
    }

    private static String description(Path file) throws IOException {
        boolean isUnix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
        return "%s\n%d\n%s\n%s\n"
                .formatted(
                        file.getFileName(),
                        Files.size(file),
                        Files.getLastModifiedTime(file),
                        isUnix ? Files.getAttribute(file, "unix:ctime") : "");
    }

    private static void sample(Path file, MessageDigest digest) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            read(channel, 0, (int) Math.min(length, HEAD_BYTES), digest);
            long rest = length - HEAD_BYTES;
            for (int sample = 0; sample < SAMPLES && rest > 0; sample++) {
                long last = Math.max(0, rest - SAMPLE_BYTES);
                long at = Math.round(last / (SAMPLES - 1.0) * sample);
                int bytes = (int) Math.min(SAMPLE_BYTES, rest - at);
                read(channel, HEAD_BYTES + at, bytes, digest);
            }
        }
    }

    private static void read(FileChannel channel, long at, int bytes, MessageDigest digest)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        long position = at;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, position);
            if (count < 0) {
                break;
            }
            position += count;
        }
        buffer.flip();
        digest.update(sums(buffer.array(), buffer.limit()));
    }

    // Not for an adversary, who could write the panels as well. The processor computes them from a
    // start's first call on; SHA-256 takes it a tenth of a second before it is compiled.
    private static byte[] sums(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        CRC32C other = new CRC32C();
        crc.update(bytes, 0, length);
        other.update(bytes, 0, length);
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(crc.getValue())
                .putLong(other.getValue())
                .array();
    }
}
