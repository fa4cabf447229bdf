package dev.talaria.inference.x86;

/// Why machine code cannot be run here. No fault of the program: it has another way.
public final class MachineCodeException extends Exception {

    private static final long serialVersionUID = 1L;

    /// What stands in the way.
    public enum Reason {
        /// Another processor or operating system, or an older one.
        PROCESSOR,
        /// Java was started without `--enable-native-access`.
        NATIVE_ACCESS,
        /// The operating system gives no memory for it.
        MAPPING,
        /// The operating system does not let memory be executed.
        SEALING,
        /// The operating system keeps the tile registers to itself.
        TILES,
        /// It was run, and its answers are wrong.
        ANSWERS
    }

    private final Reason reason;

    public MachineCodeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
