package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Formats: what is of one satisfies the standard and validation, and so does what is not.
class FormatsTest {

    private static final String CHARACTERS = "0123456789abcxTZz:.-+/?#@%[]{}~ \"é";

    private static StringSet format(String name) {
        return Formats.named(name, "#/format");
    }

    private static String schema(String name) {
        return SharedData.JSON.createObjectNode().put("format", name).toString();
    }

    private static String random(Recognizer recognizer, RandomGenerator random) {
        String text = Walk.random(recognizer, random.nextInt(60), random, () -> {});
        return SharedData.JSON.readTree(text).stringValue();
    }

    private static String mutated(String text, RandomGenerator random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(mutated.length() + 1);
            char c = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
            switch (random.nextInt(3)) {
                case 0 -> mutated.insert(at, c);
                case 1 -> mutated.delete(at, at + 1);
                default -> mutated.replace(at, Math.min(mutated.length(), at + 1), "" + c);
            }
        }
        return mutated.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "date",
                "time",
                "date-time",
                "duration",
                "email",
                "idn-email",
                "hostname",
                "idn-hostname",
                "ipv4",
                "ipv6",
                "uri",
                "uri-reference",
                "iri",
                "iri-reference",
                "uri-template",
                "json-pointer",
                "relative-json-pointer",
                "uuid",
                "alpha",
                "alphanumeric",
                "color",
                "ip-address",
                "phone",
                "regex",
                "style",
                "utc-millisec"
            })
    void whatIsOfAFormatIsValidAndWhatIsNotIsNot(String name) {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        SchemaValidator validator = NetworkntValidator.of(schema(name));
        Grammar grammar = Walk.grammar("{\"type\": \"string\", \"format\": \"" + name + "\"}");
        StringSet format = format(name);
        for (int walk = 0; walk < 400; walk++) {
            String text = random(grammar.start(), random);
            String context = "seed " + seed + ", " + name + ": '" + text + "'";
            assertThat(format.contains(text)).as(context).isTrue();
            assertThat(isValid(validator, text)).as(context).isTrue();
            String other = mutated(text, random);
            String otherContext = "seed " + seed + ", " + name + ": '" + other + "'";
            boolean valid = isValid(validator, other);
            assertThat(format.contains(other) && !valid).as(otherContext).isFalse();
            assertThat(format.complement().contains(other) && valid).as(otherContext).isFalse();
        }
    }

    private static boolean isValid(SchemaValidator validator, String text) {
        return validator.validate(SharedData.JSON.writeValueAsString(text)).isEmpty();
    }

    /// Of several formats a text has exactly one, whichever readers of schemas there are.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "date 2020-02-29, date-time 2020-02-29T01:02:03Z, time 01:02:03Z",
                "ipv4 1.2.3.4, ipv6 ::1, uuid 00000000-0000-0000-0000-000000000000",
                "email a@b.com, hostname a.b, uri http://a.b/c",
                "idn-email a@b.com, iri http://a.b/c, hostname a.b",
                "email a@b.com, ipv4 1.2.3.4, ipv6 ::1, uri urn:a",
                "uri urn:b, ipv6 ::b:1.2.3.4"
            })
    void formatsThatExcludeEachOtherAreToldApart(String formats) {
        StringBuilder branches = new StringBuilder();
        for (String each : formats.split(", ")) {
            branches.append(branches.isEmpty() ? "" : ", ")
                    .append(schema(each.substring(0, each.indexOf(' '))));
        }
        String schema = "{\"type\": \"string\", \"oneOf\": [" + branches + "]}";
        Grammar grammar = Walk.grammar(schema);
        SchemaValidator validator = NetworkntValidator.of(schema);
        for (String each : formats.split(", ")) {
            String text = each.substring(each.indexOf(' ') + 1);
            if (isValid(validator, text)) {
                assertThat(Walk.accepts(grammar, '"' + text + '"')).as(text).isTrue();
            }
        }
    }

    @Test
    void everyDayOfFourHundredYearsIsADateAndNoOtherIs() {
        StringSet dates = format("date");
        int count = 0;
        for (int year = 1700; year < 2100; year++) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 32; day++) {
                    boolean real = isReal(year, month, day);
                    String text = "%04d-%02d-%02d".formatted(year, month, day);
                    assertThat(dates.contains(text)).as(text).isEqualTo(real);
                    assertThat(dates.complement().contains(text)).as(text).isEqualTo(!real);
                    count += real ? 1 : 0;
                }
            }
        }
        assertThat(count).isEqualTo(146_097);
    }

    /// Validation takes them for dates, the standard does not: they are neither in nor out.
    @Test
    void yearsWithASignAreNeitherDatesNorTheOpposite() {
        for (String text : new String[] {"+09878-06-22", "-0001-01-01", "+12345-12-31"}) {
            assertThat(format("date").contains(text)).as(text).isFalse();
            assertThat(format("date").complement().contains(text)).as(text).isFalse();
        }
    }

    @Test
    void everyLeapSecondThatIsTakenIsValid() {
        SchemaValidator dateTime = NetworkntValidator.of(schema("date-time"));
        SchemaValidator time = NetworkntValidator.of(schema("time"));
        StringSet dateTimes = format("date-time");
        StringSet times = format("time");
        int count = 0;
        for (int year = 1960; year < 2040; year++) {
            for (String day : new String[] {"06-30", "07-01", "12-31", "01-01", "06-29"}) {
                for (int half = -47; half <= 47; half++) {
                    String clock = leapSecond(half);
                    String text = year + "-" + day + "T" + clock;
                    if (dateTimes.contains(text)) {
                        count++;
                        assertThat(isValid(dateTime, text)).as(text).isTrue();
                    }
                    assertThat(!times.contains(clock) || isValid(time, clock)).as(clock).isTrue();
                }
            }
        }
        assertThat(count).isEqualTo(25 * 73);
    }

    /// Java's own classes read no others, nor do validators built on them.
    @Test
    void zonesAreNoFurtherAwayThanJavaKnows() {
        StringSet times = format("time");
        StringSet dateTimes = format("date-time");
        for (int hour = 0; hour < 24; hour++) {
            for (String minute : new String[] {"00", "01", "59"}) {
                boolean known = hour < 18 || hour == 18 && minute.equals("00");
                for (String sign : new String[] {"+", "-"}) {
                    String time = "12:00:00%s%02d:%s".formatted(sign, hour, minute);
                    String text = "2020-02-29T" + time;
                    assertThat(times.contains(time)).as(time).isEqualTo(known);
                    assertThat(dateTimes.contains(text)).as(text).isEqualTo(known);
                    assertThat(times.complement().contains(time)).as(time).isFalse();
                    assertThat(dateTimes.complement().contains(text)).as(text).isFalse();
                }
            }
        }
    }

    // 23:59:60 in UTC, by the clocks of a zone.
    private static String leapSecond(int halfHours) {
        int minute = Math.floorMod(23 * 60 + 59 + 30 * halfHours, 1_440);
        int away = Math.abs(halfHours);
        return "%02d:%02d:60%s%02d:%02d"
                .formatted(
                        minute / 60,
                        minute % 60,
                        halfHours < 0 ? "-" : "+",
                        away / 2,
                        away % 2 * 30);
    }

    private static boolean isReal(int year, int month, int day) {
        try {
            LocalDate.of(year, month, day);
            return true;
        } catch (DateTimeException none) {
            return false;
        }
    }

    /// The suite's own tests: nothing is accepted that must not be, and little is left out.
    @Test
    void nothingIsAcceptedThatTheSuiteRejects() {
        Map<String, Integer> leftOut = new TreeMap<>();
        int decided = 0;
        String folder = "json-schema-test-suite/tests/draft2020-12/optional/format";
        for (Path file : SharedData.files(folder)) {
            String name = String.valueOf(file.getFileName()).replace(".json", "");
            if (format(name) == null) {
                continue;
            }
            for (JsonNode group : SharedData.read(file)) {
                for (JsonNode test : group.get("tests")) {
                    if (!test.get("data").isString()) {
                        continue;
                    }
                    String text = test.get("data").stringValue();
                    boolean valid = test.get("valid").booleanValue();
                    boolean inside = format(name).contains(text);
                    boolean outside = format(name).complement().contains(text);
                    assertThat(inside && !valid).as("%s: '%s'", name, text).isFalse();
                    assertThat(outside && valid).as("not %s: '%s'", name, text).isFalse();
                    if (valid && !inside) {
                        leftOut.merge(name, 1, Integer::sum);
                    }
                    decided++;
                }
            }
        }
        assertThat(decided).isGreaterThan(300);
        // Mostly names in other scripts and quoted names; two are zones of 23 and a half hours.
        assertThat(leftOut.values().stream().mapToInt(Integer::intValue).sum())
                .as("%s", leftOut)
                .isLessThanOrEqualTo(57);
    }
}
