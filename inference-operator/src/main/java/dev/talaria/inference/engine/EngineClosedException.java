package dev.talaria.inference.engine;

/// The engine ended before the request did.
public final class EngineClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public EngineClosedException() {
        super("the engine is closed");
    }
}
