package dev.talaria.inference.x86;

/// What the last source of a vector instruction may be.
public sealed interface Operand permits VectorRegister, Address, Broadcast {}
