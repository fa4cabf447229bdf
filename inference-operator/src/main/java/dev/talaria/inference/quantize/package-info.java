/// Weights into storage types: encoders for every type that can be read, the mixtures that GGUF
/// files are usually made of, and the way from one model file to another.
package dev.talaria.inference.quantize;
