package dev.talaria.pipeline.cli;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.DocumentFiles;
import dev.talaria.pipeline.admin.DocumentSender;
import dev.talaria.pipeline.admin.JsonLines;
import dev.talaria.pipeline.admin.OutgoingDocument;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.config.Problem;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/// Documents onto the topic.
@Command(
        name = "produce",
        description = {
            "Send documents to the documents topic: files, folders, lines of JSON, standard input.",
            "A file is one document, its key the file's name (below a folder: its path there), its"
                + " content type what the ending says: .txt, .html, .pdf, .docx, .json (an"
                + " envelope). A line of .jsonl is a text, an envelope with its id, or with"
                + " --text-field any object. What has no key is known by its place on the topic.",
            "Every record is acknowledged by all replicas. What is not sent is named, one a line,"
                    + " and the exit code then 1; files whose ending says nothing stop the command"
                    + " before anything is sent."
        },
        footer = {
            "",
            "Examples:",
            "  talaria produce invoices/ --schema invoice@1 --config talaria.yaml",
            "  talaria produce receipts.jsonl --text-field body --key-field no --schema receipt",
            "  echo 'Total: 12 EUR' | talaria produce - --key a-1 --schema invoice -b"
                    + " localhost:9092"
        })
final class ProduceCommand implements Callable<Integer> {

    private static final int NOT_ALL = 1;
    private static final int SHOWN = 20;
    private static final String STDIN = "-";

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;

    @Parameters(
            paramLabel = "PATH",
            arity = "1..*",
            description = "Files, folders, or - for standard input.")
    private List<String> paths;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "Where to send them (default: topics.documents).")
    private String topic;

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            description = "The schema they are for, id or id@version (header x-schema).")
    private String schema;

    @Option(
            names = "--key",
            paramLabel = "TEXT",
            description = "The key of the one document that is sent.")
    private String key;

    @Option(
            names = "--key-field",
            paramLabel = "NAME",
            description = "Lines of JSON: the field with the key (default: id or key).")
    private String keyField;

    @Option(
            names = "--text-field",
            paramLabel = "NAME",
            description =
                    "Lines of JSON: the field with the document; without it an object is an"
                            + " envelope.")
    private String textField;

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description = "A header of every record; can be repeated.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            description = "In place of what the ending says.")
    private String contentType;

    @Option(names = "--jsonl", description = "Standard input is lines of JSON.")
    private boolean jsonLines;

    @Option(names = "--lines", description = "Standard input has a document a line.")
    private boolean lines;

    @Option(
            names = "--skip-unknown",
            description = "Leave out files whose ending says nothing, and name them.")
    private boolean skipUnknown;

    @Option(names = "--dry-run", description = "Send nothing: say what would be sent.")
    private boolean dryRun;

    @Option(names = "--json", description = "Write the totals as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    private final InputStream stdin;

    ProduceCommand() {
        this(System.in);
    }

    /// With another standard input.
    ProduceCommand(InputStream stdin) {
        this.stdin = stdin;
    }

    /// What was sent.
    private record Totals(String topic, long sent, long bytes, long failed, long skipped) {}

    /// A file, and the folder its key is relative to.
    private record Source(Path file, Optional<Path> base) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkOptions();
        DocumentFiles files = new DocumentFiles(options());
        List<Source> skipped = new ArrayList<>();
        List<Source> sources = sources(files, skipped);
        checkKey(sources);
        PipelineConfig config = arguments.config();
        String target = topic == null ? config.topics().documents() : topic;
        List<Problem> unusable = new ArrayList<>();
        if (dryRun) {
            return planned(files, sources, target);
        }
        try (Cluster cluster = new Cluster(config);
                DocumentSender sender = new DocumentSender(cluster, target)) {
            SendProgress progress = new SendProgress(spec.commandLine().getErr(), sender);
            readAll(
                    files,
                    sources,
                    document -> {
                        switch (document) {
                            case OutgoingDocument.Ready ready -> sender.send(ready);
                            case OutgoingDocument.Unusable none -> unusable.add(none.problem());
                        }
                        progress.show();
                    });
            sender.flush();
            progress.end();
            unusable.addAll(sender.failures());
            return told(
                    new Totals(
                            target,
                            sender.acknowledged(),
                            sender.bytes(),
                            unusable.size(),
                            skipped.size()),
                    unusable);
        }
    }

    private void checkOptions() {
        require(!(jsonLines && lines), "--jsonl and --lines: choose one of them");
        require(
                (!jsonLines && !lines) || paths.contains(STDIN),
                "--jsonl and --lines are about standard input; name - too");
        require(
                contentType == null || !jsonLines || textField != null,
                "--content-type with --jsonl: name the field it is of with --text-field");
        for (String header : headers) {
            require(header.indexOf('=') > 0, "--header '" + header + "': write NAME=VALUE");
        }
    }

    private void require(boolean condition, String finding) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), finding);
        }
    }

    private DocumentFiles.Options options() {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        if (schema != null) {
            all.add(Map.entry(HeaderNames.SCHEMA, schema));
        }
        for (String header : headers) {
            int equals = header.indexOf('=');
            all.add(Map.entry(header.substring(0, equals), header.substring(equals + 1)));
        }
        return new DocumentFiles.Options(
                Optional.ofNullable(key),
                Optional.ofNullable(contentType),
                all,
                new JsonLines(Optional.ofNullable(textField), Optional.ofNullable(keyField)));
    }

    private List<Source> sources(DocumentFiles files, List<Source> skipped) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (String path : paths) {
            if (path.equals(STDIN)) {
                sources.add(new Source(Path.of(STDIN), Optional.empty()));
                continue;
            }
            Path named = ModelPaths.model(Path.of(path));
            boolean isFolder = Files.isDirectory(named);
            for (Path file : DocumentFiles.below(named)) {
                Source source = new Source(file, isFolder ? Optional.of(named) : Optional.empty());
                (files.isKnown(file) ? sources : skipped).add(source);
            }
        }
        leaveOut(skipped);
        if (sources.isEmpty()) {
            throw new CommandException(
                    String.join(", ", paths) + ": there is no document; name another path");
        }
        return sources;
    }

    private void leaveOut(List<Source> unknown) {
        if (unknown.isEmpty()) {
            return;
        }
        if (!skipUnknown) {
            throw new CommandException(
                    "%s%s: the ending says no content type; give --content-type, or --skip-unknown to leave such files out"
                            .formatted(
                                    unknown.getFirst().file(),
                                    unknown.size() == 1
                                            ? ""
                                            : " and %,d more".formatted(unknown.size() - 1)));
        }
        unknown.forEach(one -> spec.commandLine().getErr().println("left out: " + one.file()));
    }

    private void checkKey(List<Source> sources) {
        boolean isOne = sources.size() == 1 && !jsonLines && !lines;
        require(
                key == null || isOne,
                "--key is for one document; there are more, which need keys of their own");
    }

    private void readAll(
            DocumentFiles files, List<Source> sources, Consumer<OutgoingDocument> documents)
            throws IOException {
        for (Source source : sources) {
            try {
                if (source.file().toString().equals(STDIN)) {
                    readStandardInput(files, documents);
                } else {
                    files.read(source.file(), source.base().orElse(null), documents);
                }
            } catch (CharacterCodingException e) {
                documents.accept(
                        new OutgoingDocument.Unusable(
                                new Problem(
                                        source.file().toString(),
                                        "it is not UTF-8 from here on; save it as UTF-8")));
            }
        }
    }

    private void readStandardInput(DocumentFiles files, Consumer<OutgoingDocument> documents)
            throws IOException {
        if (jsonLines) {
            files.readJsonLines("stdin", stdin, documents);
        } else if (lines) {
            files.readLines("stdin", stdin, documents);
        } else {
            files.readWhole("stdin", stdin, documents);
        }
    }

    private int planned(DocumentFiles files, List<Source> sources, String target)
            throws IOException {
        List<Problem> unusable = new ArrayList<>();
        TextTable table = new TextTable("KEY", "BYTES", "HEADERS", "FROM");
        readAll(
                files,
                sources,
                document -> {
                    switch (document) {
                        case OutgoingDocument.Ready ready ->
                                table.add(
                                        ready.key().orElse("-"),
                                        ready.value().length,
                                        ready.headers(),
                                        ready.source());
                        case OutgoingDocument.Unusable none -> unusable.add(none.problem());
                    }
                });
        PrintWriter out = spec.commandLine().getOut();
        out.println("to " + target + ":");
        out.print(table.text());
        out.flush();
        name(unusable);
        return unusable.isEmpty() ? 0 : NOT_ALL;
    }

    private int told(Totals totals, List<Problem> failures) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(totals));
        } else {
            out.printf(
                    "%,d documents sent to %s%s%n",
                    totals.sent(),
                    totals.topic(),
                    totals.failed() == 0 ? "" : ", %,d not sent".formatted(totals.failed()));
        }
        out.flush();
        name(failures);
        return failures.isEmpty() ? 0 : NOT_ALL;
    }

    private void name(List<Problem> failures) {
        PrintWriter err = spec.commandLine().getErr();
        failures.stream().limit(SHOWN).forEach(failure -> err.println("talaria: " + failure));
        if (failures.size() > SHOWN) {
            err.printf("talaria: and %,d more%n", failures.size() - SHOWN);
        }
        err.flush();
    }
}
