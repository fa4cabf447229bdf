package dev.talaria.inference.engine;

/// A failure as the log may have it: class, stack and causes, without messages, since these may
/// quote a document.
public final class FailureTrace extends Throwable {

    private static final long serialVersionUID = 1L;
    private static final int DEEPEST = 16;

    private FailureTrace(Throwable failure, FailureTrace cause) {
        super(failure.getClass().getName(), cause);
        setStackTrace(failure.getStackTrace());
    }

    /// Of this failure.
    public static FailureTrace of(Throwable failure) {
        return of(failure, DEEPEST);
    }

    private static FailureTrace of(Throwable failure, int deep) {
        Throwable cause = failure.getCause();
        return new FailureTrace(failure, cause == null || deep == 0 ? null : of(cause, deep - 1));
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message is the failure's class
    public String toString() {
        return getMessage();
    }
}
