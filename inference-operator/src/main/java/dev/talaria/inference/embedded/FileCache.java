package dev.talaria.inference.embedded;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What the system keeps of files in memory, for measurements that begin without it.
public final class FileCache {

    private static final int O_RDONLY = 0;
    private static final int POSIX_FADV_DONTNEED = 4;

    private FileCache() {}

    /// Asks the system to forget the contents of a file, so that the next reader reads them from
    /// the disk. What other processes have mapped stays.
    ///
    /// @return whether it was asked; only Linux can be
    /// @throws IOException where the file cannot be opened
    public static boolean forget(Path file) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")
                || !FileCache.class.getModule().isNativeAccessEnabled()) {
            return false;
        }
        // What is not on the disk yet cannot be forgotten.
        if (Files.isWritable(file)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(false);
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            return forget(file, arena);
        }
    }

    private static boolean forget(Path file, Arena arena) throws IOException {
        MethodHandle open = handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        MethodHandle advise =
                handle(
                        "posix_fadvise",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
        MethodHandle close = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        int descriptor;
        int refused;
        try {
            descriptor = (int) open.invokeExact(arena.allocateFrom(file.toString()), O_RDONLY);
            if (descriptor < 0) {
                throw new IOException(file + ": cannot be opened");
            }
            refused = (int) advise.invokeExact(descriptor, 0L, 0L, POSIX_FADV_DONTNEED);
            int _ = (int) close.invokeExact(descriptor);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the C library cannot be called", e);
        }
        return refused == 0;
    }

    @SuppressWarnings("restricted") // three calls of the C library, with a descriptor of our own
    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
