package dev.talaria.inference.kernel;

import java.lang.foreign.MemorySegment;

/// A weight matrix as one implementation of [Kernels] wants it. Immutable.
///
/// A matrix is divided among threads by panels: groups of neighbouring rows, each an output.
public interface WeightMatrix {

    /// Outputs.
    int rows();

    /// Inputs.
    int columns();

    /// Groups of rows that are computed together.
    int panels();

    /// Memory taken.
    long bytes();

    /// That memory, read-only, as [Kernels#restore] takes it. It lives as long as the matrix may be
    /// used.
    MemorySegment memory();
}
