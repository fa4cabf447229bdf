package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;
import dev.talaria.schemas.validation.SchemaSource;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What is enforced of a schema: every keyword in every place, in the order of the document.
///
/// @param options how the schema becomes a grammar
/// @param draft the draft it is read as
/// @param occurrences every key of every schema object
/// @param problems why the schema is refused; empty where it is not
/// @param shortestBytes length of the shortest answer, where there are answers
/// @param schemas how many schema objects there are
/// @param size how large the grammar is, where there is one
/// @param compileTime what it took to compile the schema, or to refuse it
public record EnforcementReport(
        GrammarOptions options,
        String draft,
        List<KeywordOccurrence> occurrences,
        List<SchemaProblem> problems,
        OptionalInt shortestBytes,
        int schemas,
        Optional<GrammarSize> size,
        Duration compileTime) {

    public EnforcementReport {
        occurrences = List.copyOf(occurrences);
        problems = List.copyOf(problems);
    }

    /// The report of a schema.
    ///
    /// @throws InvalidSchemaException where the text is not a schema
    public static EnforcementReport of(String schemaJson, GrammarOptions options) {
        JsonNode schema = JsonText.schema(schemaJson);
        long begin = System.nanoTime();
        try {
            Relaxation relaxed = Relaxation.of(schemaJson, SchemaSource.NONE, options);
            Duration compileTime = Duration.ofNanos(System.nanoTime() - begin);
            KeywordSurvey survey = new KeywordSurvey(schema, options, List.of(), relaxed.lifted());
            return report(survey, options, List.of(), relaxed.value(), compileTime);
        } catch (UnsupportedSchemaException e) {
            Duration compileTime = Duration.ofNanos(System.nanoTime() - begin);
            KeywordSurvey survey = new KeywordSurvey(schema, options, e.problems(), List.of());
            return report(survey, options, e.problems(), null, compileTime);
        }
    }

    private static EnforcementReport report(
            KeywordSurvey survey,
            GrammarOptions options,
            List<SchemaProblem> problems,
            Value value,
            Duration compileTime) {
        return new EnforcementReport(
                options,
                survey.draft(),
                survey.occurrences(),
                problems,
                value == null
                        ? OptionalInt.empty()
                        : OptionalInt.of(new ValueGrammar(value).minimumBytes()),
                survey.schemas(),
                Optional.ofNullable(value).map(SizeSurvey::of),
                compileTime);
    }

    /// What every answer keeps to beyond the schema: none of it makes a valid answer invalid.
    public List<String> restrictions() {
        String order =
                switch (options.order()) {
                    case SCHEMA -> "members in the schema's order, no name twice";
                    case ANY -> "members in any order, no name twice";
                };
        String whiteSpace =
                switch (options.spelling()) {
                    case Spelling.SingleSpace() -> "one line, one space after ',' and ':'";
                    case Spelling.Compact() -> "one line, no white space between tokens";
                    case Spelling.Flexible(int most) ->
                            "up to " + most + " bytes of white space between two tokens";
                };
        return List.of(
                whiteSpace,
                order,
                "strings in UTF-8, an escape only where JSON needs one",
                "numbers without exponent, up to 19 digits before the point and 17 after it"
                        + " unless a bound needs more",
                "free-form values nested up to " + FreeForm.MAX_DEPTH + " deep");
    }

    /// Whether the schema can be used.
    public boolean isUsable() {
        return problems.isEmpty();
    }

    /// How many keywords are held to in that way.
    public long count(EnforcementTier tier) {
        return occurrences.stream().filter(each -> each.tier() == tier).count();
    }
}
