package dev.talaria.datasets.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the data files of a folder, as datasets are laid out by Hugging Face: `train.jsonl`,
/// `data/test-00000-of-00002.parquet`, `train/data-00000-of-00001.arrow`.
final class DatasetFolder {

    private static final int MAX_DEPTH = 8;
    private static final Set<String> DESCRIPTIONS =
            Set.of(
                    "dataset_info.json",
                    "dataset_infos.json",
                    "dataset_dict.json",
                    "state.json",
                    "metadata.json",
                    "package.json");
    // A word of its own in a name or folder: "train", "test-00000-of-00002", "my_dev".
    private static final Pattern SPLIT =
            Pattern.compile(
                    "(?<![a-z])(train|training|test|testing|eval|evaluation|validation|valid|val|dev)(?![a-z])");

    private DatasetFolder() {}

    /// The files in the order of their paths; of the split, if one is named.
    ///
    /// @throws IllegalArgumentException where there are none
    static List<Path> files(Path folder, Optional<String> split) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder, MAX_DEPTH)) {
            all.filter(file -> isData(folder, file)).sorted().forEach(files::add);
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: there are no data files; they end in one of %s"
                            .formatted(folder, FileFormat.allEndings()));
        }
        if (split.isEmpty()) {
            return files;
        }
        String wanted = meaning(split.get().toLowerCase(Locale.ROOT));
        List<Path> chosen =
                files.stream()
                        .filter(file -> split(folder, file).filter(wanted::equals).isPresent())
                        .toList();
        if (chosen.isEmpty()) {
            Set<String> there = new TreeSet<>();
            files.forEach(file -> split(folder, file).ifPresent(there::add));
            throw new IllegalArgumentException(
                    "%s: there is no split '%s'; %s"
                            .formatted(
                                    folder,
                                    split.get(),
                                    there.isEmpty()
                                            ? "its files name none"
                                            : "there are " + String.join(", ", there)));
        }
        return chosen;
    }

    private static boolean isData(Path folder, Path file) {
        for (Path part : folder.relativize(file)) {
            if (part.toString().startsWith(".") || part.toString().startsWith("__")) {
                return false;
            }
        }
        return Files.isRegularFile(file)
                && FileFormat.ofName(file) != null
                && !DESCRIPTIONS.contains(String.valueOf(file.getFileName()));
    }

    // The nearest to the file counts.
    private static Optional<String> split(Path folder, Path file) {
        Path relative = folder.relativize(file);
        for (int i = relative.getNameCount() - 1; i >= 0; i--) {
            Matcher word = SPLIT.matcher(relative.getName(i).toString().toLowerCase(Locale.ROOT));
            if (word.find()) {
                return Optional.of(meaning(word.group(1)));
            }
        }
        return Optional.empty();
    }

    private static String meaning(String word) {
        return switch (word) {
            case "training" -> "train";
            case "testing", "eval", "evaluation" -> "test";
            case "valid", "val", "dev" -> "validation";
            default -> word;
        };
    }
}
