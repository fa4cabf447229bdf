package dev.talaria.inference.x86;

import java.util.Locale;

/// A mask register: a bit per lane. As a write mask, [#K0] would mean "all lanes".
public enum Opmask {
    K0,
    K1,
    K2,
    K3,
    K4,
    K5,
    K6,
    K7;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
