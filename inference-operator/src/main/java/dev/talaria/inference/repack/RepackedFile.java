package dev.talaria.inference.repack;

import dev.talaria.inference.kernel.ReadAhead;
import dev.talaria.inference.kernel.WeightMemory;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.repack.RepackedHeader.Entry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
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
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/// Reads and writes a file of repacked weights.
///
/// @param path where it is, or is to be
/// @param header what it must have
record RepackedFile(Path path, RepackedHeader header) {

    private static final String UNFINISHED = ".unfinished";

    // Of a cache line, for which the kernels load.
    private static final long ALIGNMENT = 64;

    // Pieces that are checked before progress is told of: 64 MiB.
    private static final int STRETCH = 16;

    // A process that still writes touches its file all the time.
    private static final Duration ABANDONED = Duration.ofHours(1);

    /// The matrices, all checked by the threads of the team: where the file lies if the system
    /// holds it in large pages, otherwise copied.
    ///
    /// @param memory where they come to lie; what was taken of it is of no use where this throws
    /// @param onBytes hears of the bytes that are there, on the calling thread
    /// @return the matrices, in the order of the header
    /// @throws UnusableFileException where it is another, or damaged
    /// @throws java.nio.file.NoSuchFileException where there is none
    List<MemorySegment> read(WeightMemory memory, WorkerTeam team, LongConsumer onBytes)
            throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length != header.fileBytes()) {
                throw new UnusableFileException(
                        "it has %d bytes instead of %d".formatted(length, header.fileBytes()));
            }
            int[] checksums = header.checksums(readHeader(channel));
            Optional<MemorySegment> mapped = memory.map(channel);
            return mapped.isPresent()
                    ? check(mapped.get(), checksums, team, onBytes)
                    : copy(channel, memory, checksums, team, onBytes);
        }
    }

    /// The matrices of a file that is mapped, all checked. Stretch by stretch, so that what comes
    /// from the disk is read in its order.
    List<MemorySegment> check(
            MemorySegment mapped, int[] checksums, WorkerTeam team, LongConsumer onBytes)
            throws IOException {
        List<Piece> pieces = pieces(mapped);
        try (ReadAhead _ = new ReadAhead(mapped)) {
            for (int from = 0; from < pieces.size(); from += STRETCH) {
                List<Piece> some = pieces.subList(from, Math.min(from + STRETCH, pieces.size()));
                run(team, some.size(), i -> some.get(i).check(checksums));
                onBytes.accept(some.stream().mapToLong(piece -> piece.memory.byteSize()).sum());
            }
        }
        return header.entries().stream()
                .map(entry -> mapped.asSlice(entry.offset(), entry.bytes()))
                .toList();
    }

    /// Bytes that have a checksum of their own.
    ///
    /// @param number of the checksum
    private record Piece(Entry entry, int number, MemorySegment memory) {

        void check(int[] checksums) throws UnusableFileException {
            if (checksum(memory) != checksums[number]) {
                throw new UnusableFileException("'%s' is damaged".formatted(entry.shape().name()));
            }
        }
    }

    private List<Piece> pieces(MemorySegment file) {
        List<Piece> pieces = new ArrayList<>();
        for (Entry entry : header.entries()) {
            pieces.addAll(pieces(entry, file.asSlice(entry.offset(), entry.bytes())));
        }
        return pieces;
    }

    private static List<Piece> pieces(Entry entry, MemorySegment matrix) {
        return IntStream.range(0, entry.pieces())
                .mapToObj(i -> new Piece(entry, entry.firstPiece() + i, piece(matrix, i)))
                .toList();
    }

    private List<MemorySegment> copy(
            FileChannel channel,
            WeightMemory memory,
            int[] checksums,
            WorkerTeam team,
            LongConsumer onBytes)
            throws IOException {
        List<MemorySegment> matrices = new ArrayList<>();
        for (Entry entry : header.entries()) {
            MemorySegment matrix = memory.allocate(entry.bytes(), ALIGNMENT);
            List<Piece> pieces = pieces(entry, matrix);
            run(
                    team,
                    pieces.size(),
                    i -> {
                        long at = entry.offset() + (long) i * RepackedHeader.PIECE_BYTES;
                        read(channel, at, pieces.get(i).memory.asByteBuffer());
                        pieces.get(i).check(checksums);
                    });
            matrices.add(matrix);
            onBytes.accept(entry.bytes());
        }
        return matrices;
    }

    /// What a thread of the team does with one piece.
    @FunctionalInterface
    private interface PieceWork {
        void run(int piece) throws IOException;
    }

    private static void run(WorkerTeam team, int pieces, PieceWork work) throws IOException {
        try {
            team.run(
                    pieces,
                    (piece, _) -> {
                        try {
                            work.run(piece);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
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

    private static void read(FileChannel channel, long at, ByteBuffer to) throws IOException {
        for (long position = at; to.hasRemaining(); ) {
            int count = channel.read(to, position);
            if (count < 0) {
                throw new UnusableFileException("it ends within its weights");
            }
            position += count;
        }
    }

    private static int checksum(MemorySegment piece) {
        CRC32C crc = new CRC32C();
        crc.update(piece.asByteBuffer());
        return (int) crc.getValue();
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
            move(unfinished, path);
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
        List<Entry> entries = header.entries();
        int[] sums = sums(matrices, team);
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            WholePages pages = new WholePages(out);
            pages.put(MemorySegment.ofArray(header.encode(sums)));
            for (int i = 0; i < entries.size(); i++) {
                pages.skipTo(entries.get(i).offset());
                pages.put(matrices.get(i));
            }
            pages.finish();
        }
    }

    private int[] sums(List<MemorySegment> matrices, WorkerTeam team) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < matrices.size(); i++) {
            pieces.addAll(pieces(header.entries().get(i), matrices.get(i)));
        }
        int[] sums = new int[pieces.size()];
        run(team, sums.length, i -> sums[i] = checksum(pieces.get(i).memory));
        return sums;
    }

    /// Puts a file that is whole in the place of another, at one stroke where the system can.
    static void move(Path finished, Path path) throws IOException {
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
