package dev.talaria.eval.extraction;

import dev.talaria.eval.suite.Mode;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.SamplingOptions;

import tools.jackson.databind.JsonNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How documents are asked about and judged.
///
/// @param schema of all documents; without one, each row's own, or one made of the gold fields
/// @param types of fields, by path, where they are not to be found out
/// @param group a column whose values figures are given for each of
public record ExtractionOptions(
        Optional<String> textColumn,
        Optional<String> goldColumn,
        Optional<String> schemaColumn,
        Optional<JsonNode> schema,
        Map<String, FieldType> types,
        DateOrder dates,
        DecimalMark decimals,
        String instruction,
        float temperature,
        int maxTokens,
        List<Mode> modes,
        Optional<String> group) {

    /// Tokens of an answer where nothing else is said.
    public static final int MAX_TOKENS = 512;

    /// Greedy, in both modes, columns and types found out.
    public static ExtractionOptions usual() {
        return new ExtractionOptions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                DateOrder.DMY,
                DecimalMark.POINT,
                ExtractionTask.DEFAULT_INSTRUCTION,
                0f,
                MAX_TOKENS,
                List.of(Mode.UNCONSTRAINED, Mode.CONSTRAINED),
                Optional.empty());
    }

    public ExtractionOptions {
        types = Map.copyOf(types);
        modes = List.copyOf(modes);
    }

    SamplingOptions sampling(long seed) {
        return new SamplingOptions(temperature, 0, 1f, seed, maxTokens);
    }

    /// What a run is of, for its summary.
    Map<String, String> described() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("dates", dates.name().toLowerCase(Locale.ROOT));
        options.put("decimals", decimals.name().toLowerCase(Locale.ROOT));
        options.put("instruction", instruction);
        options.put("temperature", Float.toString(temperature));
        options.put("maxTokens", Integer.toString(maxTokens));
        options.put("modes", String.join(", ", modes.stream().map(Mode::text).toList()));
        return options;
    }
}
