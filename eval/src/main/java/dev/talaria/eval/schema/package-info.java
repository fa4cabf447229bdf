/// Schemas held against the grammar: folders of MaskBench files with speeds, and what is enforced
/// of one schema.
package dev.talaria.eval.schema;
