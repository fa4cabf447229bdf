package dev.talaria.inference.gguf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the first file of a split model says of the whole, and where the other files are.
///
/// The files of a model lie side by side and are called `NAME-00001-of-0000N.gguf`, from 1; each
/// has keys with its number (from 0), the number of files and the tensors in all of them.
///
/// @param first the first file
/// @param count files
/// @param tensors in all files; absent where the file does not say
record GgufSplit(Path first, int count, OptionalLong tensors) {

    static final String NUMBER = "split.no";
    static final String COUNT = "split.count";
    static final String TENSORS = "split.tensors.count";

    private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

    /// What the file that was named says; empty where it is a model by itself.
    ///
    /// @throws MalformedGgufException where it is not the first part, or its keys and its name
    ///   contradict each other
    static Optional<GgufSplit> of(Path file, GgufMetadata metadata) {
        int count = (int) metadata.integer(COUNT, 0, 65_535).orElse(0);
        long number = metadata.integer(NUMBER, 0, 65_535).orElse(0);
        if (count < 2 && number == 0) {
            return Optional.empty();
        }
        if (number >= count) {
            throw metadata.failure(NUMBER, number + " is not below " + COUNT + " = " + count);
        }
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw metadata.failure(
                    COUNT,
                    "the file is part %d of %d, but is not called …%s, so the others cannot be found; give all parts their names back"
                            .formatted(number + 1, count, suffix((int) number, count)));
        }
        if (Integer.parseInt(name.group(3)) != count) {
            throw metadata.failure(
                    COUNT, count + " files, but the file's name says " + name.group(3));
        }
        if (number > 0) {
            throw metadata.failure(
                    NUMBER,
                    "the file is part %d of %d; name the first, %s"
                            .formatted(number + 1, count, name.group(1) + suffix(0, count)));
        }
        return Optional.of(new GgufSplit(file, count, metadata.integer(TENSORS)));
    }

    /// The file of that number, which is from 1 to `count` - 1.
    ///
    /// @throws MalformedGgufException where it is not there
    Path part(int number) {
        Matcher name = NAME.matcher(first.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalStateException(first + " was checked to be called as a part");
        }
        Path part = first.resolveSibling(name.group(1) + suffix(number, count));
        if (!Files.isRegularFile(part)) {
            throw new MalformedGgufException(
                    part,
                    0,
                    "part %d of %d is missing; put it beside %s"
                            .formatted(number + 1, count, first.getFileName()));
        }
        return part;
    }

    /// Checks that a file's keys make it the part of that number.
    ///
    /// @throws MalformedGgufException where they do not
    void requirePart(GgufMetadata part, int number) {
        requireEqual(part, NUMBER, number);
        requireEqual(part, COUNT, count);
        if (tensors.isPresent()) {
            requireEqual(part, TENSORS, tensors.getAsLong());
        }
    }

    private void requireEqual(GgufMetadata part, String key, long expected) {
        long found = part.requiredInteger(key);
        if (found != expected) {
            throw part.failure(
                    key,
                    "%d, but %d follows from %s; the files are not of one model, or not complete"
                            .formatted(found, expected, first.getFileName()));
        }
    }

    /// Checks that all parts together have the tensors the first one announces.
    ///
    /// @throws MalformedGgufException where they do not
    void requireTensors(GgufMetadata metadata, int found) {
        if (tensors.isPresent() && tensors.getAsLong() != found) {
            throw metadata.failure(
                    TENSORS,
                    "%d tensors are announced, but the %d files have %d"
                            .formatted(tensors.getAsLong(), count, found));
        }
    }

    private static String suffix(int number, int count) {
        return String.format(Locale.ROOT, "-%05d-of-%05d.gguf", number + 1, count);
    }
}
