package dev.talaria.pipeline.example;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/// Converts amounts between currencies, at rates that were written down once.
final class CurrencyConverter implements Tool {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// What a euro costs.
    private static final Map<String, BigDecimal> RATES =
            new TreeMap<>(
                    Map.of(
                            "EUR", new BigDecimal("1"),
                            "USD", new BigDecimal("1.10"),
                            "GBP", new BigDecimal("0.85"),
                            "CHF", new BigDecimal("0.95")));

    @Override
    public String name() {
        return "convert_currency";
    }

    @Override
    public String definition() {
        return """
        {"name": "convert_currency", "description": "Converts an amount between two currencies", \
        "parameters": {"type": "object", "properties": {"amount": {"type": "number"}, \
        "from": {"type": "string"}, "to": {"type": "string"}}, \
        "required": ["amount", "from", "to"], "additionalProperties": false}}\
        """;
    }

    @Override
    public String call(String arguments) throws ToolException {
        JsonNode node = JSON.readTree(arguments);
        BigDecimal euros =
                node.get("amount")
                        .decimalValue()
                        .divide(rate(node.get("from").stringValue()), 10, RoundingMode.HALF_EVEN);
        String to = node.get("to").stringValue();
        BigDecimal amount = euros.multiply(rate(to)).setScale(2, RoundingMode.HALF_EVEN);
        return JSON.createObjectNode().put("amount", amount).put("currency", to).toString();
    }

    private static BigDecimal rate(String currency) throws ToolException {
        BigDecimal rate = RATES.get(currency);
        if (rate == null) {
            throw new ToolException(
                    "currency '%s' is unknown; known are %s"
                            .formatted(currency, String.join(", ", RATES.keySet())));
        }
        return rate;
    }
}
