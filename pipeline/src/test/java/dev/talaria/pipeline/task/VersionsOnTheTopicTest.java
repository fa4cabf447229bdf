package dev.talaria.pipeline.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.catalog.SchemaCatalog;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// New versions keep the readers of the one before or are refused, and all instances agree on it.
class VersionsOnTheTopicTest {

    private static final String NUMBER = "{\"type\": \"number\"}";
    private static final String INTEGER = "{\"type\": \"integer\"}";
    private static final String STRING = "{\"type\": \"string\"}";

    private final Registry registry = registry();

    private static Registry registry() {
        return Registry.of(new SchemaDirectory(new SchemaCatalog(), "schemas"), "schemas");
    }

    private SchemaDirectory.Lookup lookup(String name) {
        return registry.schemas().lookup(name);
    }

    private void assertUsable(String name, String json) {
        assertThat(lookup(name))
                .isInstanceOfSatisfying(
                        SchemaDirectory.Lookup.Found.class,
                        found -> assertThat(found.schema().json()).isEqualTo(json));
    }

    private void assertIncompatible(String name, String... words) {
        assertThat(lookup(name))
                .isInstanceOfSatisfying(
                        SchemaDirectory.Lookup.NotFound.class,
                        refused -> {
                            assertThat(refused.errorClass()).isEqualTo("IncompatibleSchema");
                            assertThat(refused.message()).contains(words);
                        });
    }

    @Test
    void aVersionThatBreaksReadersIsRefusedWithAValueThatDoesAndIsNotTheLatest() {
        registry.update("total@1", NUMBER, false);
        registry.update("total@2", STRING, false);

        assertIncompatible("total@2", "total@1", "\"\"", "#/type", "force");
        assertUsable("total", NUMBER);
    }

    @Test
    void aVersionThatKeepsReadersIsTheLatest() {
        registry.update("total@1", NUMBER, false);
        registry.update("total@2", INTEGER, false);

        assertUsable("total", INTEGER);
    }

    @Test
    void aForcedVersionStandsAndIsWhatLaterOnesAreComparedWith() {
        registry.update("total@1", NUMBER, false);
        registry.update("total@2", STRING, true);
        registry.update("total@3", NUMBER, false);
        registry.update("total@4", "{\"type\": \"string\", \"maxLength\": 3}", false);

        assertUsable("total@2", STRING);
        assertIncompatible("total@3", "total@2");
        assertUsable("total", "{\"type\": \"string\", \"maxLength\": 3}");
    }

    @Test
    void whereTheEarlierVersionIsDeletedItsReadersAreNoReason() {
        registry.update("total@1", NUMBER, false);
        registry.update("total@2", STRING, false);
        registry.update("total@1", null, false);

        assertUsable("total", STRING);
    }

    @Test
    void aRefusedVersionIsNotWhatOthersReferTo() {
        registry.update("total@1", NUMBER, false);
        registry.update("total@2", STRING, false);
        registry.update("bill@1", "{\"items\": {\"$ref\": \"total\"}}", false);
        registry.update("bill@2", "{\"items\": {\"$ref\": \"total@2\"}}", true);

        assertThat(((SchemaDirectory.Lookup.Found) lookup("bill@1")).schema().json())
                .contains("\"type\":\"number\"");
        assertThat(lookup("bill@2")).isInstanceOf(SchemaDirectory.Lookup.NotFound.class);
    }

    @Test
    void whatAVersionRefersToDecidesToo() {
        registry.update("total@1", NUMBER, false);
        registry.update("total@2", STRING, true);
        registry.update("bill@1", "{\"items\": {\"$ref\": \"total@1\"}}", false);
        registry.update("bill@2", "{\"items\": {\"$ref\": \"total@2\"}}", false);
        assertIncompatible("bill@2", "bill@1");

        registry.update("total@2", INTEGER, false);

        assertThat(lookup("bill@2")).isInstanceOf(SchemaDirectory.Lookup.Found.class);
    }

    @Test
    void theReasonOfARefusalIsTheVersionThatStandsNow() {
        registry.update("bill@1", INTEGER, false);
        // Cannot be used, and is nothing to compare with, before there is what it refers to.
        registry.update("bill@2", "{\"items\": {\"$ref\": \"total\"}, \"type\": \"array\"}", true);
        registry.update("bill@3", NUMBER, false);
        assertIncompatible("bill@3", "bill@1");

        registry.update("total@1", STRING, false);

        assertIncompatible("bill@3", "bill@2");
    }

    @Test
    void theRegistrationsSayWhatBecameOfEach() {
        registry.update("total@1", NUMBER, false);
        registry.update("total@2", STRING, false);
        registry.update("task:bill@1", "{\"schema\": \"total@1\"}", false);
        registry.update("task:bill@2", "{\"schema\": \"total@2\"}", false);

        assertThat(registry.registrations())
                .extracting(Registration::name)
                .containsExactly("total@1", "total@2", "task:bill@1", "task:bill@2");
        assertThat(registry.registrations())
                .extracting(each -> each instanceof Registration.Usable)
                .containsExactly(true, false, true, false);
    }

    @Test
    void neitherOrderNorCompactionNorARestartChangesADecision() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            Registry followed = registry();
            Map<String, Update> left = new LinkedHashMap<>();
            for (int i = 0; i < 25; i++) {
                Update update = update(random);
                followed.update(update.key(), update.value(), update.forced());
                left.put(update.key(), update);
            }
            List<Update> compacted = new ArrayList<>(left.values());
            compacted.removeIf(each -> each.value() == null && random.nextBoolean());
            Collections.shuffle(compacted, random);
            Registry restarted = registry();
            compacted.forEach(each -> restarted.update(each.key(), each.value(), each.forced()));

            assertThat(restarted.registrations())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(followed.registrations());
        }
    }

    private record Update(String key, String value, boolean forced) {}

    private static Update update(Random random) {
        int version = 1 + random.nextInt(3);
        boolean deleted = random.nextInt(6) == 0;
        String reference = List.of("a", "b", "a@1", "b@2").get(random.nextInt(4));
        String schema =
                List.of(
                                NUMBER,
                                INTEGER,
                                STRING,
                                "{\"type\": \"array\", \"items\": {\"$ref\": \""
                                        + reference
                                        + "\"}}",
                                "{\"type\": \"money\"}")
                        .get(random.nextInt(5));
        boolean task = random.nextInt(3) == 0;
        String key = (task ? "task:" : "") + (random.nextBoolean() ? "a@" : "b@") + version;
        String value = task ? "{\"schema\": \"" + reference + "\"}" : schema;
        return new Update(key, deleted ? null : value, random.nextInt(4) == 0);
    }
}
