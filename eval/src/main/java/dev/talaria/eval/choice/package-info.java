/// Multiple-choice tasks by log-likelihood, as lm-evaluation-harness computes what model cards
/// print: rows in their published formats to contexts and continuations, scores to choices.
package dev.talaria.eval.choice;
