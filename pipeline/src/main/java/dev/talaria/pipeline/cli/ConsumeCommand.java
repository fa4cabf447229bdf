package dev.talaria.pipeline.cli;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.RecordText;
import dev.talaria.pipeline.admin.Start;
import dev.talaria.pipeline.admin.TopicReader;
import dev.talaria.pipeline.config.PipelineConfig;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/// Answers as they lie on the topic.
@Command(
        name = "consume",
        description = {
            "Print extractions, or what else lies on a topic, up to its end as it is now; with"
                    + " --follow also what comes after.",
            "Only committed records are shown. No group is joined and no offset stored: it is a"
                    + " look, and nobody notices.",
            "A line is the record's value; --json has everything of a record, one object a line."
        },
        footer = {
            "",
            "Examples:",
            "  talaria consume --config talaria.yaml | jq .total",
            "  talaria consume --follow --pretty --headers --config talaria.yaml",
            "  talaria consume --rejected --from 2h --limit 10 --config talaria.yaml"
        })
final class ConsumeCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;

    @Option(names = "--rejected", description = "Read the rejected documents.")
    private boolean rejected;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "Read that topic (default: topics.extractions).")
    private String topic;

    @Option(
            names = "--partition",
            paramLabel = "N",
            description = "Read that partition alone (default: all).")
    private Integer partition;

    @Option(
            names = "--from",
            paramLabel = "WHERE",
            description =
                    "beginning, end, an offset, or a time: "
                            + TimeArgument.FORMS
                            + " (default: beginning; with --follow: end).")
    private String from;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes, until Ctrl-C or --limit.")
    private boolean follow;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "At most N records.")
    private Long limit;

    @Option(names = "--key", paramLabel = "TEXT", description = "Only records with that key.")
    private String key;

    @Option(names = "--headers", description = "Show key, place and headers before each value.")
    private boolean headers;

    @Option(names = "--pretty", description = "Indent JSON.")
    private boolean pretty;

    @Option(names = "--json", description = "One JSON object a line, with everything of a record.")
    private boolean json;

    @Option(
            names = "--uncommitted",
            description = "Also records of transactions that are open or were aborted.")
    private boolean uncommitted;

    @Spec private CommandSpec spec;

    private long shown;

    @Override
    public Integer call() throws InterruptedException {
        require(!rejected || topic == null, "--rejected and --topic: choose one of them");
        require(limit == null || limit >= 0, "--limit = " + limit + " is below 0");
        require(partition == null || partition >= 0, "--partition = " + partition + " is below 0");
        require(!json || (!pretty && !headers), "--json has everything already, a record a line");
        Start start = start();
        if (limit != null && limit == 0) {
            return 0;
        }
        PipelineConfig config = arguments.config();
        try (Cluster cluster = new Cluster(config);
                TopicReader reader =
                        new TopicReader(
                                cluster,
                                List.of(topic(config)),
                                partition == null ? OptionalInt.empty() : OptionalInt.of(partition),
                                start,
                                !uncommitted)) {
            PrintWriter out = spec.commandLine().getOut();
            reader.toEnd(record -> print(record, out));
            if (follow && !isEnough()) {
                out.flush();
                reader.follow(
                        record -> {
                            boolean goesOn = print(record, out);
                            out.flush();
                            return goesOn;
                        },
                        () -> !out.checkError());
            }
            out.flush();
            return 0;
        }
    }

    private void require(boolean condition, String finding) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), finding);
        }
    }

    private String topic(PipelineConfig config) {
        if (topic != null) {
            return topic;
        }
        return rejected ? config.topics().rejected() : config.topics().extractions();
    }

    private Start start() {
        String where = from != null ? from : follow ? "end" : "beginning";
        return switch (where) {
            case "beginning" -> new Start.Beginning();
            case "end" -> new Start.End();
            default -> {
                try {
                    yield where.matches("\\d{1,18}")
                            ? new Start.Offset(Long.parseLong(where))
                            : new Start.Time(TimeArgument.parse(where, Instant.now()));
                } catch (IllegalArgumentException e) {
                    throw new ParameterException(
                            spec.commandLine(),
                            "--from: " + e.getMessage() + ", or beginning, end or an offset",
                            e);
                }
            }
        };
    }

    private boolean isEnough() {
        return limit != null && shown >= limit;
    }

    private boolean print(SourceRecord record, PrintWriter out) {
        if (key != null && !key.equals(RecordText.key(record))) {
            return true;
        }
        shown++;
        if (json) {
            out.println(RecordText.json(record));
        } else {
            if (headers) {
                printHead(record, out);
            }
            out.println(
                    TextTable.shown(
                            pretty ? RecordText.prettyValue(record) : RecordText.value(record)));
        }
        return !isEnough() && !out.checkError();
    }

    private static void printHead(SourceRecord record, PrintWriter out) {
        out.printf(
                "# %s  %s  %s%n",
                TextTable.printable(RecordText.key(record)),
                record.position(),
                Instant.ofEpochMilli(record.timestamp()));
        for (Map.Entry<String, String> header : RecordText.headers(record)) {
            out.printf(
                    "# %s: %s%n",
                    TextTable.printable(header.getKey()), TextTable.printable(header.getValue()));
        }
    }
}
