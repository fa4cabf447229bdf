package dev.talaria.inference.model;

import org.junit.jupiter.api.BeforeAll;

/// A sequence's logits are its own on the kernels of machine code, too.
class VnniForwardPassTest extends ForwardPassTest {

    @BeforeAll
    static void requireVnni() {
        Tiers.require("vnni");
    }

    @Override
    String kernels() {
        return "vnni";
    }
}
