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

    /// Panels that are best given to one thread together: of a stretch that ends between two
    /// multiples, as much is computed as up to the next, the rest for nobody.
    default int panelsTogether() {
        return 1;
    }

    /// Memory taken.
    long bytes();

    /// That memory, read-only, as [Kernels#restore] takes it. It lives as long as the matrix may be
    /// used.
    MemorySegment memory();
}
