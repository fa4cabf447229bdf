package dev.talaria.pipeline.config;

import dev.talaria.pipeline.log.LogFormat;
import dev.talaria.pipeline.processor.Ordering;
import dev.talaria.pipeline.topology.TopologyKind;
import dev.talaria.schemas.grammar.Enforcement;
import dev.talaria.schemas.grammar.PropertyOrder;
import dev.talaria.schemas.grammar.Spelling;

import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// How a setting's text becomes a value.
///
/// @param name for people: what to write
/// @param parser gives the value, or throws [IllegalArgumentException] where the text is no such
record ConfigType<T>(String name, Function<String, T> parser) {

    private static final Pattern NAME_FORM = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

    static final ConfigType<String> TEXT = new ConfigType<>("text", text -> text);

    static final ConfigType<String> NAME =
            new ConfigType<>("a name of letters, digits, '.', '_' and '-'", ConfigType::parseName);

    static final ConfigType<Boolean> BOOLEAN =
            new ConfigType<>("true or false", ConfigType::parseBoolean);

    static final ConfigType<Long> WHOLE =
            new ConfigType<>("a whole number", text -> Long.valueOf(text.strip()));

    static final ConfigType<Integer> COUNT =
            new ConfigType<>("a whole number from 1", ConfigType::parseCount);

    static final ConfigType<Integer> COUNT_OR_ZERO =
            new ConfigType<>("a whole number from 0", ConfigType::parseCountOrZero);

    static final ConfigType<Integer> PORT =
            new ConfigType<>("a port from 0 to 65535", ConfigType::parsePort);

    static final ConfigType<Float> NUMBER = new ConfigType<>("a number", ConfigType::parseNumber);

    static final ConfigType<Long> BYTES =
            new ConfigType<>("a number of bytes, also as 512M or 4G", ConfigType::parseBytes);

    static final ConfigType<Enforcement> ENFORCEMENT =
            new ConfigType<>("strict or hybrid", ConfigType::parseEnforcement);

    static final ConfigType<PropertyOrder> ORDER =
            new ConfigType<>("schema or any", text -> PropertyOrder.named(text.strip()));

    static final ConfigType<Ordering> ORDERING =
            new ConfigType<>("free or key", text -> Ordering.named(text.strip()));

    static final ConfigType<String> SPELLING =
            new ConfigType<>("single-space, compact or flexible", ConfigType::parseSpelling);

    static final ConfigType<Set<TopologyKind>> TOPOLOGIES =
            new ConfigType<>(
                    "extraction, chat, tools, or some of them with commas", TopologyKind::listed);

    // What Kafka allows in the name of a topic.
    private static String parseName(String text) {
        String name = text.strip();
        if (!NAME_FORM.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name");
        }
        return name;
    }

    static final ConfigType<LogFormat> LOG_FORMAT =
            new ConfigType<>("text or json", text -> LogFormat.named(text.strip()));

    private static String parseSpelling(String text) {
        String name = text.strip();
        Spelling.named(name, 0);
        return name;
    }

    private static Enforcement parseEnforcement(String text) {
        return switch (text.strip()) {
            case "strict" -> Enforcement.STRICT;
            case "hybrid" -> Enforcement.HYBRID;
            default -> throw new IllegalArgumentException("neither strict nor hybrid");
        };
    }

    private static boolean parseBoolean(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static int parseCount(String text) {
        int count = Integer.parseInt(text.strip());
        if (count < 1) {
            throw new IllegalArgumentException("below 1");
        }
        return count;
    }

    private static int parseCountOrZero(String text) {
        int count = Integer.parseInt(text.strip());
        if (count < 0) {
            throw new IllegalArgumentException("below 0");
        }
        return count;
    }

    private static int parsePort(String text) {
        int port = parseCountOrZero(text);
        if (port > 65_535) {
            throw new IllegalArgumentException("above 65535");
        }
        return port;
    }

    private static float parseNumber(String text) {
        float number = Float.parseFloat(text.strip());
        if (!Float.isFinite(number)) {
            throw new IllegalArgumentException("not finite");
        }
        return number;
    }

    private static long parseBytes(String text) {
        String number = text.strip();
        int shift = number.isEmpty() ? 0 : shift(number.charAt(number.length() - 1));
        String digits = shift == 0 ? number : number.substring(0, number.length() - 1);
        long bytes = Long.parseLong(digits.strip());
        if (bytes < 0 || bytes > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("out of range");
        }
        return bytes << shift;
    }

    private static int shift(char unit) {
        return switch (unit) {
            case 'k', 'K' -> 10;
            case 'm', 'M' -> 20;
            case 'g', 'G' -> 30;
            default -> 0;
        };
    }
}
