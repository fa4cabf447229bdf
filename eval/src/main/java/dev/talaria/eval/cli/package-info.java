/// The commands `eval …`: a suite each, with the options all of them have.
package dev.talaria.eval.cli;
