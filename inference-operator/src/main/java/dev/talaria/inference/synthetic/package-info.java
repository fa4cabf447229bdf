/// Model files with random weights, for measuring speed and for trying things out without a
/// download.
package dev.talaria.inference.synthetic;
