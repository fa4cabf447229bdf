package dev.talaria.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class RealInvoicesTest {

    private static final Path FOLDER =
            Path.of(System.getProperty("talaria.root", ".."))
                    .resolve("../shared/data/documents/invoice2data/tests/compare");

    @Test
    void theNumbersOfRealInvoicesAreInTheirText() throws Exception {
        Assumptions.assumeTrue(Files.isDirectory(FOLDER), "no test data at " + FOLDER);
        DocumentText reader = new DocumentText(DocumentText.Limits.DEFAULT);

        List<Path> invoices = invoices();
        assertThat(invoices).hasSizeGreaterThan(5);
        for (Path invoice : invoices) {
            String name = invoice.getFileName().toString();
            String text = reader.of(DocumentFormat.PDF, Files.readAllBytes(invoice), name);

            assertThat(withoutSpaces(text)).as(name).contains(withoutSpaces(number(invoice)));
        }
    }

    // A space that the page has between '#' and the number is not part of it.
    private static String withoutSpaces(String text) {
        return text.replaceAll("\\s", "");
    }

    private static List<Path> invoices() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".pdf")).sorted().toList();
        }
    }

    private static String number(Path invoice) {
        String gold = invoice.getFileName().toString().replace(".pdf", ".json");
        JsonNode read = JsonMapper.shared().readTree(invoice.resolveSibling(gold));
        JsonNode fields = read.isArray() ? read.get(0) : read;
        return fields.get("invoice_number").stringValue();
    }
}
