package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.RejectedFilter;
import dev.talaria.schemas.extraction.RejectionStage;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Which rejected documents, as it is typed.
final class RejectedArguments {

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            description = "How far they came: request, length, validation or engine.")
    private String stage;

    @Option(
            names = "--class",
            paramLabel = "NAME",
            description = "What went wrong: UnknownSchema, PromptTooLong, …")
    private String errorClass;

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "Of that schema: id for any version, or id@version.")
    private String schema;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Of that time or later: " + TimeArgument.FORMS + ".")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Of before that time.")
    private String until;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// The filter; `documents` are ids or positions, none for all.
    RejectedFilter filter(List<String> documents) {
        Instant now = Instant.now();
        return new RejectedFilter(
                stage(),
                Optional.ofNullable(errorClass),
                Optional.ofNullable(schema),
                time("--since", since, now),
                time("--until", until, now),
                documents);
    }

    /// Says that no rejected document has this id or position.
    static String notThere(Cluster cluster, String document) {
        return "talaria: topic %s: there is no rejected document %s; 'talaria dlq list' shows all"
                .formatted(cluster.config().topics().rejected(), TextTable.printable(document));
    }

    private Optional<String> stage() {
        if (stage == null || isStage(stage)) {
            return Optional.ofNullable(stage);
        }
        throw new ParameterException(
                spec.commandLine(),
                "--stage: there is no stage '%s'; write request, length, validation or engine"
                        .formatted(stage));
    }

    private static boolean isStage(String text) {
        return Arrays.stream(RejectionStage.values())
                .anyMatch(each -> each.name().equalsIgnoreCase(text));
    }

    private Optional<Instant> time(String option, String text, Instant now) {
        try {
            return Optional.ofNullable(text).map(each -> TimeArgument.parse(each, now));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }
}
