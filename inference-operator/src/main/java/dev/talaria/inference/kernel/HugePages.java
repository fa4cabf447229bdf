package dev.talaria.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Pages of 2 MiB for memory that is read from end to end: fewer addresses to translate, and
/// prefetchers that run on.
final class HugePages {

    /// Bytes of one.
    static final long BYTES = 2L << 20;

    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_POPULATE_READ = 22;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final long MAP_FAILED = -1;

    // What the kernel says of all memory of this process, and its lines for files that lie in huge
    // pages.
    private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");
    private static final Pattern OF_FILES = Pattern.compile("(?:File|Shmem)PmdMapped: *(\\d+) kB");

    // Enough to tell a file that lies in huge pages from one that does so in parts.
    private static final int PROBES = 64;

    private HugePages() {}

    /// Asks Linux to back the memory with huge pages when it is first written, where it offers them
    /// to those who ask (`/sys/kernel/mm/transparent_hugepage/enabled`). A wish: memory is as good
    /// without, so a refusal, or another operating system, is no error.
    ///
    /// @param memory native, and aligned to [#BYTES]
    /// @return whether the wish was taken
    static boolean ask(MemorySegment memory) {
        if (memory.address() % BYTES != 0 || !isPossible()) {
            return false;
        }
        try {
            return (int) advise().invokeExact(memory, memory.byteSize(), MADV_HUGEPAGE) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise cannot be called", e);
        }
    }

    private static boolean isPossible() {
        return System.getProperty("os.name").equals("Linux")
                && HugePages.class.getModule().isNativeAccessEnabled();
    }

    /// Memory of zeros, aligned to [#BYTES], that becomes huge pages where it is first written, by
    /// whichever thread that is; empty where Linux does not give it.
    ///
    /// @param arena how long it lives
    static Optional<MemorySegment> allocate(long bytes, Arena arena) {
        if (bytes < BYTES || !isPossible()) {
            return Optional.empty();
        }
        long mapped = Math.addExact(bytes, BYTES);
        try {
            long address =
                    (long)
                            map().invokeExact(
                                            MemorySegment.NULL,
                                            mapped,
                                            PROT_READ | PROT_WRITE,
                                            MAP_PRIVATE | MAP_ANONYMOUS,
                                            -1,
                                            0L);
            if (address == MAP_FAILED) {
                return Optional.empty();
            }
            MemorySegment memory = owned(address, mapped, arena);
            long aligned = Math.ceilDiv(address, BYTES) * BYTES - address;
            MemorySegment piece = memory.asSlice(aligned, bytes, BYTES);
            ask(piece);
            return Optional.of(piece);
        } catch (Throwable e) {
            throw new IllegalStateException("mmap cannot be called", e);
        }
    }

    /// Whether Linux holds a mapped file in huge pages, by some of them that are spread over it:
    /// nine in ten must be so. It has them for files since 6.16 at the latest, where the file
    /// system takes part and the file was written or read in large pieces.
    ///
    /// Reads from the disk what is not in memory.
    static boolean hold(MemorySegment mapped) {
        if (!ask(mapped)) {
            return false;
        }
        long pages = mapped.byteSize() / BYTES;
        long probes = Math.min(pages, PROBES);
        long before = bytesOfFiles();
        long sum = 0;
        for (long i = 0; i < probes; i++) {
            sum += mapped.get(JAVA_BYTE, i * pages / probes * BYTES);
        }
        // The sum is asked for so that no compiler leaves the reading out.
        return sum != Long.MIN_VALUE && 10 * (bytesOfFiles() - before) >= 9 * probes * BYTES;
    }

    private static long bytesOfFiles() {
        try (Stream<String> lines = Files.lines(ROLLUP)) {
            return lines.map(OF_FILES::matcher)
                    .filter(Matcher::matches)
                    .mapToLong(line -> Long.parseLong(line.group(1)) << 10)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // another system, or an older one
        }
    }

    /// Has a part of a mapped file read from the disk, where it is not in memory, in order. Nothing
    /// happens where the system cannot, or the part is not mapped any more.
    static void populate(long address, long bytes) {
        try {
            int _ = (int) populate().invokeExact(address, bytes, MADV_POPULATE_READ);
        } catch (Throwable e) {
            throw new IllegalStateException("madvise cannot be called", e);
        }
    }

    @SuppressWarnings("restricted") // the memory was mapped a line before
    private static MemorySegment owned(long address, long bytes, Arena arena) {
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, arena, _ -> unmap(address, bytes));
    }

    private static void unmap(long address, long bytes) {
        try {
            int _ = (int) unmap().invokeExact(address, bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("munmap cannot be called", e);
        }
    }

    private static MethodHandle advise() {
        return handle("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    private static MethodHandle populate() {
        return handle("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    private static MethodHandle map() {
        return handle(
                "mmap",
                FunctionDescriptor.of(
                        JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    }

    private static MethodHandle unmap() {
        return handle("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    }

    @SuppressWarnings("restricted") // three calls of the C library, with memory of our own
    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
