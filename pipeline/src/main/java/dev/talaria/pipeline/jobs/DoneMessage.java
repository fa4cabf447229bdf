package dev.talaria.pipeline.jobs;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.util.Optional;

/// What became of a split.
///
/// @param folder of the job
/// @param split its index
/// @param worker who says so
/// @param documents that were answered
/// @param rejected of these
/// @param tokens that were read and written
/// @param failure why it was not done; empty where it was
record DoneMessage(
        String folder,
        int split,
        String worker,
        long documents,
        long rejected,
        long tokens,
        Optional<String> failure) {

    private static final JsonMapper JSON = JsonMapper.shared();

    byte[] bytes() {
        return JSON.writeValueAsBytes(this);
    }

    /// Empty where the bytes are none.
    static Optional<DoneMessage> of(byte[] bytes) {
        try {
            return Optional.ofNullable(JSON.readValue(bytes, DoneMessage.class));
        } catch (JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
