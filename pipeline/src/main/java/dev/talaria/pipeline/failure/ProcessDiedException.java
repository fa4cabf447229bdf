package dev.talaria.pipeline.failure;

/// The process died too often while the model had a record.
public final class ProcessDiedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// @param deaths of the process while the model had the record
    /// @param alone those of them while it had nothing else
    public ProcessDiedException(int deaths, int alone) {
        super(
                "the process died %d times while the model had this record, %d of them while it had nothing else"
                        .formatted(deaths, alone));
    }
}
