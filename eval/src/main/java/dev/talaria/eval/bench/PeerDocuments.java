package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;
import dev.talaria.schemas.document.Document;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// llama.cpp, given the very tokens our own operator reads.
///
/// @param shared tokens that all prompts begin with
/// @param longest prompt and answer together
record PeerDocuments(
        LlamaCpp peer,
        LlamaCpp.Setting setting,
        Function<Document, int[]> prompt,
        int[] shared,
        String schema,
        int mostTokens,
        int longest)
        implements DocumentContestant {

    @Override
    public DocumentResult extract(List<Document> documents) {
        List<int[]> prompts = documents.stream().map(prompt).toList();
        LlamaCpp.DocumentAnswers result =
                peer.extract(setting, prompts, shared, schema, mostTokens, longest);
        long all = prompts.stream().mapToLong(each -> each.length).sum();
        long read = result.answers().stream().mapToLong(LlamaCpp.DocumentAnswer::read).sum();
        return new DocumentResult(
                result.seconds(),
                result.answers().stream().map(LlamaCpp.DocumentAnswer::text).toList(),
                all,
                all - read,
                result.answers().stream().mapToLong(LlamaCpp.DocumentAnswer::written).sum(),
                Optional.empty());
    }

    /// The same, asked in another way.
    PeerDocuments with(LlamaCpp.Setting other) {
        return new PeerDocuments(peer, other, prompt, shared, schema, mostTokens, longest);
    }

    /// What all of these begin with.
    static int[] commonBeginning(List<int[]> prompts) {
        int[] first = prompts.getFirst();
        int length = first.length;
        for (int[] other : prompts) {
            int mismatch =
                    Arrays.mismatch(first, 0, length, other, 0, Math.min(length, other.length));
            length = mismatch < 0 ? Math.min(length, other.length) : mismatch;
        }
        return Arrays.copyOf(first, length);
    }
}
