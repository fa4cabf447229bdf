package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.app.Pipeline;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.broker.SecureBroker;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.DialogueTopics;
import dev.talaria.schemas.chat.ChatMessage;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pipeline behind TLS and passwords, with the rights that docs/security.md lists and no other.
class SecureClusterTest {

    private static final Path PAGE =
            Path.of(System.getProperty("talaria.root", "..")).resolve("docs/security.md");

    // | Topic | `talaria.conversations`, `talaria.tool-results` | literal | READ | …
    private static final Pattern RIGHT =
            Pattern.compile("\\| (\\w+) \\| (`[^|]+`) \\| (literal|prefixed) \\| ([\\w, ]+) \\|.*");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final String PASSWORD = "correct-horse-battery";

    private static final String MEMO = "memo.json";

    // A user for each, who may what the page says of it.
    private static final Map<String, List<String>> COMMANDS =
            Map.of(
                    "topics create", List.of("topics", "create"),
                    "topics describe", List.of("topics", "describe"),
                    "schema put", List.of("schema", "put", MEMO),
                    "schema list", List.of("schema", "list"),
                    "produce", List.of("produce", "-", "--schema", "note"),
                    "consume", List.of("consume"),
                    "status", List.of("status", "--measure", "1"),
                    "dlq list", List.of("dlq", "list"),
                    "dlq replay", List.of("dlq", "replay", "--all"));

    private static final List<String> COMMAND_NAMES = COMMANDS.keySet().stream().sorted().toList();

    private static final String CONVERSATION =
            """
            {"prompt": "how much?", "tools": [{"name": "answer", "parameters": {"type": "object",\
             "properties": {"of": {"type": "integer"}}, "required": ["of"]}}]}
            """;

    @TempDir static Path folder;

    private static SecureBroker broker;

    @BeforeAll
    static void startBroker() throws Exception {
        Map<String, String> users = new HashMap<>();
        users.put(SecureBroker.ADMIN, "admin-password");
        users.put("talaria", PASSWORD);
        users.put("nobody", PASSWORD);
        COMMANDS.keySet().forEach(command -> users.put(user(command), PASSWORD));
        broker = SecureBroker.start(folder, users);
        Path admin = Path.of(settings("admin"));
        Path all =
                Files.writeString(
                        folder.resolve("all.yaml"),
                        Files.readString(admin) + "topologies: extraction,chat,tools\n");
        CommandRun created = CommandRun.of("topics", "create", "--config", all.toString());
        assertThat(created.code()).as(created.err()).isZero();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void thePipelineExtractsWithTheListedRightsAndNoOthers() throws Exception {
        allow("talaria", rights("## The pipeline"));
        registerNote();
        send("Text: one");
        PipelineConfig config = PipelineConfig.load(Path.of(settings("talaria")), Map.of());
        try (Topics topics = new Topics(config)) {
            topics.ensure();
        }
        try (InferenceOperator operator = Samples.noteOperator();
                ExtractionApplication pipeline = ExtractionApplication.start(config, operator)) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        assertThat(pipeline.failure()).isEmpty();
                        return extractions().contains("Text: one");
                    });
        }
    }

    @Test
    void chatAndFunctionCallingAnswerWithTheListedRightsAndNoOthers() throws Exception {
        allow("talaria", rights("## The pipeline"));
        PipelineConfig config =
                PipelineConfig.load(
                        Path.of(settings("talaria")), Map.of("TALARIA_TOPOLOGIES", "chat,tools"));
        DialogueTopics topics = config.dialogueTopics();
        try (InferenceOperator operator = Samples.noteOperator();
                ScriptedGenerator generator = new ScriptedGenerator(SecureClusterTest::says);
                Pipeline pipeline = Pipeline.start(config, operator, generator)) {
            produce(topics.requests(), "r", "{\"prompt\": \"hello\", \"stream\": true}");
            produce(topics.conversations(), "c", CONVERSATION);
            String call = consumed(pipeline, topics.toolCalls(), "call_id");
            String id = JsonMapper.shared().readTree(call).get("call_id").asString();
            produce(
                    topics.toolResults(),
                    "c",
                    "{\"call_id\": \"%s\", \"result\": 42}".formatted(id));

            consumed(pipeline, topics.answers(), "you said hello");
            consumed(pipeline, topics.tokens(), "you said hello");
            consumed(pipeline, topics.answers(), "it is 42");
        }
    }

    @ParameterizedTest
    @FieldSource("COMMAND_NAMES")
    void aCommandDoesItsWorkWithTheListedRightsAndNotWithoutThem(String command) throws Exception {
        String user = user(command);
        Path memo = Files.writeString(folder.resolve(MEMO), Samples.NOTE_SCHEMA);
        List<String> arguments = new ArrayList<>(COMMANDS.get(command));
        arguments.replaceAll(each -> each.equals(MEMO) ? memo.toString() : each);
        arguments.addAll(List.of("--config", settings(user)));
        String[] typed = arguments.toArray(String[]::new);
        registerNote();

        CommandRun refused = CommandRun.withInput(Samples.NOTE_SCHEMA, typed);
        allow(user, commandRights(command, user));
        CommandRun done = CommandRun.withInput(Samples.NOTE_SCHEMA, typed);

        assertThat(refused.code()).as(refused.out()).isNotZero();
        assertThat(done.code()).as(done.err()).isZero();
    }

    @Test
    void aWrongPasswordIsOneLineAndNotRepeated() throws IOException {
        Path config = config("wrong", broker.certificate(), "talaria", "wrong-horse-battery");

        CommandRun run = CommandRun.of("run", "--config", config.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err())
                .contains("the log-in was refused", "kafka.sasl.jaas.config")
                .doesNotContain("wrong-horse-battery");
    }

    @Test
    void aCertificateThatIsNotTrustedIsOneLine() throws Exception {
        Path other =
                SecureBroker.certificate(folder.resolve("other.p12"), folder.resolve("other.pem"));
        Path config = config("untrusted", other, "talaria", PASSWORD);

        CommandRun run = CommandRun.of("run", "--config", config.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err()).contains("TLS: ", "kafka.ssl.*");
    }

    @Test
    void aRightThatIsMissingIsNamed() throws IOException {
        allowNothing();

        CommandRun described = CommandRun.of("consume", "--config", settings("nobody"));

        assertThat(described.code()).isEqualTo(1);
        assertThat(described.err().strip().lines()).hasSize(1);
        assertThat(described.err()).contains("talaria.extractions", "docs/security.md");
    }

    // The user has an account and no entry on any list.
    private static void allowNothing() throws IOException {
        config("nobody", broker.certificate(), "nobody", PASSWORD);
    }

    private static String settings(String user) throws IOException {
        String password = user.equals(SecureBroker.ADMIN) ? "admin-password" : PASSWORD;
        return config(user, broker.certificate(), user, password).toString();
    }

    private static Path config(String name, Path trusted, String user, String password)
            throws IOException {
        return broker.settingsFile(
                folder.resolve(name + ".yaml"),
                trusted,
                user,
                password,
                "topics.partitions: 2\nstate.dir: " + folder.resolve("state") + "\n");
    }

    private static void registerNote() throws IOException {
        CommandRun put =
                CommandRun.withInput(
                        Samples.NOTE_SCHEMA,
                        "produce",
                        "-",
                        "--topic",
                        "talaria.schemas",
                        "--key",
                        "note@1",
                        "--config",
                        settings("admin"));
        assertThat(put.code()).as(put.err()).isZero();
    }

    private static void send(String document) throws IOException {
        CommandRun sent =
                CommandRun.withInput(
                        document,
                        "produce",
                        "-",
                        "--schema",
                        "note",
                        "--config",
                        settings("admin"));
        assertThat(sent.code()).as(sent.err()).isZero();
    }

    private static String extractions() throws IOException {
        return CommandRun.of("consume", "--config", settings("admin")).out();
    }

    private static String user(String command) {
        return command.replace(' ', '-');
    }

    private static List<String> says(TextRequest request) {
        List<ChatMessage> earlier = request.chat().earlier();
        if (request.prompt().equals("hello")) {
            return List.of("you said ", "hello");
        }
        return !earlier.isEmpty() && earlier.getLast() instanceof ChatMessage.ToolResponse
                ? List.of("it is 42")
                : List.of(
                        "<tool_call>\n",
                        "{\"arguments\": {\"of\": 7}, \"name\": \"answer\"}",
                        "\n</tool_call>");
    }

    private static void produce(String topic, String key, String value) throws IOException {
        CommandRun sent =
                CommandRun.withInput(
                        value,
                        "produce",
                        "-",
                        "--topic",
                        topic,
                        "--key",
                        key,
                        "--config",
                        settings("admin"));
        assertThat(sent.code()).as(sent.err()).isZero();
    }

    private static String consumed(Pipeline pipeline, String topic, String text) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            assertThat(pipeline.failure()).isEmpty();
                            return CommandRun.of(
                                            "consume",
                                            "--topic",
                                            topic,
                                            "--config",
                                            settings("admin"))
                                    .out();
                        },
                        out -> out.contains(text));
    }

    /// The rights of a section of the page.
    private static List<AclBinding> rights(String section) throws IOException {
        List<AclBinding> rights = new ArrayList<>();
        Matcher right = RIGHT.matcher(section(section));
        while (right.find()) {
            rights.addAll(rights("talaria", right));
        }
        assertThat(rights).as("rights on " + PAGE).isNotEmpty();
        return rights;
    }

    /// The rights of a command on the page.
    private static List<AclBinding> commandRights(String command, String user) throws IOException {
        List<AclBinding> rights = new ArrayList<>();
        for (String line : section("## Commands").split("\n")) {
            Matcher right = RIGHT.matcher(line);
            int cell = line.indexOf(" |");
            if (cell > 0 && line.substring(0, cell).contains("`" + command + "`")) {
                assertThat(right.find(cell)).as(line).isTrue();
                rights.addAll(rights(user, right));
            }
        }
        assertThat(rights).as("rights of %s on %s", command, PAGE).isNotEmpty();
        return rights;
    }

    private static String section(String title) throws IOException {
        String page = Files.readString(PAGE);
        String text = page.substring(page.indexOf(title) + title.length());
        int end = text.indexOf("\n## ");
        return end < 0 ? text : text.substring(0, end);
    }

    private static List<AclBinding> rights(String user, Matcher row) {
        List<AclBinding> rights = new ArrayList<>();
        ResourceType type =
                ResourceType.fromString(row.group(1).replaceAll("([a-z])([A-Z])", "$1_$2"));
        PatternType pattern = PatternType.valueOf(row.group(3).toUpperCase(Locale.ROOT));
        NAME.matcher(row.group(2))
                .results()
                .forEach(name -> {
                    for (String operation : row.group(4).split(", ")) {
                        rights.add(
                                new AclBinding(
                                        new ResourcePattern(type, name.group(1), pattern),
                                        new AccessControlEntry(
                                                "User:" + user,
                                                "*",
                                                AclOperation.fromString(operation),
                                                AclPermissionType.ALLOW)));
                    }
                });
        return rights;
    }

    private static void allow(String user, List<AclBinding> rights) throws Exception {
        PipelineConfig admin = PipelineConfig.load(Path.of(settings("admin")), Map.of());
        Map<String, Object> client = new HashMap<>(admin.kafka());
        try (Admin cluster = Admin.create(client)) {
            cluster.createAcls(rights).all().get();
        }
        assertThat(rights)
                .allSatisfy(
                        right -> assertThat(right.entry().principal()).isEqualTo("User:" + user));
    }
}
