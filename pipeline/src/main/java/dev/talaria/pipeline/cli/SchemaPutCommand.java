package dev.talaria.pipeline.cli;

import dev.talaria.pipeline.admin.Cluster;
import dev.talaria.pipeline.admin.SchemaTopic;
import dev.talaria.pipeline.task.Registry;
import dev.talaria.schemas.task.SchemaReference;

import org.jspecify.annotations.Nullable;

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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/// Registers schemas.
@Command(
        name = "put",
        description = {
            "Register JSON Schemas on the schemas topic. A file's name says which: invoice@2.json"
                + " is invoice@2, invoice.json or invoice.schema.json the next version of invoice."
                + " Several files may refer to each other and to what is registered.",
            "Before anything is sent, all of it is judged as the pipeline judges it. What could not"
                + " be used, would break readers of the version before, or replaces a version's"
                + " text by another is refused: nothing is sent, and the exit code is 3. --force"
                + " registers what breaks readers or replaces a text."
        },
        footer = {
            "",
            "Examples:",
            "  talaria schema put invoice.json --config talaria.yaml",
            "  talaria schema put schemas/ --dry-run --config talaria.yaml",
            "  jq .schema job.json | talaria schema put - --name invoice@3 --config talaria.yaml"
        })
final class SchemaPutCommand implements Callable<Integer> {

    static final int REFUSED = 3;

    private static final String STDIN = "-";

    @Mixin private StandardOptions standard;
    @Mixin private ClusterArguments arguments;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "JSON Schemas, folders of .json files, or - for standard input.")
    private List<String> paths;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Of the one schema: id@version, or id for its next version.")
    private String name;

    @Option(
            names = "--force",
            description = "Although it breaks readers, or replaces what is registered.")
    private boolean force;

    @Option(names = "--dry-run", description = "Judge it, and send nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Write the table as JSON.")
    private boolean json;

    @Spec private CommandSpec spec;

    private final InputStream stdin;

    SchemaPutCommand() {
        this(System.in);
    }

    /// With another standard input.
    SchemaPutCommand(InputStream stdin) {
        this.stdin = stdin;
    }

    /// What became of a schema.
    private record Outcome(String name, String outcome, String from) {}

    /// A schema as it is given.
    private record Given(String name, String text, String from) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Given> given = given();
        SchemaRefusals.keepLogQuiet();
        try (Cluster cluster = arguments.cluster()) {
            SchemaTopic topic = SchemaTopic.read(cluster);
            Map<String, @Nullable String> texts = new LinkedHashMap<>();
            List<Outcome> outcomes = new ArrayList<>();
            boolean refused = false;
            for (Given one : given) {
                refused |= !isTaken(one, topic, texts, outcomes);
            }
            refused |=
                    SchemaRefusals.isRefused(
                            topic.judge(texts, force),
                            texts,
                            cluster.config().task().grammar(),
                            force,
                            spec.commandLine().getErr());
            if (refused) {
                return REFUSED;
            }
            if (!dryRun) {
                topic.put(texts, force);
            }
            print(outcomes);
            return 0;
        }
    }

    private boolean isTaken(
            Given given,
            SchemaTopic topic,
            Map<String, @Nullable String> texts,
            List<Outcome> outcomes) {
        boolean isVersion = given.name().contains("@");
        Optional<SchemaTopic.Entry> there =
                isVersion ? topic.find(given.name()) : topic.highest(given.name());
        if (there.isPresent() && isSame(there.get(), given)) {
            outcomes.add(new Outcome(there.get().name(), "is registered so", given.from()));
            return true;
        }
        if (isVersion && there.isPresent() && !force) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            "talaria: %s: %s is registered with another text; register a new"
                                    + " version, or replace it with --force%n",
                            given.from(), given.name());
            return false;
        }
        String full = isVersion ? given.name() : topic.nextVersion(given.name());
        requireName(given.from(), full);
        if (texts.put(full, given.text()) != null) {
            throw new CommandException(
                    "%s: another file is %s too; name them apart".formatted(given.from(), full));
        }
        String done = there.isPresent() && isVersion ? "replaced" : "registered";
        outcomes.add(new Outcome(full, dryRun ? "would be " + done : done, given.from()));
        return true;
    }

    private static void requireName(String from, String name) {
        try {
            boolean isTask = name.startsWith(Registry.TASK_PREFIX);
            SchemaReference.parse(isTask ? name.substring(Registry.TASK_PREFIX.length()) : name);
        } catch (IllegalArgumentException e) {
            throw new CommandException(from + ": " + e.getMessage() + ", or say it with --name", e);
        }
    }

    private boolean isSame(SchemaTopic.Entry there, Given given) {
        return there.text().equals(given.text()) && (there.forced() || !force);
    }

    private List<Given> given() throws IOException {
        List<Given> given = new ArrayList<>();
        for (String path : paths) {
            if (path.equals(STDIN)) {
                require(name != null, "-: say what it is with --name");
                given.add(new Given(name, text(stdin.readAllBytes()), "stdin"));
                continue;
            }
            for (Path file : files(ModelPaths.model(Path.of(path)))) {
                String named = name == null ? nameOf(file) : name;
                given.add(new Given(named, ModelPaths.text(file), file.toString()));
            }
        }
        require(name == null || given.size() == 1, "--name is for one schema; there are more");
        return given;
    }

    private void require(boolean condition, String finding) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), finding);
        }
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new CommandException("stdin: is not UTF-8; encode it as UTF-8", e);
        }
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            List<Path> schemas =
                    files.filter(Files::isRegularFile)
                            .filter(file -> file.toString().endsWith(".json"))
                            .sorted()
                            .toList();
            if (schemas.isEmpty()) {
                throw new CommandException(path + ": there is no .json file in it; name another");
            }
            return schemas;
        }
    }

    private static String nameOf(Path file) {
        String name = file.getFileName().toString();
        for (String ending : List.of(".schema.json", ".json")) {
            if (name.endsWith(ending)) {
                return name.substring(0, name.length() - ending.length());
            }
        }
        return name;
    }

    private void print(List<Outcome> outcomes) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(outcomes));
        } else {
            for (Outcome one : outcomes) {
                out.printf("%s %s (%s)%n", one.name(), one.outcome(), one.from());
            }
        }
        out.flush();
    }
}
