package dev.talaria.schemas.grammar;

import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.JsonText;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.OptionalInt;

/// What is enforced of a schema: every keyword in every place, in the order of the document.
///
/// @param draft the draft it is read as
/// @param occurrences every key of every schema object
/// @param problems why the schema is refused; empty where it is not
/// @param shortestBytes length of the shortest answer, where there are answers
/// @param schemas how many schema objects there are
public record EnforcementReport(
        String draft,
        List<KeywordOccurrence> occurrences,
        List<SchemaProblem> problems,
        OptionalInt shortestBytes,
        int schemas) {

    /// What every answer keeps to beyond the schema: none of it makes a valid answer invalid.
    public static final List<String> SPELLING =
            List.of(
                    "one line, one space after ',' and ':'",
                    "members in the schema's order, no name twice",
                    "strings in UTF-8, an escape only where JSON needs one",
                    "numbers without exponent, up to 19 digits before the point and 17 after it"
                            + " unless a bound needs more",
                    "free-form values nested up to " + FreeForm.MAX_DEPTH + " deep");

    public EnforcementReport {
        occurrences = List.copyOf(occurrences);
        problems = List.copyOf(problems);
    }

    /// The report of a schema.
    ///
    /// @throws InvalidSchemaException where the text is not a schema
    public static EnforcementReport of(String schemaJson, Enforcement enforcement) {
        JsonNode schema = JsonText.schema(schemaJson);
        try {
            return switch (enforcement) {
                case STRICT -> accepted(schema, Relaxation.none(schema));
                case HYBRID -> accepted(schema, Relaxation.of(schema));
            };
        } catch (UnsupportedSchemaException e) {
            return report(schema, e.problems(), List.of(), OptionalInt.empty());
        }
    }

    private static EnforcementReport accepted(JsonNode schema, Relaxation relaxed) {
        int shortest = GrammarCompiler.compile(relaxed.schema()).minimumBytes();
        return report(schema, List.of(), relaxed.lifted(), OptionalInt.of(shortest));
    }

    private static EnforcementReport report(
            JsonNode schema,
            List<SchemaProblem> problems,
            List<SchemaProblem> lifted,
            OptionalInt shortest) {
        KeywordSurvey survey = new KeywordSurvey(schema, problems, lifted);
        return new EnforcementReport(
                survey.draft(), survey.occurrences(), problems, shortest, survey.schemas());
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
