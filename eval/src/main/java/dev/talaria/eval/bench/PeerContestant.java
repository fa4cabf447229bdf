package dev.talaria.eval.bench;

import dev.talaria.eval.peer.LlamaCpp;

/// llama.cpp, asked for what is measured.
final class PeerContestant implements Contestant {

    private final LlamaCpp peer;

    PeerContestant(LlamaCpp peer) {
        this.peer = peer;
    }

    @Override
    public double seconds(Measure measure) {
        return switch (measure) {
            case Measure.Prompt prompt -> peer.promptSeconds(prompt.tokens());
            case Measure.Decode decode ->
                    peer.decodeSeconds(decode.sequences(), decode.context(), decode.steps());
        };
    }
}
