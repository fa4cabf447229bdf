/// What every evaluation has in common: rows of a dataset become questions, answers become
/// verdicts, verdicts a file and a summary. Knows no suite, no report and no command line.
package dev.talaria.eval.suite;
