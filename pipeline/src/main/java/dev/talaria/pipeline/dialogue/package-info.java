/// Requests for text, and conversations in which the model calls tools: what is asked of the model,
/// what becomes of its answers, and what has to be remembered in between.
package dev.talaria.pipeline.dialogue;
