package dev.talaria.schemas.grammar;

/// How large a grammar is, before anything is read by it.
///
/// @param values places whose values differ: one for every set of schemas that apply together
/// @param alternatives kinds of strings, numbers, arrays and objects these may have, and listed
///   values
/// @param members members of objects, those of each alternative counted apart
/// @param states states of automata: of patterns, formats, numbers and names
/// @param bytes about what all of it takes in memory; what reading adds is limited by itself
public record GrammarSize(int values, int alternatives, long members, long states, long bytes) {}
