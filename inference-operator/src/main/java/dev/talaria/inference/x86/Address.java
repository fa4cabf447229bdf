package dev.talaria.inference.x86;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// A place in memory: `base + index * scale + displacement`.
///
/// @param index any register but the stack pointer, which has no number for it
/// @param scale 1, 2, 4 or 8
public record Address(Gpr base, Optional<Gpr> index, int scale, int displacement)
        implements Operand {

    public Address {
        requireNonNull(base, "base");
        if (index.isPresent() && index.get() == Gpr.RSP) {
            throw new IllegalArgumentException("rsp cannot be an index");
        }
        if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
            throw new IllegalArgumentException("an index times " + scale);
        }
    }

    /// What the register points at.
    public static Address at(Gpr base) {
        return new Address(base, Optional.empty(), 1, 0);
    }

    /// So many bytes further.
    public Address plus(int bytes) {
        return new Address(base, index, scale, Math.addExact(displacement, bytes));
    }

    /// Further by a register times a scale.
    ///
    /// @throws IllegalStateException where there is an index already
    public Address plus(Gpr register, int times) {
        if (index.isPresent()) {
            throw new IllegalStateException(this + " has an index already");
        }
        return new Address(base, Optional.of(register), times, displacement);
    }

    /// The four bytes there in every 32-bit lane.
    public Broadcast broadcast() {
        return new Broadcast(this);
    }

    @Override
    public String toString() {
        String product = index.map(it -> " + " + it + "*" + scale).orElse("");
        return "[" + base + product + (displacement == 0 ? "" : " + " + displacement) + "]";
    }
}
