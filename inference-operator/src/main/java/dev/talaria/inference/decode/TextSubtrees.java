package dev.talaria.inference.decode;

/// What spares a walk over a trie of tokens the plain ones where any characters may come.
/// Immutable.
///
/// @param plain those that are plain
/// @param marked a trie of the others
/// @param markedNodes for each node of the trie walked over, that of `marked`; -1 where there is
///   none
/// @param ownNodes for each node of `marked`, that of the trie walked over
record TextSubtrees(PlainTokens plain, TokenTrie marked, int[] markedNodes, int[] ownNodes) {

    static TextSubtrees of(TokenTrie trie, PlainTokens plain, TokenTrie marked) {
        return new TextSubtrees(plain, marked, trie.nodesOf(marked), marked.nodesOf(trie));
    }
}
