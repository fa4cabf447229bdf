package dev.talaria.datasets.json;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import tools.jackson.core.Base64Variants;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;

/// Values as JSON.
///
/// What JSON has no type for becomes text: bytes in Base64; dates, times, timestamps and durations
/// in ISO 8601; `NaN`, `Infinity` and `-Infinity`. Decimals are numbers with all their digits. Maps
/// with text keys are objects, others arrays of `{"key": …, "value": …}`.
public final class JsonWriting {

    private JsonWriting() {}

    /// A row as an object on one line.
    public static String text(Row row) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JsonText.MAPPER.createGenerator(text)) {
            write(out, row);
        }
        return text.toString();
    }

    /// A value as JSON on one line.
    public static String text(ValueType type, Value value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JsonText.MAPPER.createGenerator(text)) {
            write(out, type, value);
        }
        return text.toString();
    }

    static void write(JsonGenerator out, Row row) {
        object(out, row.type().fields(), row.values());
    }

    private static void object(JsonGenerator out, List<Field> fields, List<Value> values) {
        out.writeStartObject();
        for (int i = 0; i < fields.size(); i++) {
            out.writeName(fields.get(i).name());
            write(out, fields.get(i).type(), values.get(i));
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, ValueType type, Value value) {
        switch (value) {
            case Value.Null _ -> out.writeNull();
            case Value.Bool(boolean flag) -> out.writeBoolean(flag);
            case Value.Int(long number) -> integer(out, type, number);
            case Value.Real(double number) -> real(out, type, number);
            case Value.Decimal(BigDecimal number) -> out.writeNumber(number.toPlainString());
            case Value.Text(String text) -> out.writeString(text);
            case Value.Json(String text) -> json(out, text);
            case Value.Binary(byte[] bytes) ->
                    out.writeString(Base64Variants.MIME_NO_LINEFEEDS.encode(bytes));
            case Value.Date(LocalDate date) -> out.writeString(date.toString());
            case Value.Time(LocalTime time) -> out.writeString(time.toString());
            case Value.Timestamp(Instant instant) -> out.writeString(instant.toString());
            case Value.LocalTimestamp(LocalDateTime local) -> out.writeString(local.toString());
            case Value.Span span -> out.writeString(span.value().toString());
            case Value.Interval interval -> {
                out.writeStartObject();
                out.writeNumberProperty("months", interval.months());
                out.writeNumberProperty("days", interval.days());
                out.writeNumberProperty("nanos", interval.nanos());
                out.writeEndObject();
            }
            case Value.Elements(List<Value> elements) -> {
                ValueType element = ((ValueType.ListOf) type).element().type();
                out.writeStartArray();
                for (Value one : elements) {
                    write(out, element, one);
                }
                out.writeEndArray();
            }
            case Value.Entries(List<Value.Entry> entries) ->
                    map(out, (ValueType.MapOf) type, entries);
            case Value.Struct(List<Value> values) ->
                    object(out, ((ValueType.Struct) type).fields(), values);
        }
    }

    private static void integer(JsonGenerator out, ValueType type, long number) {
        if (number < 0 && type instanceof ValueType.Int(int _, boolean signed) && !signed) {
            out.writeNumber(new BigInteger(Long.toUnsignedString(number)));
        } else {
            out.writeNumber(number);
        }
    }

    // The shortest digits that mean this number among those of its width.
    private static void real(JsonGenerator out, ValueType type, double number) {
        if (!Double.isFinite(number)) {
            out.writeString(Double.toString(number));
        } else if (type instanceof ValueType.Real(int bits) && bits < Double.SIZE) {
            out.writeNumber((float) number);
        } else {
            out.writeNumber(number);
        }
    }

    // A text that is no JSON, which files may hold in such a column, is written as a string.
    private static void json(JsonGenerator out, String text) {
        JsonNode node;
        try {
            node = JsonText.MAPPER.readTree(text);
        } catch (JacksonException e) {
            out.writeString(text);
            return;
        }
        JsonText.MAPPER.writeTree(out, node);
    }

    private static void map(JsonGenerator out, ValueType.MapOf type, List<Value.Entry> entries) {
        boolean isObject = type.key().type() instanceof ValueType.Text;
        if (isObject) {
            out.writeStartObject();
        } else {
            out.writeStartArray();
        }
        for (Value.Entry entry : entries) {
            if (isObject && entry.key() instanceof Value.Text(String name)) {
                out.writeName(name);
                write(out, type.value().type(), entry.value());
            } else {
                out.writeStartObject();
                out.writeName("key");
                write(out, type.key().type(), entry.key());
                out.writeName("value");
                write(out, type.value().type(), entry.value());
                out.writeEndObject();
            }
        }
        if (isObject) {
            out.writeEndObject();
        } else {
            out.writeEndArray();
        }
    }
}
