package dev.talaria.pipeline.config;

/// A configuration that cannot be used. The message names the place, the finding and the remedy.
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
