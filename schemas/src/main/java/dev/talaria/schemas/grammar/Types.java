package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Sets of JSON types as bits. Numbers are two: the whole ones and the others.
final class Types {

    static final int NULL = 1;
    static final int BOOLEAN = 2;
    static final int INTEGER = 4;
    static final int FRACTION = 8;
    static final int STRING = 16;
    static final int ARRAY = 32;
    static final int OBJECT = 64;
    static final int NUMBER = INTEGER | FRACTION;
    static final int ALL = 127;

    private static final Map<String, Integer> NAMES =
            Map.of(
                    "null", NULL,
                    "boolean", BOOLEAN,
                    "integer", INTEGER,
                    "number", NUMBER,
                    "string", STRING,
                    "array", ARRAY,
                    "object", OBJECT);

    private Types() {}

    /// The set a name of the `type` keyword stands for; 0 where there is no such name.
    static int named(String name) {
        return NAMES.getOrDefault(name, 0);
    }

    /// The types of a set, one by one.
    static List<Integer> each(int types) {
        List<Integer> each = new ArrayList<>();
        for (int type = 1; type <= OBJECT; type <<= 1) {
            if ((types & type) != 0) {
                each.add(type);
            }
        }
        return each;
    }

    /// A set in words.
    static String names(int types) {
        List<String> names = new ArrayList<>();
        for (int type : each(types)) {
            names.add(
                    switch (type) {
                        case NULL -> "null";
                        case BOOLEAN -> "boolean";
                        case INTEGER -> "a whole number";
                        case FRACTION -> "a fraction";
                        case STRING -> "string";
                        case ARRAY -> "array";
                        default -> "object";
                    });
        }
        return String.join(" or ", names);
    }

    /// The type of a value. A number without fraction is whole, however it is written.
    static int of(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> NULL;
            case BOOLEAN -> BOOLEAN;
            case NUMBER ->
                    NumberRange.ALL.onlyIntegers().contains(value.decimalValue())
                            ? INTEGER
                            : FRACTION;
            case STRING -> STRING;
            case ARRAY -> ARRAY;
            case OBJECT -> OBJECT;
            case BINARY, POJO, MISSING ->
                    throw new IllegalArgumentException("not a JSON value: " + value.getNodeType());
        };
    }
}
