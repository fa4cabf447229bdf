package dev.talaria.pipeline.dialogue;

import java.util.function.Consumer;

/// Text on its way from the engine's thread to a stream thread.
final class PartialText implements Consumer<String> {

    private final StringBuilder text = new StringBuilder();

    @Override
    public synchronized void accept(String piece) {
        text.append(piece);
    }

    /// What has come since it was last asked.
    synchronized String take() {
        String taken = text.toString();
        text.setLength(0);
        return taken;
    }
}
