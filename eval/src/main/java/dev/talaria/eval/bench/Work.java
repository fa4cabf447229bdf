package dev.talaria.eval.bench;

/// What a measure asks of the machine.
///
/// @param multiplyAdds of the weight matrices and of attention
/// @param bytes of weights that are read, once for every forward pass; what is read of the
///   key-value cache is not counted
record Work(long multiplyAdds, long bytes) {}
