package dev.talaria.inference.kernel;

/// The vector kernels keep the contract.
class VectorKernelsTest extends KernelsContract {

    private final Kernels kernels = new VectorKernels();

    @Override
    Kernels kernels() {
        return kernels;
    }
}
