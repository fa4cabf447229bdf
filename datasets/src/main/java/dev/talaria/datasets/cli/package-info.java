/// The command `data`: convert, head, schema and synth.
package dev.talaria.datasets.cli;
