package dev.talaria.eval.schema;

import dev.talaria.eval.schema.FileResult.Status;
import dev.talaria.schemas.grammar.SchemaProblem;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a run over a folder has shown, for people and as JSON.
///
/// @param vocabulary how many tokens there are
record MaskBenchReport(List<FileResult> results, int vocabulary, Timings timings) {

    private static final JsonMapper JSON = JsonMapper.shared();

    long count(Status status) {
        return results.stream().filter(result -> result.status() == status).count();
    }

    /// How many files each keyword made refused; a file counts once for each.
    Map<String, Long> refusedByKeyword() {
        return results.stream()
                .flatMap(
                        result -> result.problems().stream().map(SchemaProblem::keyword).distinct())
                .collect(Collectors.groupingBy(k -> k, TreeMap::new, Collectors.counting()));
    }

    String json() {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode summary = root.putObject("summary");
        summary.put("files", results.size());
        summary.put("passing", count(Status.PASSING));
        summary.put("refused", count(Status.REFUSED));
        summary.put("wronglyRejected", count(Status.WRONGLY_REJECTED));
        summary.put("wronglyAccepted", count(Status.WRONGLY_ACCEPTED));
        summary.put("failed", count(Status.FAILED));
        summary.put("vocabulary", vocabulary);
        ObjectNode keywords = summary.putObject("refusedByKeyword");
        refusedByKeyword().forEach(keywords::put);
        putTimings(summary.putObject("timings"));
        ArrayNode slowest = root.putArray("slowestMasks");
        timings.slowest().forEach(place -> put(slowest.addObject(), place));
        ArrayNode files = root.putArray("files");
        results.forEach(result -> put(files.addObject(), result));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private void putTimings(ObjectNode node) {
        put(node.putObject("firstMaskMicros"), timings.firstMask());
        put(node.putObject("maskMicros"), timings.mask());
        put(node.putObject("maskWorkMicros"), timings.maskWork());
        put(node.putObject("maskAgainMicros"), timings.maskAgain());
        put(node.putObject("commitMicros"), timings.commit());
        node.put("allocatedBytesPerToken", timings.bytesPerToken());
        node.put("tokens", timings.commit().count());
    }

    private static void put(ObjectNode node, Durations durations) {
        node.put("count", durations.count());
        node.put("mean", durations.meanMicros());
        node.put("p50", durations.micros(0.50));
        node.put("p90", durations.micros(0.90));
        node.put("p95", durations.micros(0.95));
        node.put("p99", durations.micros(0.99));
        node.put("p999", durations.micros(0.999));
        node.put("max", durations.micros(1));
    }

    private static void put(ObjectNode node, SlowMasks.Place place) {
        node.put("file", place.file());
        node.put("test", place.test());
        node.put("token", place.token());
        node.put("after", place.after());
        node.put("micros", place.nanos() / 1e3);
    }

    private static void put(ObjectNode node, FileResult result) {
        node.put("file", result.name());
        node.put("status", result.status().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        node.put("tests", result.tests());
        node.put("tokens", result.tokens());
        node.put("firstMaskMicros", result.firstMaskNanos() / 1e3);
        node.put("slowestMaskMicros", result.slowestMaskNanos() / 1e3);
        node.put("allocatedBytesAgain", result.allocatedBytesAgain());
        if (!result.failure().isEmpty()) {
            node.put("failure", result.failure());
        }
        ArrayNode problems = node.putArray("problems");
        for (SchemaProblem problem : result.problems()) {
            ObjectNode each = problems.addObject();
            each.put("keyword", problem.keyword());
            each.put("pointer", problem.pointer());
            each.put("reason", problem.reason());
            each.put("suggestion", problem.suggestion());
        }
        result.wronglyRejected().forEach(node.putArray("wronglyRejected")::add);
        result.wronglyAccepted().forEach(node.putArray("wronglyAccepted")::add);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "files              %6d", results.size());
        line(text, "passing            %6d  %.1f %%", count(Status.PASSING), passingPercent());
        line(text, "refused            %6d", count(Status.REFUSED));
        refusedByKeyword().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .forEach(each -> line(text, "  %-24s %5d", each.getKey(), each.getValue()));
        line(text, "wrongly rejected   %6d", count(Status.WRONGLY_REJECTED));
        line(text, "wrongly accepted   %6d", count(Status.WRONGLY_ACCEPTED));
        line(text, "failed             %6d", count(Status.FAILED));
        for (FileResult result : results) {
            switch (result.status()) {
                case WRONGLY_REJECTED ->
                        line(text, "  %s: rejects %s", result.name(), result.wronglyRejected());
                case WRONGLY_ACCEPTED ->
                        line(text, "  %s: accepts %s", result.name(), result.wronglyAccepted());
                case FAILED -> line(text, "  %s: %s", result.name(), result.failure());
                case PASSING, REFUSED -> {}
            }
        }
        line(text, "");
        line(
                text,
                "%-22s %9s %9s %9s %9s %9s %10s",
                "microseconds",
                "p50",
                "p90",
                "p95",
                "p99",
                "p99.9",
                "max");
        row(text, "schema to first mask", timings.firstMask());
        row(text, "mask", timings.mask());
        row(text, "mask, work alone", timings.maskWork());
        row(text, "mask, asked again", timings.maskAgain());
        row(text, "accept a token", timings.commit());
        line(
                text,
                "%d tokens of a vocabulary of %d; %.1f bytes allocated per token asked again",
                timings.commit().count(),
                vocabulary,
                timings.bytesPerToken());
        line(text, "");
        line(text, "most work, microseconds");
        for (SlowMasks.Place place : timings.slowest()) {
            line(
                    text,
                    "%10.1f  %s, test %d, token %d, after %s",
                    place.nanos() / 1e3,
                    place.file(),
                    place.test(),
                    place.token(),
                    place.after().replace('\n', ' '));
        }
        return text.toString().stripTrailing();
    }

    private double passingPercent() {
        return 100.0 * count(Status.PASSING) / Math.max(1, results.size());
    }

    private static void row(StringBuilder text, String name, Durations times) {
        line(
                text,
                "%-22s %9.1f %9.1f %9.1f %9.1f %9.1f %10.1f",
                name,
                times.micros(0.50),
                times.micros(0.90),
                times.micros(0.95),
                times.micros(0.99),
                times.micros(0.999),
                times.micros(1));
    }

    // Points, not commas, whatever the user's country.
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is of a library that is not here
    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
    }
}
