/// Machine code made in Java: an assembler of the instructions that the kernels use, memory to run
/// them from, and what the processor can do. No compiler, no shared library.
///
/// Knows nothing of models or matrices. Encodings follow Intel's "64 and IA-32 Architectures
/// Software Developer's Manual", volume 2, and are tested against the bytes of the GNU assembler.
package dev.talaria.inference.x86;
