package dev.talaria.eval.schema;

import dev.talaria.schemas.grammar.EnforcementReport;
import dev.talaria.schemas.grammar.EnforcementTier;
import dev.talaria.schemas.grammar.KeywordOccurrence;
import dev.talaria.schemas.grammar.SchemaProblem;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Locale;

/// An enforcement report for people and as JSON.
///
/// @param file what is reported on
record SchemaReportText(String file, EnforcementReport report) {

    private static final JsonMapper JSON = JsonMapper.shared();

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "%s: %s", file, report.isUsable() ? "can be used" : "is refused");
        line(text, "draft %s, %d schemas, %s", report.draft(), report.schemas(), shortest());
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
        return report.shortestBytes().isPresent()
                ? "shortest answer " + report.shortestBytes().getAsInt() + " bytes"
                : "no answers";
    }

    private static String name(EnforcementTier tier) {
        return tier.name().toLowerCase(Locale.ROOT);
    }

    String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("file", file);
        root.put("usable", report.isUsable());
        root.put("draft", report.draft());
        root.put("schemas", report.schemas());
        report.shortestBytes().ifPresent(bytes -> root.put("shortestBytes", bytes));
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
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    // Points, not commas, whatever the user's country.
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }
}
