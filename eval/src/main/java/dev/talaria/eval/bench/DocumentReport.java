package dev.talaria.eval.bench;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.talaria.eval.peer.LlamaCpp;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Optional;

/// How many documents a minute were extracted. Its JSON follows `document-report.schema.json`,
/// beside this class.
///
/// @param format of the JSON
/// @param version of this program
/// @param started when, as ISO 8601 has it
/// @param threads that computed
/// @param documents of each round
/// @param mostTokens an answer may have
/// @param own this program
/// @param comparison with another program; absent where there was none
record DocumentReport(
        String format,
        String version,
        String started,
        Machine machine,
        Model model,
        int threads,
        int documents,
        int mostTokens,
        Side own,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Beside> comparison) {

    /// The only format there is so far.
    static final String FORMAT = "talaria-documents/1";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    /// Which model it was.
    ///
    /// @param file its name, without folder
    record Model(String file, String name, String sha256, String type, String description) {}

    /// What one of the two did, over all rounds.
    ///
    /// @param documentsPerMinute over the rounds
    /// @param seconds of each round
    /// @param promptTokens of all prompts
    /// @param knownTokens of these, not read because they had been before
    /// @param writtenTokens of all answers
    /// @param valid answers that satisfy the schema
    /// @param shortcuts how the engine came to its tokens; absent where it does not tell
    record Side(
            Speed documentsPerMinute,
            List<Double> seconds,
            long promptTokens,
            long knownTokens,
            long writtenTokens,
            int valid,
            @JsonInclude(JsonInclude.Include.NON_ABSENT)
                    Optional<DocumentResult.Shortcuts> shortcuts) {

        static Side of(List<DocumentResult> rounds, String schema) {
            SchemaValidator validator = NetworkntValidator.of(schema);
            List<Double> seconds = rounds.stream().map(DocumentResult::seconds).toList();
            List<String> answers =
                    rounds.stream().flatMap(round -> round.answers().stream()).toList();
            return new Side(
                    Speed.of(60 * rounds.getFirst().answers().size(), seconds),
                    seconds,
                    rounds.stream().mapToLong(DocumentResult::promptTokens).sum(),
                    rounds.stream().mapToLong(DocumentResult::knownTokens).sum(),
                    rounds.stream().mapToLong(DocumentResult::writtenTokens).sum(),
                    (int) answers.stream().filter(it -> validator.validate(it).isEmpty()).count(),
                    rounds.stream()
                            .flatMap(round -> round.shortcuts().stream())
                            .reduce(DocumentResult.Shortcuts::plus));
        }
    }

    /// The other program.
    ///
    /// @param setting it was measured with
    /// @param trials of the settings it could have had; empty where there was but one
    /// @param ratio of the best rounds, ours by theirs: above 1 we are faster
    /// @param medianRatio of the median rounds
    /// @param sameAnswers documents for which both gave the same value
    record Beside(
            LlamaCpp.Description peer,
            String setting,
            List<DocumentRun.Trial> trials,
            Side figures,
            double ratio,
            double medianRatio,
            int sameAnswers) {

        static Beside of(
                LlamaCpp.Description peer, DocumentRun.Timings timings, Side own, Side theirs) {
            return new Beside(
                    peer,
                    timings.setting().orElseThrow(),
                    timings.trials(),
                    theirs,
                    own.documentsPerMinute().best() / theirs.documentsPerMinute().best(),
                    own.documentsPerMinute().median() / theirs.documentsPerMinute().median(),
                    same(timings.own(), timings.peer()));
        }

        private static int same(List<DocumentResult> own, List<DocumentResult> others) {
            int same = 0;
            for (int round = 0; round < own.size(); round++) {
                List<String> ours = own.get(round).answers();
                List<String> theirs = others.get(round).answers();
                for (int i = 0; i < ours.size(); i++) {
                    same += isSame(ours.get(i), theirs.get(i)) ? 1 : 0;
                }
            }
            return same;
        }

        // As values: both may put white space where they like.
        private static boolean isSame(String a, String b) {
            Optional<JsonNode> value = value(a);
            return value.isPresent() && value.equals(value(b));
        }

        private static Optional<JsonNode> value(String text) {
            try {
                JsonNode value = JSON.readTree(text);
                return value.isMissingNode() ? Optional.empty() : Optional.of(value);
            } catch (JacksonException e) {
                return Optional.empty();
            }
        }
    }

    /// As one JSON object, on several lines.
    String json() {
        return JSON.writeValueAsString(this);
    }

    /// As a table for people.
    String table() {
        return new DocumentTable(this).toString();
    }
}
