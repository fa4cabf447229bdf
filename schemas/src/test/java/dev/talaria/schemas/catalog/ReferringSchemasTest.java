package dev.talaria.schemas.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Schemas in the catalog that refer to each other.
class ReferringSchemasTest {

    private static final SchemaReference MONEY_1 = new SchemaReference("money", 1);
    private static final SchemaReference MONEY_2 = new SchemaReference("money", 2);
    private static final SchemaReference INVOICE_1 = new SchemaReference("invoice", 1);
    private static final String LATEST_MONEY = "{\"$ref\": \"money\"}";

    private static boolean accepts(OutputSchema schema, String value) {
        return NetworkntValidator.of(schema.json()).validate(value).isEmpty();
    }

    @Test
    void aRegisteredSchemaStandsAlone() {
        SchemaCatalog catalog = new SchemaCatalog();
        catalog.register(MONEY_1, "{\"type\": \"integer\"}");
        catalog.register(new SchemaReference("line", 1), "{\"items\": {\"$ref\": \"money@1\"}}");

        OutputSchema invoice = catalog.register(INVOICE_1, "{\"$ref\": \"line@1\"}");

        assertThat(catalog.find(INVOICE_1)).contains(invoice);
        assertThat(invoice).isEqualTo(OutputSchema.of(INVOICE_1, invoice.json()));
        assertThat(accepts(invoice, "[1]")).isTrue();
        assertThat(accepts(invoice, "[\"1\"]")).isFalse();
    }

    @Test
    void aNameWithoutVersionMeansTheHighestAtTheTime() {
        SchemaCatalog catalog = new SchemaCatalog();
        catalog.register(MONEY_1, "{\"type\": \"integer\"}");
        OutputSchema before = catalog.register(INVOICE_1, LATEST_MONEY);
        catalog.register(MONEY_2, "{\"type\": \"string\"}");

        OutputSchema after = catalog.register(new SchemaReference("invoice", 2), LATEST_MONEY);

        assertThat(accepts(before, "1")).isTrue();
        assertThat(accepts(after, "1")).isFalse();
        assertThat(accepts(after, "\"1\"")).isTrue();
        assertThat(catalog.register(INVOICE_1, LATEST_MONEY)).isEqualTo(before);
    }

    @Test
    void aSchemaMayReferToItselfByName() {
        SchemaCatalog catalog = new SchemaCatalog();

        OutputSchema tree =
                catalog.register(
                        new SchemaReference("tree", 1),
                        "{\"type\": \"array\", \"items\": {\"$ref\": \"tree@1\"}}");

        assertThat(accepts(tree, "[[[]]]")).isTrue();
        assertThat(accepts(tree, "[[1]]")).isFalse();
    }

    @Test
    void whatIsNotRegisteredIsNamedAndNothingIsAdded() {
        SchemaCatalog catalog = new SchemaCatalog();

        assertThatThrownBy(() -> catalog.register(INVOICE_1, "{\"$ref\": \"money@1\"}"))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageStartingWith("invoice@1: schema #/$ref: 'money@1'")
                .hasMessageContaining("register a schema under the name 'money@1'");
        assertThat(catalog.references()).isEmpty();
    }

    @Test
    void theSchemasOfAFolderMayReferToEachOtherWhateverTheirOrder(@TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve("a.json"), "{\"items\": {\"$ref\": \"b@2\"}}");
        Files.writeString(folder.resolve("b@1.json"), "{\"type\": \"null\"}");
        Files.writeString(
                folder.resolve("b@2.json"), "{\"type\": \"array\", \"items\": {\"$ref\": \"a\"}}");

        SchemaCatalog catalog = SchemaCatalog.fromFolder(folder);

        assertThat(accepts(catalog.resolve("a"), "[[[[]]]]")).isTrue();
        assertThat(accepts(catalog.resolve("a"), "[[[null]]]")).isFalse();
        assertThat(accepts(catalog.resolve("b"), "[[[]]]")).isTrue();
    }

    @Test
    void aFileThatRefersToNothingIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.json"), "{\"$ref\": \"b@1\"}");

        assertThatThrownBy(() -> SchemaCatalog.fromFolder(folder))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("a.json: a@1: schema #/$ref: 'b@1'");
    }
}
