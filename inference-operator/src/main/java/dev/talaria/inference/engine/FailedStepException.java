package dev.talaria.inference.engine;

/// A request's step failed in a batch, and once more alone. The cause is the second failure.
public final class FailedStepException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public FailedStepException(Throwable cause) {
        super("the engine failed at a step, and at the same step alone: " + cause, cause);
    }
}
