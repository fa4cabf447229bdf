package dev.talaria.inference.x86;

import java.util.Locale;

/// A tile register of AMX: up to 16 rows of 64 bytes.
public enum Tile {
    TMM0,
    TMM1,
    TMM2,
    TMM3,
    TMM4,
    TMM5,
    TMM6,
    TMM7;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
