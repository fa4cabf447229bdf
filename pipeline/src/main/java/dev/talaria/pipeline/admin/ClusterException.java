package dev.talaria.pipeline.admin;

/// What a cluster does not do, and why. The message names the place, the finding and the remedy;
/// secrets are not in it.
public final class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
