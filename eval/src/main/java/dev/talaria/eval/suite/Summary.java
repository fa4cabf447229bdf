package dev.talaria.eval.suite;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The figures of a run, per mode: `summary.json` without what the run is of.
///
/// Of each mode: `n`, `passed`, `passAt1` (share of all trials with its interval, and per seed),
/// `failures` by kind (a trial counts once for every kind it failed for), `strict` with the same by
/// our stricter rules, `groups` by the values of the suite's attributes, the suite's own `metrics`,
/// `tokens` and `latencyMillis`.
public final class Summary {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Summary() {}

    /// The figures of each mode, in the order of the modes.
    public static ObjectNode modes(Suite suite, List<TrialResult> results) {
        Map<Mode, List<TrialResult>> byMode =
                new TreeMap<>(
                        results.stream().collect(Collectors.groupingBy(it -> it.trial().mode())));
        ObjectNode modes = JSON.objectNode();
        byMode.forEach((mode, its) -> modes.set(mode.text(), mode(suite, its)));
        return modes;
    }

    private static ObjectNode mode(Suite suite, List<TrialResult> results) {
        ObjectNode figures = assessed(results, TrialResult::published);
        figures.set("strict", assessed(results, TrialResult::strict));
        if (!suite.groups().isEmpty()) {
            ObjectNode groups = figures.putObject("groups");
            suite.groups().forEach(name -> groups.set(name, grouped(name, results)));
        }
        Map<String, JsonNode> metrics = suite.metrics(results);
        if (!metrics.isEmpty()) {
            ObjectNode own = figures.putObject("metrics");
            metrics.forEach(own::set);
        }
        ObjectNode tokens = figures.putObject("tokens");
        tokens.set("prompt", spread(results, TrialResult::promptTokens));
        tokens.set("completion", spread(results, TrialResult::completionTokens));
        figures.set("latencyMillis", spread(results, TrialResult::latencyMillis));
        return figures;
    }

    private static ObjectNode assessed(
            List<TrialResult> results, Function<TrialResult, Assessment> assessment) {
        ObjectNode figures = JSON.objectNode();
        Proportion pooled = proportion(results, assessment);
        figures.put("n", pooled.n()).put("passed", pooled.passed());
        ObjectNode passAt1 = figures.putObject("passAt1");
        put(passAt1, pooled);
        ObjectNode seeds = passAt1.putObject("seeds");
        new TreeMap<>(results.stream().collect(Collectors.groupingBy(it -> it.trial().seed())))
                .forEach((seed, its) -> {
                    Proportion one = proportion(its, assessment);
                    ObjectNode figure = seeds.putObject(seed.toString());
                    figure.put("n", one.n()).put("passed", one.passed());
                    put(figure, one);
                });
        ObjectNode failures = figures.putObject("failures");
        kinds(results, assessment).forEach(failures::put);
        return figures;
    }

    private static void put(ObjectNode figure, Proportion proportion) {
        figure.put("value", proportion.value());
        figure.put("low", proportion.low()).put("high", proportion.high());
    }

    private static Proportion proportion(
            List<TrialResult> results, Function<TrialResult, Assessment> assessment) {
        long passed =
                results.stream()
                        .filter(it -> assessment.apply(it).verdict() == Verdict.PASSED)
                        .count();
        return new Proportion(passed, results.size());
    }

    // The most frequent first.
    private static Map<String, Integer> kinds(
            List<TrialResult> results, Function<TrialResult, Assessment> assessment) {
        Map<String, Integer> counts = new TreeMap<>();
        results.stream()
                .map(assessment)
                .filter(it -> it.verdict() == Verdict.FAILED)
                .flatMap(it ->
                        it.reasons().stream()
                                .filter(reason -> !reason.isRemark())
                                .map(Reason::kind)
                                .distinct())
                .forEach(kind -> counts.merge(kind, 1, Integer::sum));
        Map<String, Integer> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(it -> sorted.put(it.getKey(), it.getValue()));
        return sorted;
    }

    private static ObjectNode grouped(String name, List<TrialResult> results) {
        ObjectNode groups = JSON.objectNode();
        new TreeMap<>(results.stream().collect(Collectors.groupingBy(it -> value(it, name))))
                .forEach((value, its) -> {
                    Proportion one = proportion(its, TrialResult::published);
                    ObjectNode figure = groups.putObject(value);
                    figure.put("n", one.n()).put("passed", one.passed());
                    put(figure, one);
                });
        return groups;
    }

    private static String value(TrialResult result, String attribute) {
        JsonNode value = result.attributes().get(attribute);
        return value == null ? "" : value.isString() ? value.stringValue() : value.toString();
    }

    private interface Figure {
        double of(TrialResult result);
    }

    private static ObjectNode spread(List<TrialResult> results, Figure figure) {
        double[] sorted = results.stream().mapToDouble(figure::of).sorted().toArray();
        ObjectNode spread = JSON.objectNode();
        spread.put("total", Arrays.stream(sorted).sum());
        spread.put("mean", Arrays.stream(sorted).average().orElse(0));
        spread.put("p50", quantile(sorted, 0.5)).put("p90", quantile(sorted, 0.9));
        return spread.put("p99", quantile(sorted, 0.99)).put("max", quantile(sorted, 1));
    }

    // The smallest value that so large a share does not exceed.
    private static double quantile(double[] sorted, double share) {
        int place = (int) Math.ceil(share * sorted.length) - 1;
        return sorted.length == 0 ? 0 : sorted[Math.max(0, place)];
    }
}
