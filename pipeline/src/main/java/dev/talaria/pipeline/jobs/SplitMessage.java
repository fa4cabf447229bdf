package dev.talaria.pipeline.jobs;

import dev.talaria.pipeline.batch.Split;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A split that is to be worked on; a few hundred bytes.
///
/// @param folder of the job
/// @param split rows of its input
public record SplitMessage(String folder, Split split) {

    private static final JsonMapper JSON = JsonMapper.shared();

    byte[] bytes() {
        return JSON.writeValueAsBytes(this);
    }

    /// @throws IllegalArgumentException where the bytes are none
    static SplitMessage of(byte[] bytes) {
        try {
            SplitMessage message = JSON.readValue(bytes, SplitMessage.class);
            if (message == null || message.folder() == null || message.split() == null) {
                throw new IllegalArgumentException("a split without folder or rows");
            }
            return message;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no split: " + e.getOriginalMessage(), e);
        }
    }
}
