package dev.talaria.inference.model;

import org.junit.jupiter.api.BeforeAll;

/// A sequence's logits are its own on the kernels of machine code for AVX2, too.
class Avx2ForwardPassTest extends ForwardPassTest {

    @BeforeAll
    static void requireAvx2() {
        Tiers.require("avx2");
    }

    @Override
    String kernels() {
        return "avx2";
    }
}
