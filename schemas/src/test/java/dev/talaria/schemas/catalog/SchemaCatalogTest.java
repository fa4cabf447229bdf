package dev.talaria.schemas.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.Recognizer;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class SchemaCatalogTest {

    private static final SchemaReference INVOICE_1 = new SchemaReference("invoice", 1);
    private static final SchemaReference INVOICE_2 = new SchemaReference("invoice", 2);

    @Test
    void aRegisteredSchemaIsFoundByItsName() {
        SchemaCatalog catalog = new SchemaCatalog();

        OutputSchema registered = catalog.register(INVOICE_1, "{\"type\": \"object\"}");

        assertThat(catalog.find(INVOICE_1)).contains(registered);
        assertThat(catalog.find(INVOICE_2)).isEmpty();
        assertThat(registered).isEqualTo(OutputSchema.of(INVOICE_1, "{\"type\": \"object\"}"));
    }

    @Test
    void theLatestIsTheHighestVersionOfExactlyThatId() {
        SchemaCatalog catalog = new SchemaCatalog();
        catalog.register(new SchemaReference("invoice", 10), "true");
        catalog.register(INVOICE_2, "true");
        catalog.register(new SchemaReference("invoice-line", 99), "true");
        catalog.register(new SchemaReference("invoic", 7), "true");

        assertThat(catalog.latest("invoice").orElseThrow().reference().version()).isEqualTo(10);
        assertThat(catalog.latest("invoices")).isEmpty();
    }

    @Test
    void aNameIsResolvedWithOrWithoutItsVersion() {
        SchemaCatalog catalog = new SchemaCatalog();
        catalog.register(INVOICE_1, "true");
        catalog.register(INVOICE_2, "true");

        assertThat(catalog.resolve("invoice").reference()).isEqualTo(INVOICE_2);
        assertThat(catalog.resolve("invoice@1").reference()).isEqualTo(INVOICE_1);
        assertThatThrownBy(() -> catalog.resolve("invoice@3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("invoice@3")
                .hasMessageContaining("invoice@2");
        assertThatThrownBy(() -> catalog.resolve("receipt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("receipt");
    }

    @Test
    void whatIsNoSchemaIsNotRegistered() {
        SchemaCatalog catalog = new SchemaCatalog();

        assertThatThrownBy(() -> catalog.register(INVOICE_1, "{\"type\": 7}"))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("invoice@1")
                .hasMessageContaining("#/type");
        assertThat(catalog.find(INVOICE_1)).isEmpty();
    }

    @Test
    void aVersionMeansOneText() {
        SchemaCatalog catalog = new SchemaCatalog();
        catalog.register(INVOICE_1, "true");

        catalog.register(INVOICE_1, "true");
        assertThatThrownBy(() -> catalog.register(INVOICE_1, "false"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("invoice@1");
    }

    @Test
    void aRemovedSchemaIsGone() {
        SchemaCatalog catalog = new SchemaCatalog();
        catalog.register(INVOICE_1, "true");

        assertThat(catalog.remove(INVOICE_1)).isTrue();
        assertThat(catalog.remove(INVOICE_1)).isFalse();
        assertThat(catalog.references()).isEmpty();
    }

    @Test
    void aFolderIsReadByTheNamesOfItsFiles(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("invoice@2.json"), "{\"title\": \"two\"}");
        Files.writeString(folder.resolve("receipt.schema.json"), "true");
        Files.writeString(folder.resolve("order.json"), "true");
        Files.writeString(folder.resolve("README.md"), "not a schema");
        Files.createDirectory(folder.resolve("old.json"));

        assertThat(SchemaCatalog.fromFolder(folder).references())
                .extracting(SchemaReference::toString)
                .containsExactly("invoice@2", "order@1", "receipt@1");
    }

    @Test
    void aBrokenFileIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("invoice@1.json"), "{\"type\": \"objekt\"}");

        assertThatThrownBy(() -> SchemaCatalog.fromFolder(folder))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("invoice@1.json")
                .hasMessageContaining("#/type");
    }

    @Test
    void aFileThatCannotBeNamedIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("in voice.json"), "true");

        assertThatThrownBy(() -> SchemaCatalog.fromFolder(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in voice.json");
    }

    @Test
    void twoFilesOfOneNameAreRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("invoice.json"), "true");
        Files.writeString(folder.resolve("invoice@1.json"), "true");

        assertThatThrownBy(() -> SchemaCatalog.fromFolder(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("invoice@1");
    }

    @Test
    void aFileThatIsNotUtf8IsNamed(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("invoice.json"), new byte[] {'"', (byte) 0xFF, '"'});

        assertThatThrownBy(() -> SchemaCatalog.fromFolder(folder))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("invoice.json");
    }

    @Test
    void resourcesOfTheClassPathAreReadByName() {
        ClassLoader loader = getClass().getClassLoader();

        assertThat(
                        SchemaCatalog.fromClassPath(loader, List.of("catalog/receipt@3.json"))
                                .references())
                .containsExactly(new SchemaReference("receipt", 3));
        assertThatThrownBy(
                        () -> SchemaCatalog.fromClassPath(loader, List.of("catalog/absent.json")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("catalog/absent.json");
    }

    @Test
    void manyThreadsRegisterAtOnce() throws Exception {
        SchemaCatalog catalog = new SchemaCatalog();
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                done.add(
                        threads.submit(() -> {
                            go.await();
                            for (int version = 1; version <= 50; version++) {
                                catalog.register(new SchemaReference("invoice", version), "true");
                            }
                            return null;
                        }));
            }
            go.countDown();
            for (Future<?> future : done) {
                future.get();
            }
        }

        assertThat(catalog.references()).hasSize(50);
    }

    @Test
    void registeredSchemasMayBeReferredToByName() {
        SchemaCatalog catalog = new SchemaCatalog();
        catalog.register(
                new SchemaReference("money", 1),
                "{\"type\": \"integer\", \"$defs\": {\"unit\": {\"enum\": [\"EUR\"]}}}");
        String invoice =
                "{\"type\": \"object\", \"properties\": {\"sum\": {\"$ref\": \"money@1\"},"
                        + " \"unit\": {\"$ref\": \"money#/$defs/unit\"}}}";
        catalog.register(new SchemaReference("invoice", 1), invoice);

        SchemaValidator validator = NetworkntValidator.of(invoice, catalog.source());
        assertThat(validator.validate("{\"sum\": 1, \"unit\": \"EUR\"}")).isEmpty();
        assertThat(validator.validate("{\"sum\": \"1\"}")).isNotEmpty();
        assertThat(validator.validate("{\"unit\": \"DEM\"}")).isNotEmpty();
        Recognizer recognizer = GrammarCompiler.compile(invoice, catalog.source()).start();
        assertThat(recognizer.minimumBytes()).isEqualTo(2);
        for (byte octet : "{\"sum\": ".getBytes(StandardCharsets.UTF_8)) {
            assertThat(recognizer.push(octet)).isTrue();
        }
        assertThat(recognizer.push('"')).isFalse();
        assertThat(recognizer.push('7')).isTrue();
        assertThatThrownBy(() ->
                        catalog.register(
                                new SchemaReference("other", 1), "{\"$ref\": \"absent@1\"}"))
                .hasMessageContaining("absent@1");
    }
}
