/// A worked example of function calling: a worker that carries calls out, its tools, and a
/// conversation with them on a broker in this process.
package dev.talaria.pipeline.example;
