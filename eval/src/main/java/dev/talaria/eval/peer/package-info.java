/// Other engines, run beside ours on the same file for comparison: fetched on request only, in a
/// process of their own, one question at a time.
package dev.talaria.eval.peer;
