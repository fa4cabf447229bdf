/// The chat templates that models bring along, written in Jinja: a stranger's program, run in a
/// sandbox.
///
/// The only package that sees the library. A template sees maps, lists, texts and numbers; no
/// class, file or other template. Output, list sizes, loops, macro depth, look-ups and time are
/// limited.
package dev.talaria.inference.tokenizer.chat.jinja;
