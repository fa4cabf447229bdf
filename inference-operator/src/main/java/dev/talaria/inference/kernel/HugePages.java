package dev.talaria.inference.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Pages of 2 MiB for memory that is read from end to end: fewer addresses to translate, and
/// prefetchers that run on.
final class HugePages {

    /// Bytes of one.
    static final long BYTES = 2L << 20;

    private static final int MADV_HUGEPAGE = 14;

    private HugePages() {}

    /// Asks Linux to back the memory with huge pages when it is first written, where it offers them
    /// to those who ask (`/sys/kernel/mm/transparent_hugepage/enabled`). A wish: memory is as good
    /// without, so a refusal, or another operating system, is no error.
    ///
    /// @param memory native, and aligned to [#BYTES]
    /// @return whether the wish was taken
    static boolean ask(MemorySegment memory) {
        if (!System.getProperty("os.name").equals("Linux")
                || memory.address() % BYTES != 0
                || !HugePages.class.getModule().isNativeAccessEnabled()) {
            return false;
        }
        try {
            return (int) advise().invokeExact(memory, memory.byteSize(), MADV_HUGEPAGE) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise cannot be called", e);
        }
    }

    @SuppressWarnings("restricted") // one call of the C library, with memory of our own
    private static MethodHandle advise() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("madvise"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT));
    }
}
