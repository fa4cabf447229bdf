package dev.talaria.inference.benchmark;

/// Schemas whose masks differ in kind, each with an answer.
public enum MaskSchema {
    /// Names and types that are known.
    INVOICE(
            """
            {"type": "object", "additionalProperties": false, "required": ["vendor", "total"],
             "properties": {"vendor": {"type": "string"}, "date": {"type": "string",
               "format": "date"}, "currency": {"enum": ["EUR", "USD", "GBP"]},
               "items": {"type": "array", "items": {"type": "object",
                 "required": ["name", "price"], "properties": {"name": {"type": "string"},
                   "price": {"type": "number", "minimum": 0}}}}, "total": {"type": "number"}}}\
            """,
            """
            {"vendor": "Summit Electric", "date": "2026-03-14", "currency": "EUR", "items": \
            [{"name": "cable", "price": 12.5}, {"name": "work", "price": 80}], "total": 1284.5}\
            """),

    /// Anything.
    FREE("true", "{\"name\": [1, true, null, {\"a b\": \"text of any kind\"}], \"other\": -1.5}"),

    /// Strings of a pattern.
    PATTERN(
            """
            {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+(-[a-z0-9]+)*$"}}\
            """,
            "[\"one-two-3\", \"four\", \"five-6-seven-eight\"]"),

    /// Strings without a bound.
    UNBOUNDED("{\"type\": \"string\"}", text()),

    /// Strings with a bound that is far away.
    MILLION("{\"type\": \"string\", \"maxLength\": 1000000}", text()),

    /// Strings with a bound that is near.
    THOUSAND("{\"type\": \"string\", \"maxLength\": 1000}", text()),

    /// Strings that must differ.
    DISTINCT(
            "{\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"type\": \"string\"}}",
            "[\"summit electric\", \"summit\", \"electric\", \"electric summit\"]");

    private final String schema;
    private final String answer;

    MaskSchema(String schema, String answer) {
        this.schema = schema;
        this.answer = answer;
    }

    private static String text() {
        return '"' + "Payable within 30 days, by transfer; thank you. ".repeat(18) + '"';
    }

    /// The JSON Schema.
    public String schema() {
        return schema;
    }

    /// A value of it.
    public String answer() {
        return answer;
    }
}
