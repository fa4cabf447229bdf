package dev.talaria.eval.bench;

import com.fasterxml.jackson.annotation.JsonInclude;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Optional;

/// What a run measured. Its JSON follows `bench-report.schema.json`, beside this class.
///
/// @param format of the JSON
/// @param version of this program
/// @param started when, as ISO 8601 has it
/// @param threads that computed
/// @param rounds of each measure
/// @param ceilings of the machine in the same run
/// @param figures one for each measure
/// @param comparison with another program; absent where there was none
/// @param notes what was shortened or left out, and why
record BenchReport(
        String format,
        String version,
        String started,
        Machine machine,
        MeasuredModel model,
        int threads,
        int rounds,
        MeasuredCeilings ceilings,
        List<Figure> figures,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Comparison> comparison,
        List<String> notes) {

    /// The only format there is so far.
    static final String FORMAT = "talaria-bench/2";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    BenchReport {
        figures = List.copyOf(figures);
        notes = List.copyOf(notes);
    }

    /// As one JSON object, on several lines.
    String json() {
        return JSON.writeValueAsString(this);
    }

    /// As a table for people.
    String table() {
        return new ReportTable(this).toString();
    }
}
