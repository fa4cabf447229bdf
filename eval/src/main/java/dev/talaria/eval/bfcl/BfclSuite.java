package dev.talaria.eval.bfcl;

import static java.util.Objects.requireNonNull;

import dev.talaria.eval.suite.Dataset;
import dev.talaria.eval.suite.DatasetRow;
import dev.talaria.eval.suite.Mode;
import dev.talaria.eval.suite.RowSelection;
import dev.talaria.eval.suite.Suite;
import dev.talaria.eval.suite.TrialResult;
import dev.talaria.eval.suite.Verdict;
import dev.talaria.schemas.chat.ChatMessage;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Calls of functions as the Berkeley leaderboard compares them: by their arguments' values, in any
/// spelling.
///
/// Rows that pass by its rules also have to be JSON, with strings as they stand in the right
/// answer, to pass by our stricter ones.
public final class BfclSuite implements Suite {

    private final BfclOptions options;

    public BfclSuite(BfclOptions options) {
        this.options = requireNonNull(options, "options");
    }

    @Override
    public String name() {
        return "bfcl";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put(
                "categories",
                options.categories().stream().sorted().collect(Collectors.joining(",")));
        shown.put("answers", options.answers().map(Path::toString).orElse(""));
        shown.put("names", options.names().name().toLowerCase(Locale.ROOT));
        shown.put("format", options.format().text());
        shown.put("parse", options.reader().name().toLowerCase(Locale.ROOT));
        shown.put("temperature", Float.toString(options.temperature()));
        shown.put("maxTokens", Integer.toString(options.maxTokens()));
        return shown;
    }

    @Override
    public List<Mode> modes() {
        return options.modes();
    }

    @Override
    public Dataset read(Path path, Optional<String> split, RowSelection selection)
            throws IOException {
        if (split.isPresent()) {
            throw new IllegalArgumentException(
                    "the leaderboard's files have no splits; leave out --split, or choose with"
                            + " --category");
        }
        BfclFiles files = new BfclFiles(path, options.answers(), options.categories());
        return Dataset.of(path.toString(), files.rows(), selection);
    }

    @Override
    public BfclItem item(DatasetRow row) {
        Category category =
                Category.named(row.text(BfclFiles.CATEGORY))
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "its category '%s' cannot be judged"
                                                .formatted(row.text(BfclFiles.CATEGORY))));
        List<FunctionDoc> functions = new ArrayList<>();
        row.required("function").forEach(it -> functions.add(FunctionDoc.of(it)));
        JsonNode groundTruth =
                row.value(BfclFiles.GROUND_TRUTH).orElse(JsonNodeFactory.instance.arrayNode());
        List<RightCall> right = category.hasAnswers() ? RightCall.listOf(groundTruth) : List.of();
        return new BfclItem(
                row.text("id"),
                category,
                messages(row.required("question")),
                functions.stream().map(it -> it.tool(options.names())).toList(),
                new CallRules(category, functions, right, options.names(), StringRule.STANDARDIZED),
                groundTruth,
                options);
    }

    private static List<ChatMessage> messages(JsonNode question) {
        if (question.size() != 1 || !question.get(0).isArray() || question.get(0).isEmpty()) {
            throw new IllegalArgumentException(
                    "its question is no list of one turn [[{\"role\": …, \"content\": …}]]");
        }
        List<ChatMessage> messages = new ArrayList<>();
        question.get(0).forEach(it -> messages.add(message(it)));
        if (!(messages.getLast() instanceof ChatMessage.User)) {
            throw new IllegalArgumentException("its question does not end with the user's words");
        }
        return messages;
    }

    private static ChatMessage message(JsonNode node) {
        String content = node.path("content").asString("");
        String role = node.path("role").asString("");
        return switch (role) {
            case "system" -> new ChatMessage.System(content);
            case "user" -> new ChatMessage.User(content);
            case "assistant" -> new ChatMessage.Assistant(content);
            default ->
                    throw new IllegalArgumentException(
                            "the role '%s' of its question is none of system, user, assistant"
                                    .formatted(role));
        };
    }

    @Override
    public List<String> groups() {
        return List.of(BfclItem.CATEGORY);
    }

    /// The mean of the categories' accuracies, each counting the same, beside that of all rows.
    @Override
    public Map<String, JsonNode> metrics(List<TrialResult> results) {
        Map<String, List<TrialResult>> categories =
                results.stream()
                        .collect(
                                Collectors.groupingBy(
                                        BfclSuite::categoryOf, TreeMap::new, Collectors.toList()));
        double mean =
                categories.values().stream().mapToDouble(BfclSuite::accuracy).average().orElse(0);
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        Map<String, JsonNode> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", nodes.numberNode(accuracy(results)));
        metrics.put("mean_of_categories", nodes.numberNode(mean));
        return metrics;
    }

    private static String categoryOf(TrialResult result) {
        JsonNode category = result.attributes().get(BfclItem.CATEGORY);
        return category == null ? "" : category.asString("");
    }

    private static double accuracy(List<TrialResult> results) {
        return results.stream()
                .mapToDouble(it -> it.published().verdict() == Verdict.PASSED ? 1 : 0)
                .average()
                .orElse(0);
    }
}
