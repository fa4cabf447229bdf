package dev.talaria.inference.kernel;

/// The plain kernels keep the contract.
class ScalarKernelsTest extends KernelsContract {

    private final Kernels kernels = new ScalarKernels();

    @Override
    Kernels kernels() {
        return kernels;
    }
}
