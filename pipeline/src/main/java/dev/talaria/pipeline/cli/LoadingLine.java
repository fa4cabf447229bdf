package dev.talaria.pipeline.cli;

import dev.talaria.inference.embedded.LoadProgress;

import java.io.PrintWriter;

/// How far the loading of a model has come, on one line that is written over and gone at the end.
final class LoadingLine {

    // Anything smaller is there before a line could be read.
    private static final long LARGE = 256L << 20;

    private LoadingLine() {}

    /// A line where there is a terminal; nothing elsewhere, nor for a small model.
    static LoadProgress on(PrintWriter err) {
        return on(err, System.console() != null && System.console().isTerminal());
    }

    /// As above, with or without a terminal.
    static LoadProgress on(PrintWriter err, boolean isTerminal) {
        if (!isTerminal) {
            return LoadProgress.SILENT;
        }
        long[] shown = {-1};
        return (bytes, ofBytes) -> {
            if (ofBytes < LARGE) {
                return;
            }
            long percent = bytes * 100 / ofBytes;
            if (percent != shown[0]) {
                shown[0] = percent;
                err.printf("\rloading %3d %%  %,d of %,d MB ", percent, bytes >> 20, ofBytes >> 20);
                err.print(bytes == ofBytes ? "\r\033[K" : "");
                err.flush();
            }
        };
    }
}
