package dev.talaria.pipeline.batch;

/// Is told how far a job has come, on the thread that works on it.
public interface BatchProgress {

    /// Tells nobody.
    BatchProgress SILENT =
            new BatchProgress() {
                @Override
                public void looked(long rows) {}

                @Override
                public void answered(boolean isRejected, long tokens) {}
            };

    /// So many rows were gone over: left out by the filter, or done before.
    void looked(long rows);

    /// One row was answered.
    ///
    /// @param tokens that were read and written for it
    void answered(boolean isRejected, long tokens);
}
