package dev.talaria.schemas.partial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.Spelling;
import dev.talaria.schemas.validation.JsonText;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// How the values of parts become one.
class PartialValuesTest {

    private static final String SCHEMA =
            """
            {"properties": {"id": {}, "place": {"prefixItems": [{"type": "number"}, {"type": "number"}]},
             "tags": {"type": "array"}, "party": {"$ref": "#/$defs/party"}},
             "$defs": {"party": {"properties": {"name": {}, "city": {}}}}}
            """;

    private final PartialValues values = PartialValues.of(SCHEMA);

    private String merged(String... parts) {
        return values.mergeTexts(List.of(parts), Spelling.SINGLE_SPACE);
    }

    @Test
    void theFirstScalarThatIsNotNullCounts() {
        assertThat(merged("{\"id\": null}", "{\"id\": 2}", "{\"id\": 3}")).isEqualTo("{\"id\": 2}");
        assertThat(merged("{\"id\": null}", "{}")).isEqualTo("{\"id\": null}");
        assertThat(merged("{\"id\": false}", "{\"id\": true}")).isEqualTo("{\"id\": false}");
    }

    @Test
    void arraysAreJoinedWithoutWhatIsRepeated() {
        assertThat(
                        merged(
                                "{\"tags\": [1, {\"a\": 1, \"b\": 2}]}",
                                "{\"tags\": [{\"b\": 2.0, \"a\": 1}, 1.0, 2]}"))
                .isEqualTo("{\"tags\": [1, {\"a\": 1, \"b\": 2}, 2]}");
    }

    @Test
    void objectsAreMergedMemberByMemberInTheSchemasOrder() {
        assertThat(
                        merged(
                                "{\"party\": {\"city\": \"Bern\"}, \"more\": 1}",
                                "{\"party\": {\"name\": \"N\", \"city\": \"Rome\"}, \"id\": 7}"))
                .isEqualTo(
                        "{\"id\": 7, \"party\": {\"name\": \"N\", \"city\": \"Bern\"}, \"more\":"
                                + " 1}");
    }

    @Test
    void tuplesAreMergedPlaceByPlace() {
        assertThat(merged("{\"place\": [null, 2]}", "{\"place\": [1, 3]}"))
                .isEqualTo("{\"place\": [1, 2]}");
    }

    @Test
    void theKindThatComesFirstIsKept() {
        assertThat(merged("{\"id\": [1]}", "{\"id\": 5}", "{\"id\": [2]}"))
                .isEqualTo("{\"id\": [1, 2]}");
    }

    @Test
    void noPartsAreNoValue() {
        assertThatThrownBy(this::merged).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void howPartsAreGroupedDoesNotMatterAndOnePartIsItself() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<JsonNode> parts = new ArrayList<>();
            for (int i = 2 + random.nextInt(4); i > 0; i--) {
                parts.add(part(random));
            }
            int cut = 1 + random.nextInt(parts.size() - 1);
            JsonNode left = values.merge(parts.subList(0, cut));
            JsonNode right = values.merge(parts.subList(cut, parts.size()));

            assertThat(values.merge(List.of(left, right)))
                    .as("seed %d: %s cut at %d", seed, parts, cut)
                    .isEqualTo(values.merge(parts));
            JsonNode one = values.merge(List.of(parts.getFirst()));
            assertThat(values.merge(List.of(one, one))).as("seed " + seed).isEqualTo(one);
        }
    }

    // One kind at each place, or null, or nothing.
    private static JsonNode part(Random random) {
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        if (random.nextBoolean()) {
            part.put("id", random.nextInt(3));
        } else if (random.nextBoolean()) {
            part.putNull("id");
        }
        if (random.nextBoolean()) {
            ArrayNode tags = part.putArray("tags");
            for (int i = random.nextInt(4); i > 0; i--) {
                tags.add(random.nextInt(4));
            }
        }
        if (random.nextBoolean()) {
            ArrayNode place = part.putArray("place");
            place.add(JsonText.value(random.nextBoolean() ? "null" : "" + random.nextInt(5)));
            place.add(random.nextInt(5));
        }
        if (random.nextBoolean()) {
            ObjectNode party = part.putObject("party");
            party.put(random.nextBoolean() ? "city" : "name", "n" + random.nextInt(3));
        }
        return part;
    }
}
