package dev.talaria.inference.x86;

import dev.talaria.inference.x86.MachineCodeException.Reason;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Memory that machine code runs from: written, then sealed to be read and executed. At no time can
/// it be both written and executed, so it works where that is forbidden.
public final class CodeMemory {

    private static final long PAGE_BYTES = 4096;

    private final SystemCalls calls;

    private CodeMemory(SystemCalls calls) {
        this.calls = calls;
    }

    /// That of this machine.
    ///
    /// @throws MachineCodeException where this is not Linux on x86-64, or Java may not call native
    ///   code
    public static CodeMemory ofThisMachine() throws MachineCodeException {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        if (!CpuFeatures.isLinuxOnX86(system, architecture)) {
            throw new MachineCodeException(
                    Reason.PROCESSOR,
                    "machine code is for Linux on x86-64, not %s on %s"
                            .formatted(system, architecture));
        }
        if (!CodeMemory.class.getModule().isNativeAccessEnabled()) {
            throw new MachineCodeException(
                    Reason.NATIVE_ACCESS, "start Java with --enable-native-access=ALL-UNNAMED");
        }
        return new CodeMemory(new LinuxCalls());
    }

    static CodeMemory of(SystemCalls calls) {
        return new CodeMemory(calls);
    }

    /// Code that can be run, until the arena is closed.
    ///
    /// @return its first byte's address, a multiple of 4,096; read-only
    /// @throws MachineCodeException where the operating system refuses
    public MemorySegment seal(byte[] code, Arena arena) throws MachineCodeException {
        long bytes = Math.ceilDiv(code.length, PAGE_BYTES) * PAGE_BYTES;
        long address = map(bytes);
        MemorySegment memory = reinterpret(MemorySegment.ofAddress(address), bytes, arena, address);
        MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
        int error = calls.seal(address, bytes);
        if (error != 0) {
            throw new MachineCodeException(
                    Reason.SEALING,
                    "memory may not be made executable (mprotect: error %d)".formatted(error));
        }
        return memory.asReadOnly();
    }

    /// How Java calls sealed code: the handle's first argument is where the code begins. Arrays are
    /// handed to it where they lie, so while it runs the garbage collector waits.
    @SuppressWarnings("restricted") // code of our own
    public static MethodHandle handle(FunctionDescriptor arguments) {
        return Linker.nativeLinker().downcallHandle(arguments, Linker.Option.critical(true));
    }

    private long map(long bytes) throws MachineCodeException {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment address = scratch.allocate(ValueLayout.JAVA_LONG);
            int error = calls.map(bytes, address);
            if (error != 0) {
                throw new MachineCodeException(
                        Reason.MAPPING, "no memory for code (mmap: error %d)".formatted(error));
            }
            return address.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    // An error of munmap would be a fault of ours; the memory then stays, sealed, and harms nobody.
    @SuppressWarnings("restricted") // the memory was mapped a line before
    private MemorySegment reinterpret(MemorySegment start, long bytes, Arena arena, long address) {
        SystemCalls system = calls;
        return start.reinterpret(bytes, arena, _ -> system.unmap(address, bytes));
    }

    /// Lets this process use the tile registers of AMX, in all threads from now on.
    ///
    /// @throws MachineCodeException where the operating system refuses
    public void permitTiles() throws MachineCodeException {
        int error = calls.permitTiles();
        if (error != 0) {
            throw new MachineCodeException(
                    Reason.TILES,
                    "the tile registers may not be used (arch_prctl: error %d)".formatted(error));
        }
    }
}
