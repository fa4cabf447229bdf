/// Values as Python has them, which the published evaluations were written in: its equality and
/// truth, its literals and the JSON that its `json` module takes. Nothing is ever executed.
package dev.talaria.eval.python;
