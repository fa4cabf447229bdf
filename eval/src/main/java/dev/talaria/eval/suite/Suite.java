package dev.talaria.eval.suite;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An evaluation: what rows mean, and which answers are right. Immutable.
public interface Suite {

    /// The name in files and on the command line.
    String name();

    /// Its own options by name, in the order they are shown: all that changes prompts, answers or
    /// verdicts. A run is only continued with the same.
    Map<String, String> options();

    /// How a model is asked, in the order of the results. Not empty.
    List<Mode> modes();

    /// Reads the rows, where they do not lie in one file or folder of records.
    ///
    /// @param split of a folder that was chosen
    /// @throws IOException where they cannot be read
    /// @throws IllegalArgumentException where none is chosen, or an option does not fit
    default Dataset read(Path path, Optional<String> split, RowSelection selection)
            throws IOException {
        return Dataset.read(path, split, selection);
    }

    /// The question a row asks.
    ///
    /// @throws IllegalArgumentException where the row is none of this suite's, saying what it lacks
    Item item(DatasetRow row);

    /// Names of attributes whose values the summary has figures for each of.
    default List<String> groups() {
        return List.of();
    }

    /// Figures of its own for the summary, such as `acc_norm`, from all results of one mode.
    default Map<String, JsonNode> metrics(List<TrialResult> results) {
        return Map.of();
    }
}
