package dev.talaria.eval.schema;

import dev.talaria.schemas.grammar.EnforcementReport;
import dev.talaria.schemas.grammar.EnforcementTier;
import dev.talaria.schemas.grammar.KeywordOccurrence;
import dev.talaria.schemas.grammar.SchemaProblem;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/// An enforcement report for people and as JSON.
///
/// @param file what is reported on
/// @param shortestTokens the tokens of the shortest answer, where a vocabulary was given
record SchemaReportText(String file, EnforcementReport report, OptionalInt shortestTokens) {

    private static final JsonMapper JSON = JsonMapper.shared();

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "%s: %s", file, report.isUsable() ? "can be used" : "is refused");
        line(text, "draft %s, %d schemas, %s", report.draft(), report.schemas(), shortest());
        report.size()
                .ifPresent(size ->
                        line(
                                text,
                                "%d values, %d alternatives, %d members, %d states, about %d KiB",
                                size.values(),
                                size.alternatives(),
                                size.members(),
                                size.states(),
                                (size.bytes() + 1_023) >> 10));
        line(text, "compiled in %.1f ms", report.compileTime().toNanos() / 1e6);
        for (EnforcementTier tier : EnforcementTier.values()) {
            if (report.count(tier) > 0) {
                line(text, "%6d %s", report.count(tier), name(tier));
            }
        }
        line(text, "");
        for (KeywordOccurrence each : report.occurrences()) {
            String note = each.note().isEmpty() ? "" : "  " + each.note();
            line(text, "%-10s %s%s", name(each.tier()), each.pointer(), note);
        }
        if (report.isUsable()) {
            line(text, "");
            line(text, "every answer: %s", String.join("; ", report.restrictions()));
        }
        for (SchemaProblem problem : report.problems()) {
            line(text, "");
            line(text, "refused    %s", problem.pointer());
            line(text, "  keyword    %s", problem.keyword());
            line(text, "  because    %s", problem.reason());
            line(text, "  instead    %s", problem.suggestion());
        }
        return text.toString().stripTrailing();
    }

    private String shortest() {
        if (report.shortestBytes().isEmpty()) {
            return "no answers";
        }
        String bytes = "shortest answer " + report.shortestBytes().getAsInt() + " bytes";
        return shortestTokens.isPresent()
                ? bytes + ", " + shortestTokens.getAsInt() + " tokens"
                : bytes;
    }

    private static String name(EnforcementTier tier) {
        return tier.name().toLowerCase(Locale.ROOT);
    }

    String json() {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node());
    }

    /// Several reports as one text.
    ///
    /// @param failures of the files that are no schemas, why not
    static String json(List<SchemaReportText> reports, Map<Path, String> failures) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode summary = root.putObject("summary");
        long usable = reports.stream().filter(each -> each.report().isUsable()).count();
        summary.put("files", reports.size() + failures.size());
        summary.put("usable", usable);
        summary.put("refused", reports.size() - usable);
        summary.put("failed", failures.size());
        ArrayNode files = root.putArray("files");
        reports.forEach(each -> files.add(each.node()));
        failures.forEach((file, failure) ->
                files.addObject()
                        .put("file", file.toString())
                        .put("usable", false)
                        .put("failure", failure));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private ObjectNode node() {
        ObjectNode root = JSON.createObjectNode();
        root.put("file", file);
        root.put("usable", report.isUsable());
        root.put("draft", report.draft());
        root.put("schemas", report.schemas());
        report.shortestBytes().ifPresent(bytes -> root.put("shortestBytes", bytes));
        shortestTokens.ifPresent(tokens -> root.put("shortestTokens", tokens));
        report.size()
                .ifPresent(size ->
                        root.putObject("size")
                                .put("values", size.values())
                                .put("alternatives", size.alternatives())
                                .put("members", size.members())
                                .put("states", size.states())
                                .put("bytes", size.bytes()));
        root.put("compileMicros", report.compileTime().toNanos() / 1_000);
        ObjectNode tiers = root.putObject("tiers");
        for (EnforcementTier tier : EnforcementTier.values()) {
            tiers.put(name(tier), report.count(tier));
        }
        ArrayNode keywords = root.putArray("keywords");
        for (KeywordOccurrence each : report.occurrences()) {
            ObjectNode node = keywords.addObject();
            node.put("keyword", each.keyword());
            node.put("pointer", each.pointer());
            node.put("tier", name(each.tier()));
            node.put("note", each.note());
        }
        ArrayNode problems = root.putArray("problems");
        for (SchemaProblem problem : report.problems()) {
            ObjectNode node = problems.addObject();
            node.put("keyword", problem.keyword());
            node.put("pointer", problem.pointer());
            node.put("reason", problem.reason());
            node.put("suggestion", problem.suggestion());
        }
        report.restrictions().forEach(root.putArray("spelling")::add);
        return root;
    }

    // Points, not commas, whatever the user's country.
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }
}
