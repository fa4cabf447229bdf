/// Prompts: which characters are structure and which are data.
///
/// A template yields [Piece][dev.talaria.inference.tokenizer.chat.Piece]s; only it writes control
/// tokens and tags. What users, documents and schemas say arrives as text pieces, whose characters
/// can become ordinary tokens only. That is a security property, and it is decided by types here,
/// not by escaping.
package dev.talaria.inference.tokenizer.chat;
