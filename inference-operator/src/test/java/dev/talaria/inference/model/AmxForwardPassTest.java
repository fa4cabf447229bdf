package dev.talaria.inference.model;

import org.junit.jupiter.api.BeforeAll;

/// A sequence's logits are its own where tile registers multiply, too.
class AmxForwardPassTest extends ForwardPassTest {

    @BeforeAll
    static void requireAmx() {
        Tiers.require("amx");
    }

    @Override
    String kernels() {
        return "amx";
    }
}
