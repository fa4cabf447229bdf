package dev.talaria.eval.extraction;

/// Which part of `03/04/05` is which, where more than one order is possible.
public enum DateOrder {
    /// Day, month, year.
    DMY,
    /// Month, day, year.
    MDY,
    /// Year, month, day.
    YMD
}
