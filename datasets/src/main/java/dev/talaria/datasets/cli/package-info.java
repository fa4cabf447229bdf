/// The command `data`: convert, head, schema and synth.
@NullMarked
package dev.talaria.datasets.cli;

import org.jspecify.annotations.NullMarked;
