package dev.talaria.datasets.synthetic;

import dev.talaria.datasets.synthetic.Attribute.Drawn;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Writes one document and, beside it, its schema and the values that it tells.
///
/// Every value is spelled out in the document; what else stands there belongs to no field.
final class DocumentWriter {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final double ABSENT = 0.2;
    private static final double DESCRIBED = 0.3;
    private static final int MOST_ITEMS = 6;
    private static final int FREE_FROM = 3;
    private static final int FREE_BELOW = 9;

    private final Vocabulary words;
    private final ObjectNode properties = JSON.objectNode();
    private final ArrayNode required = JSON.arrayNode();
    private final ObjectNode gold = JSON.objectNode();
    private final List<String> facts = new ArrayList<>();
    private final List<String> table = new ArrayList<>();
    private final boolean isProse;

    private DocumentWriter(Vocabulary words) {
        this.words = words;
        this.isProse = words.random().nextInt(3) == 0;
    }

    static Sample of(DocumentKind kind, Vocabulary words) {
        DocumentWriter writer = new DocumentWriter(words);
        kind.attributes().forEach(writer::tell);
        if (kind.hasItems()) {
            writer.items();
        }
        String opening = words.oneOf(kind.openings().toArray(String[]::new));
        String title = words.oneOf(kind.titles().toArray(String[]::new));
        return writer.sample(kind.name(), title, opening);
    }

    /// A document with a schema that no kind has: some attributes of any kind, and others in the
    /// text that the schema does not ask for.
    static Sample free(Vocabulary words) {
        DocumentWriter writer = new DocumentWriter(words);
        List<Attribute> attributes = new ArrayList<>(DocumentKind.allAttributes());
        Collections.shuffle(attributes, Random.from(words.random()));
        int asked = words.random().nextInt(FREE_FROM, FREE_BELOW);
        int told = asked + words.random().nextInt(3);
        attributes.subList(0, asked).forEach(writer::tell);
        attributes.subList(asked, told).forEach(writer::mention);
        return writer.sample("free", "Notes", "here is what was noted.");
    }

    private void tell(Attribute attribute) {
        ObjectNode schema = attribute.schema().deepCopy();
        if (words.random().nextDouble() < DESCRIBED) {
            schema.put("description", attribute.labels().getFirst());
        }
        properties.set(attribute.name(), schema);
        if (!attribute.optional()) {
            required.add(attribute.name());
        } else if (words.random().nextDouble() < ABSENT) {
            return;
        }
        Drawn drawn = attribute.draw().apply(words);
        gold.set(attribute.name(), drawn.value());
        facts.add(fact(attribute, drawn));
    }

    private void mention(Attribute attribute) {
        facts.add(fact(attribute, attribute.draw().apply(words)));
    }

    private String fact(Attribute attribute, Drawn drawn) {
        String label = words.oneOf(attribute.labels().toArray(String[]::new));
        return isProse
                ? "%s: %s.".formatted(label, drawn.spelling())
                : label + words.oneOf(": ", " : ", "\t") + drawn.spelling();
    }

    private void items() {
        ObjectNode item = Attribute.type("object");
        ObjectNode parts = item.putObject("properties");
        parts.putObject("description").put("type", "string");
        parts.putObject("quantity").put("type", "integer");
        parts.putObject("unit_price").put("type", "number");
        item.putArray("required").add("description").add("quantity").add("unit_price");
        item.put("additionalProperties", false);
        ObjectNode list = Attribute.type("array");
        list.set("items", item);
        properties.set("items", list);
        properties.set("total", Attribute.type("number"));
        required.add("items").add("total");
        ArrayNode items = gold.putArray("items");
        BigDecimal total = BigDecimal.ZERO.setScale(2);
        table.add("Qty  Description  Unit price");
        for (int i = words.random().nextInt(1, MOST_ITEMS); i > 0; i--) {
            int quantity = words.random().nextInt(1, 20);
            String product = words.pick(Vocabulary.PRODUCTS);
            BigDecimal price = words.amount(300);
            items.addObject()
                    .put("description", product)
                    .put("quantity", quantity)
                    .put("unit_price", price);
            table.add("%d  %s  %s".formatted(quantity, product, words.spelled(price)));
            total = total.add(price.multiply(BigDecimal.valueOf(quantity)));
        }
        gold.put("total", total);
        table.add(words.oneOf("Total", "TOTAL DUE", "Sum") + ": " + words.spelled(total));
    }

    private Sample sample(String kind, String title, String opening) {
        Collections.shuffle(facts, Random.from(words.random()));
        StringBuilder document = new StringBuilder();
        if (isProse) {
            document.append("Dear ").append(words.oneOf("all", "team", "reader")).append(", ");
            document.append(opening).append(' ').append(String.join(" ", facts));
        } else {
            document.append(title).append("\n\n").append(String.join("\n", facts));
        }
        if (!table.isEmpty()) {
            document.append("\n\n").append(String.join("\n", table));
        }
        document.append(
                words.oneOf("", "", "\n\nThank you.", "\n\nPage 1 of 1", "\n--\nSent by post"));
        ObjectNode schema = Attribute.type("object");
        schema.set("properties", properties);
        schema.set("required", required);
        schema.put("additionalProperties", false);
        return new Sample(kind, document.toString(), Spelling.of(schema), Spelling.of(gold));
    }
}
