package dev.talaria.pipeline.topology;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// The topics of distributed batch jobs.
///
/// @param splits published: rows of a file that are to be worked on
/// @param done written: splits that were worked on
public record JobTopics(String splits, String done) {

    public JobTopics {
        requireNonNull(splits, "splits");
        requireNonNull(done, "done");
    }

    /// Both of them.
    public List<String> all() {
        return List.of(splits, done);
    }
}
