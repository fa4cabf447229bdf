package dev.talaria.inference.x86;

import static java.util.Objects.requireNonNull;

/// Four bytes of memory, the same for every 32-bit lane.
public record Broadcast(Address address) implements Operand {

    public Broadcast {
        requireNonNull(address, "address");
    }
}
