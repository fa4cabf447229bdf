package dev.talaria.pipeline.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;

import dev.talaria.pipeline.admin.SchemaTopic;
import dev.talaria.pipeline.task.Registration;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.schemas.grammar.EnforcementReport;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.SchemaProblem;
import dev.talaria.schemas.validation.InvalidSchemaException;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/// How refusals of schemas are printed: as `schema check` prints them.
final class SchemaRefusals {

    private SchemaRefusals() {}

    /// What a pipeline logs of schemas it cannot use, the command says itself.
    static void keepLogQuiet() {
        if (LoggerFactory.getLogger("dev.talaria.pipeline.task") instanceof Logger log) {
            log.setLevel(Level.OFF);
        }
    }

    /// Prints why a change is refused; whether it is.
    ///
    /// @param texts that are put
    /// @param forced whether what is there may break
    static boolean isRefused(
            SchemaTopic.Verdict verdict,
            Map<String, @Nullable String> texts,
            GrammarOptions options,
            boolean forced,
            PrintWriter err) {
        for (Registration.Refused one : verdict.refused()) {
            print(one, texts.get(one.name()), options, err);
        }
        for (Registration.Refused one : verdict.broken()) {
            err.printf(
                    "talaria: %s, which is registered, could not be used any more: %s%s%n",
                    one.name(), one.message(), forced ? "" : " (--force does it nevertheless)");
        }
        err.flush();
        return !verdict.refused().isEmpty() || (!forced && !verdict.broken().isEmpty());
    }

    private static void print(
            Registration.Refused refused,
            @Nullable String text,
            GrammarOptions options,
            PrintWriter err) {
        boolean isTask = refused.name().startsWith(Registry.TASK_PREFIX);
        List<SchemaProblem> problems = isTask ? List.of() : problems(text, options);
        if (problems.isEmpty()) {
            err.printf(
                    "talaria: %s is refused: %s%s%n",
                    refused.name(),
                    refused.message(),
                    refused.errorClass().startsWith("Incompatible") ? " (here: --force)" : "");
            return;
        }
        err.printf("talaria: %s is refused%n", refused.name());
        for (SchemaProblem problem : problems) {
            err.printf("refused    %s%n", problem.pointer());
            err.printf("  keyword    %s%n", problem.keyword());
            err.printf("  because    %s%n", problem.reason());
            err.printf("  instead    %s%n", problem.suggestion());
        }
    }

    // Of a schema that stands alone; otherwise the refusal has them in its one line.
    private static List<SchemaProblem> problems(@Nullable String text, GrammarOptions options) {
        if (text == null) {
            return List.of();
        }
        try {
            return EnforcementReport.of(text, options).problems();
        } catch (InvalidSchemaException e) {
            return List.of();
        }
    }
}
