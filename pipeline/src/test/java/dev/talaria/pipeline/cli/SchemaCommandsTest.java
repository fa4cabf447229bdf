package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.broker.EmbeddedBroker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Schemas are registered, judged before, printed, listed and deleted.
class SchemaCommandsTest {

    private static final String NOTE =
            """
            {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"],
             "additionalProperties": false}
            """;
    private static final String OTHER = NOTE.replace("\"string\"", "\"integer\"");
    private static final String NARROWER =
            NOTE.replace("\"string\"", "\"string\", \"maxLength\": 9");
    private static final String REFUSED =
            """
            {"type": "array", "items": {"type": "object"}, "contains": {"type": "string"}}
            """;

    private static EmbeddedBroker broker;

    @TempDir Path folder;

    private Path config;

    @BeforeAll
    static void startBroker(@TempDir Path data) {
        broker = EmbeddedBroker.start(data);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws IOException {
        String run = "run-" + UUID.randomUUID().toString().substring(0, 8);
        config =
                Files.writeString(
                        folder.resolve("talaria.yaml"),
                        "kafka.bootstrap.servers: "
                                + broker.bootstrapServers()
                                + "\napplication.id: "
                                + run
                                + "\ntopics.schemas: "
                                + run
                                + "\n");
        assertThat(schema("list").err()).contains("there is no such topic");
        assertThat(CommandRun.of("topics", "create", "--config", config.toString()).code())
                .isZero();
    }

    @Test
    void whatIsPutIsListedAndComesBackAsItWas() throws IOException {
        CommandRun put = schema("put", file("note@1.json", NOTE));

        assertThat(put.code()).as(put.err()).isZero();
        assertThat(put.out()).contains("note@1 registered");
        assertThat(schema("get", "note@1").out()).isEqualTo(NOTE);
        JsonNode row = JsonMapper.shared().readTree(schema("list", "--json").out()).get(0);
        assertThat(row.path("name").asString()).isEqualTo("note@1");
        assertThat(row.path("usable").asBoolean()).isTrue();
        assertThat(schema("put", file("note@1.json", NOTE)).out()).contains("is registered so");
    }

    @Test
    void aNameWithoutAVersionIsTheNextOne() throws IOException {
        schema("put", file("note.json", NOTE));

        assertThat(schema("put", file("note.schema.json", NARROWER)).out())
                .contains("note@2 registered");
        assertThat(schema("put", file("note.json", NARROWER)).out())
                .contains("note@2 is registered so");
        assertThat(schema("get", "note").out()).isEqualTo(NARROWER);
    }

    @Test
    void aVersionThatBreaksReadersIsRefusedUnlessForced() throws IOException {
        schema("put", file("note@1.json", NOTE));

        CommandRun refused = schema("put", file("note@2.json", OTHER));
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("note@2 is refused", "breaks readers of note@1");
        assertThat(schema("list").out()).doesNotContain("note@2");

        assertThat(schema("put", file("note@2.json", OTHER), "--force").code()).isZero();
        assertThat(schema("list").out()).containsPattern("note@2 +forced");
    }

    @Test
    void theTextOfAVersionIsReplacedOnlyByForce() throws IOException {
        schema("put", file("note@1.json", NOTE));

        CommandRun refused = schema("put", file("note@1.json", NARROWER));
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("note@1 is registered with another text", "--force");
        assertThat(schema("put", file("note@1.json", NARROWER), "--force").code()).isZero();
        assertThat(schema("get", "note@1").out()).isEqualTo(NARROWER);
    }

    @Test
    void aSchemaThatCannotBeEnforcedIsRefusedKeywordByKeyword() throws IOException {
        CommandRun refused = schema("put", file("odd@1.json", REFUSED));

        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err())
                .contains("odd@1 is refused", "refused    #", "  keyword    ", "  instead    ");
        assertThat(schema("put", file("broken@1.json", "{")).code()).isEqualTo(3);
        assertThat(schema("put", file("no name.json", NOTE)).err()).contains("no name");
        assertThat(schema("list", "--json").out().strip()).isEqualTo("[]");
    }

    @Test
    void schemasThatReferToEachOtherComeTogetherAndGoTogether() throws IOException {
        String order = "{\"type\": \"object\", \"properties\": {\"n\": {\"$ref\": \"note@1\"}}}";
        CommandRun alone = schema("put", file("order@1.json", order));
        assertThat(alone.code()).isEqualTo(3);
        assertThat(alone.err()).contains("note@1");

        CommandRun both = schema("put", file("order@1.json", order), file("note@1.json", NOTE));
        assertThat(both.code()).as(both.err()).isZero();

        CommandRun deleted = schema("delete", "note@1");
        assertThat(deleted.code()).isEqualTo(3);
        assertThat(deleted.err()).contains("order@1", "could not be used any more");
        assertThat(schema("delete", "note@1", "order@1").code()).isZero();
        assertThat(schema("list", "--json").out().strip()).isEqualTo("[]");
        assertThat(schema("delete", "note@1").err()).contains("'note@1' is not registered");
        assertThat(schema("get", "note@1").err())
                .contains("'note@1' is not registered; there are none");
    }

    @Test
    void tasksAreJudgedWithTheSchemasTheyName() throws IOException {
        String task = file("notes.json", "{\"schema\": \"note\", \"seed\": 7}");
        CommandRun early = schema("put", task, "--name", "task:notes");
        assertThat(early.code()).isEqualTo(3);
        assertThat(early.err()).contains("task:notes@1 is refused", "'note' is not registered");

        schema("put", file("note@1.json", NOTE));
        assertThat(schema("put", task, "--name", "task:notes").out())
                .contains("task:notes@1 registered");
        assertThat(schema("put", task, "--name", "task:notes").out())
                .contains("task:notes@1 is registered so");
        assertThat(schema("list").out()).containsPattern("task:notes@1 +yes");
        assertThat(schema("get", "task:notes").out()).contains("\"seed\": 7");

        String wider = file("wider.json", "{\"schema\": \"other@1\"}");
        schema("put", file("other@1.json", OTHER));
        CommandRun breaking = schema("put", wider, "--name", "task:notes");
        assertThat(breaking.code()).isEqualTo(3);
        assertThat(breaking.err()).contains("task:notes@2 is refused", "breaks readers of notes@1");

        CommandRun deleted = schema("delete", "note@1");
        assertThat(deleted.code()).isEqualTo(3);
        assertThat(deleted.err()).contains("task:notes@1", "could not be used any more");
        assertThat(schema("delete", "note@1", "task:notes@1").code()).isZero();
    }

    @Test
    void aDryRunSendsNothing() throws IOException {
        assertThat(schema("put", file("note@1.json", NOTE), "--dry-run").out())
                .contains("note@1 would be registered");
        assertThat(schema("list", "--json").out().strip()).isEqualTo("[]");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private CommandRun schema(String... arguments) {
        List<String> all = new ArrayList<>(List.of("schema"));
        all.addAll(List.of(arguments));
        all.add("--config");
        all.add(config.toString());
        return CommandRun.of(all.toArray(String[]::new));
    }
}
