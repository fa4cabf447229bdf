/// Text to tokens and back, by the rules the model's own file states.
///
/// Text is data: encoding it yields ordinary tokens only, whatever characters it contains. Control
/// tokens and tags come from templates alone, see [dev.talaria.inference.tokenizer.chat].
package dev.talaria.inference.tokenizer;
