package dev.talaria.inference;

import java.util.List;

/// Hears what an operator does as it happens: for metrics.
///
/// Called on the operator's own threads, by several at once: must be short, must not block and must
/// not throw.
public interface OperatorListener {

    /// Nobody listens.
    OperatorListener NONE = new OperatorListener() {};

    /// The model was called, and that call has ended.
    default void called(ModelCall call) {}

    /// An answer did not satisfy its schema.
    ///
    /// @param keywords of the schema that failed, each once; `parse` where the text is not JSON
    default void invalid(List<String> keywords) {}
}
