/// The suite `json-mode`: JSON by a schema, by the rules of the evaluator that Hermes 2 Pro was
/// published with, and by stricter ones.
package dev.talaria.eval.jsonmode;
