package dev.talaria.inference.repack;

import java.io.IOException;

/// A file of repacked weights is not the one that is needed; the message completes "not used:".
final class UnusableFileException extends IOException {

    private static final long serialVersionUID = 1L;

    UnusableFileException(String finding) {
        super(finding);
    }
}
