package dev.talaria.inference.repack;

import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.repack.RepackedHeader.Entry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/// Reads and writes a file of repacked weights.
///
/// @param path where it is, or is to be
/// @param header what it must have
record RepackedFile(Path path, RepackedHeader header) {

    private static final String UNFINISHED = ".unfinished";

    // Of a cache line, for which the kernels load.
    private static final long ALIGNMENT = 64;

    // A process that still writes touches its file all the time.
    private static final Duration ABANDONED = Duration.ofHours(1);

    /// Reads the matrices into memory of one's own, by all threads of the team, and checks them.
    ///
    /// Mapping them would spare the copy, but Linux has large pages for memory, not for files.
    ///
    /// @param memory where they come to lie; what was taken of it is of no use where this throws
    /// @param onBytes hears of the bytes that are there, on the calling thread
    /// @return the matrices, in the order of the header
    /// @throws UnusableFileException where it is another, or damaged
    /// @throws java.nio.file.NoSuchFileException where there is none
    List<MemorySegment> read(SegmentAllocator memory, WorkerTeam team, LongConsumer onBytes)
            throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length != header.fileBytes()) {
                throw new UnusableFileException(
                        "it has %d bytes instead of %d".formatted(length, header.fileBytes()));
            }
            int[] checksums = header.checksums(readHeader(channel));
            List<MemorySegment> matrices = new ArrayList<>();
            for (Entry entry : header.entries()) {
                MemorySegment matrix = memory.allocate(entry.bytes(), ALIGNMENT);
                read(channel, entry, matrix, checksums, team);
                matrices.add(matrix);
                onBytes.accept(entry.bytes());
            }
            return matrices;
        }
    }

    private byte[] readHeader(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(header.bytes());
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, buffer.position()) < 0) {
                throw new UnusableFileException("it ends within its header");
            }
        }
        return buffer.array();
    }

    private static void read(
            FileChannel channel,
            Entry entry,
            MemorySegment matrix,
            int[] checksums,
            WorkerTeam team)
            throws IOException {
        try {
            team.run(
                    entry.pieces(),
                    (piece, _) -> {
                        MemorySegment memory = piece(matrix, piece);
                        long at = entry.offset() + (long) piece * RepackedHeader.PIECE_BYTES;
                        read(channel, at, memory.asByteBuffer());
                        if (checksum(memory) != checksums[entry.firstPiece() + piece]) {
                            throw new UncheckedIOException(
                                    new UnusableFileException(
                                            "'%s' is damaged".formatted(entry.shape().name())));
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void read(FileChannel channel, long at, ByteBuffer to) {
        try {
            for (long position = at; to.hasRemaining(); ) {
                int count = channel.read(to, position);
                if (count < 0) {
                    throw new UnusableFileException("it ends within its weights");
                }
                position += count;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int checksum(MemorySegment piece) {
        CRC32C crc = new CRC32C();
        crc.update(piece.asByteBuffer());
        return (int) crc.getValue();
    }

    private static void sum(Entry entry, MemorySegment matrix, int[] sums, WorkerTeam team) {
        team.run(
                entry.pieces(),
                (piece, _) -> sums[entry.firstPiece() + piece] = checksum(piece(matrix, piece)));
    }

    private static MemorySegment piece(MemorySegment matrix, long piece) {
        long at = piece * RepackedHeader.PIECE_BYTES;
        return matrix.asSlice(at, Math.min(RepackedHeader.PIECE_BYTES, matrix.byteSize() - at));
    }

    /// Writes the file under another name, then moves it into place. Several processes may do so at
    /// once. It is not forced to the disk: what a crash leaves undone, the checksums tell.
    ///
    /// @param matrices in the order of the header
    /// @throws IOException where the folder cannot be written or has too little room
    void write(List<MemorySegment> matrices, WorkerTeam team) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        removeAbandoned(folder);
        long room = Files.getFileStore(folder).getUsableSpace();
        if (room < header.fileBytes()) {
            throw new IOException(
                    "it takes %,d bytes, and %s has room for %,d"
                            .formatted(header.fileBytes(), folder, room));
        }
        Path unfinished = folder.resolve(unfinishedPrefix() + UUID.randomUUID() + UNFINISHED);
        try {
            writeTo(unfinished, matrices, team);
            move(unfinished);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private String unfinishedPrefix() {
        return "." + path.getFileName() + ".";
    }

    // What processes left behind that were killed.
    private void removeAbandoned(Path folder) throws IOException {
        Instant latest = Instant.now().minus(ABANDONED);
        String prefix = unfinishedPrefix();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(
                        folder,
                        file -> {
                            String name = file.getFileName().toString();
                            return name.startsWith(prefix) && name.endsWith(UNFINISHED);
                        })) {
            for (Path file : found) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(latest)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void writeTo(Path file, List<MemorySegment> matrices, WorkerTeam team)
            throws IOException {
        int[] sums = new int[header.pieces()];
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            List<Entry> entries = header.entries();
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                MemorySegment matrix = matrices.get(i);
                sum(entry, matrix, sums, team);
                for (int piece = 0; piece < entry.pieces(); piece++) {
                    long at = entry.offset() + (long) piece * RepackedHeader.PIECE_BYTES;
                    write(out, piece(matrix, piece).asByteBuffer(), at);
                }
            }
            write(out, ByteBuffer.wrap(header.encode(sums)), 0);
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += out.write(bytes, position);
        }
    }

    private void move(Path finished) throws IOException {
        try {
            Files.move(
                    finished,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(finished, path, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
