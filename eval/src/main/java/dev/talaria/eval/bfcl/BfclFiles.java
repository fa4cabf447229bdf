package dev.talaria.eval.bfcl;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The leaderboard's files as they are downloaded: a file of questions for each category, and in
/// `possible_answer` beside them a file of the same name with the right calls.
///
/// Both are lines of JSON, whatever their names end in; an array of JSON is read as well.
final class BfclFiles {

    static final String CATEGORY = "category";
    static final String GROUND_TRUTH = "ground_truth";

    private static final String ANSWERS = "possible_answer";
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:BFCL_v\\d+_|gorilla_openfunctions_v1_test_)?(\\w+)\\.(?:json|jsonl)");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;
    private final Optional<Path> answers;
    private final Set<String> chosen;

    /// @param path a file of questions, or a folder of such files
    /// @param answers a file or folder of right calls; empty for the usual place
    /// @param chosen names of categories; empty for all that can be judged
    BfclFiles(Path path, Optional<Path> answers, Set<String> chosen) {
        this.path = path;
        this.answers = answers;
        this.chosen = chosen;
    }

    /// All questions, file by file in the order of the names, each with its `category` and, where
    /// it has one, its `ground_truth`.
    ///
    /// @throws IllegalArgumentException where a file is not as it should be, or there is none
    List<ObjectNode> rows() throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        List<ObjectNode> rows = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        for (Path file : files()) {
            Optional<Category> named = category(file);
            Map<String, JsonNode> right = new HashMap<>();
            boolean isRead = false;
            for (ObjectNode row : objects(file)) {
                Optional<Category> category =
                        named.isPresent() ? named : Category.named(categoryOf(row));
                if (category.isEmpty() || !isChosen(category.get())) {
                    others.add(category.map(Category::name).orElseGet(() -> categoryOf(row)));
                    continue;
                }
                if (category.get().hasAnswers() && !row.has(GROUND_TRUTH)) {
                    if (!isRead) {
                        right.putAll(answers(file));
                        isRead = true;
                    }
                    row.set(GROUND_TRUTH, answer(file, right, row));
                }
                rows.add(row.put(CATEGORY, category.get().name()));
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: there are no questions of %s; there are %s"
                            .formatted(
                                    path,
                                    chosen.isEmpty() ? Category.names() : new TreeSet<>(chosen),
                                    others.isEmpty() ? "none at all" : "those of " + others));
        }
        return rows;
    }

    private boolean isChosen(Category category) {
        return chosen.isEmpty() || chosen.contains(category.name());
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> list = Files.list(path)) {
            return list.filter(Files::isRegularFile)
                    .filter(file -> category(file).filter(this::isChosen).isPresent())
                    .sorted()
                    .toList();
        }
    }

    private static Optional<Category> category(Path file) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        return name.matches() ? Category.named(name.group(1)) : Optional.empty();
    }

    // live_simple_0-0-0 is of live_simple.
    private static String categoryOf(ObjectNode row) {
        String id = row.path("id").asString("");
        int end = id.lastIndexOf('_');
        return end < 0 ? id : id.substring(0, end);
    }

    private Map<String, JsonNode> answers(Path questions) throws IOException {
        Path name = questions.getFileName();
        Path file = answers.orElseGet(() -> questions.resolveSibling(ANSWERS));
        if (Files.isDirectory(file)) {
            file = file.resolve(name);
        }
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    "%s: the right calls are not in %s; name them with --answers"
                            .formatted(questions, file));
        }
        Map<String, JsonNode> right = new HashMap<>();
        for (ObjectNode each : objects(file)) {
            right.put(each.path("id").asString(""), each.path(GROUND_TRUTH));
        }
        return right;
    }

    private static JsonNode answer(Path file, Map<String, JsonNode> right, ObjectNode row) {
        String id = row.path("id").asString("");
        JsonNode answer = right.get(id);
        if (answer == null) {
            throw new IllegalArgumentException(
                    "%s: question '%s' has no right calls among the %d there are"
                            .formatted(file, id, right.size()));
        }
        return answer;
    }

    private static List<ObjectNode> objects(Path file) throws IOException {
        String text = Files.readString(file).strip();
        List<ObjectNode> objects = new ArrayList<>();
        if (text.startsWith("[")) {
            for (JsonNode each : read(file, "the text", text)) {
                objects.add(object(file, "entry " + (objects.size() + 1), each));
            }
            return objects;
        }
        int number = 0;
        for (String line : text.split("\\R")) {
            number++;
            if (!line.isBlank()) {
                String place = "line " + number;
                objects.add(object(file, place, read(file, place, line)));
            }
        }
        return objects;
    }

    private static JsonNode read(Path file, String place, String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "%s: %s is not JSON: %s".formatted(file, place, e.getOriginalMessage()), e);
        }
    }

    private static ObjectNode object(Path file, String place, JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException(
                "%s: %s is no JSON object with an 'id'".formatted(file, place));
    }
}
