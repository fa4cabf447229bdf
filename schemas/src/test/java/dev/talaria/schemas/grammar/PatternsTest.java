package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;

class PatternsTest {

    private static final String[] PATTERNS = {
        "^[a-c]+$",
        "a",
        "^a|b$",
        "^(a|bc)*$",
        "a{2,3}b",
        "^a{2}$",
        "^\\w+\\d$",
        "[^ab]",
        "^[^ab]$",
        "^.b$",
        "^a?b??c$",
        "^(?:a|(?<n>b))c",
        "b$",
        "^$",
        "^(^a|b)$",
        "(a$|b)c?",
        "^[a\\-c\\]]$",
        "^\\x61\\u0062",
        "é",
        "^[à-ü]+$",
        "^[\\s\\S]{2}$",
        "^\\\\$",
        "^\"$",
        "^\\n$",
        "[\\t-\\r]",
        "^[^\\d]*$",
        "^(a*)*b$",
        "",
        "^a{0}b",
        "^(|a)b",
        "日|本",
        "^\\S+$",
        "x{1,3}?$",
        "(^|x)$"
    };

    private static final String[] TEXTS = {
        "",
        "a",
        "b",
        "c",
        "ab",
        "abc",
        "bc",
        "aab",
        "aaab",
        "aaaab",
        "ac",
        "acb",
        "a1",
        "_9",
        "b\n",
        "\n",
        "a\nb",
        "\"",
        "\\",
        "\t",
        "é",
        "àü",
        "日本",
        "日",
        "x",
        "xxxx",
        "a b",
        " ",
        "]",
        "-",
        "bb",
        "\uD83D\uDE00",
        "a\uD83D\uDE00",
        "ba",
        "ca",
        "bca",
        "1",
        "xyz",
        "bcbc"
    };

    private static String schema(String keyword, String value) {
        ObjectNode schema = SharedData.JSON.createObjectNode();
        return schema.put("type", "string").put(keyword, value).toString();
    }

    private static String spelled(String text) {
        return '"' + new String(CanonicalJson.characters(text), StandardCharsets.UTF_8) + '"';
    }

    @Test
    void aTextIsAcceptedWhereThePatternIsFoundInIt() {
        for (String pattern : PATTERNS) {
            Grammar grammar = Walk.grammar(schema("pattern", pattern));
            // Java's $ matches before a last line break too, ECMA-262's does not.
            Pattern java = Pattern.compile(pattern.replace("$", "\\z"));
            for (String text : TEXTS) {
                boolean found = java.matcher(text).find();
                assertThat(Walk.accepts(grammar, spelled(text)))
                        .as("%s in %s", pattern, spelled(text))
                        .isEqualTo(found);
            }
        }
    }

    @Test
    void walksOverPatternsMatch() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (String pattern : PATTERNS) {
            SchemaValidator validator = NetworkntValidator.of(schema("pattern", pattern));
            for (int walk = 0; walk < 20; walk++) {
                Recognizer recognizer = Walk.grammar(schema("pattern", pattern)).start();
                String text = Walk.random(recognizer, random.nextInt(12), random, () -> {});
                assertThat(validator.validate(text))
                        .as("seed %d, %s: %s", seed, pattern, text)
                        .isEmpty();
            }
        }
    }

    @Test
    void aPatternNothingMatchesIsUnsatisfiable() {
        assertThatThrownBy(() -> Walk.grammar(schema("pattern", "a^b")))
                .isInstanceOf(UnsupportedSchemaException.class);
    }

    @Test
    void patternsFormatsAndLengthsHoldTogether() {
        Grammar grammar =
                Walk.grammar(
                        """
                        {"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^[aé]*$",
                         "allOf": [{"pattern": "é"}]}\
                        """);

        assertThat(Walk.accepts(grammar, "\"éa\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"éaé\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"é\"")).isFalse();
        assertThat(Walk.accepts(grammar, "\"aa\"")).isFalse();
        assertThat(Walk.accepts(grammar, "\"éaaa\"")).isFalse();
        assertThat(Walk.accepts(grammar, "\"éb\"")).isFalse();
    }

    @Test
    void listedValuesAreHeldAgainstThePattern() {
        Grammar grammar = Walk.grammar("{\"enum\": [\"ab\", \"b\", 1], \"pattern\": \"^a\"}");

        assertThat(Walk.accepts(grammar, "\"ab\"")).isTrue();
        assertThat(Walk.accepts(grammar, "1")).isTrue();
        assertThat(Walk.accepts(grammar, "\"b\"")).isFalse();
    }

    @Test
    void whatNoAutomatonCanDoIsRefusedAtItsPlace() {
        for (String pattern :
                new String[] {
                    "(a)\\1",
                    "(?<n>a)\\k<n>",
                    "(?<=a(?=b))b",
                    "(?<=a$)b",
                    "(?i)a",
                    "(?i:a)",
                    "(?>a)",
                    "a++",
                    "^*",
                    "\\01",
                    "\\Aa",
                    "a\\Z",
                    "\\Qa\\E",
                    "[[:alpha:]]",
                    "a**",
                    "(a",
                    "a)",
                    "[a",
                    "\\",
                    "\\p{Lx}",
                    "\\p{InGreek}",
                    "\\pL",
                    "*",
                    "[z-a]",
                    "[a&&b]",
                    "\\c1",
                    "\\u{110000}",
                    "{2}",
                    "\\ud800",
                    "((a{1,100}){1,100}){1,100}",
                    "(a|b)*a(a|b){20}",
                    "x{99999999999}"
                }) {
            assertThatThrownBy(() -> Walk.grammar(schema("pattern", pattern)))
                    .as(pattern)
                    .isInstanceOf(UnsupportedSchemaException.class)
                    .hasMessageContaining("#");
        }
    }

    @Test
    void everyTextOfAFormatIsValid() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (String format :
                new String[] {
                    "date", "time", "date-time", "email", "uuid", "uri", "ipv4", "ipv6", "hostname"
                }) {
            SchemaValidator validator = NetworkntValidator.of(schema("format", format));
            Grammar grammar = Walk.grammar(schema("format", format));
            for (int walk = 0; walk < 300; walk++) {
                String text = Walk.random(grammar.start(), random.nextInt(50), random, () -> {});
                assertThat(validator.validate(text))
                        .as("seed %d, %s: %s", seed, format, text)
                        .isEmpty();
            }
        }
    }

    @Test
    void formatsKnowTheirTexts() {
        String[][] texts = {
            {"date", "2028-02-29", "1999-12-31", "2000-02-29"},
            {"time", "23:59:59Z", "08:30:00.125+05:30"},
            {"date-time", "2026-11-21T12:15:00Z", "2026-11-21T12:15:00.5-08:00"},
            {"email", "jane.doe@example.com", "a+b@mail.example.co.uk", "x_1@uni.edu"},
            {
                "uuid",
                "123e4567-e89b-12d3-a456-426614174000",
                "123E4567-E89B-12D3-A456-426614174000"
            },
            {
                "uri",
                "https://example.com/a/b?c=d&e=%20#f",
                "mailto:jane@example.com",
                "urn:isbn:1",
                "http://localhost:8080",
                "file:///tmp/x",
                "ftp://user.example.org/a.txt"
            },
            {"ipv4", "0.0.0.0", "192.168.1.255"},
            {"ipv6", "::", "::1", "fe80::1:2", "1:2:3:4:5:6:7:8", "1::"},
            {"hostname", "localhost", "www.example.com", "a-b.c1"}
        };
        for (String[] format : texts) {
            Grammar grammar = Walk.grammar(schema("format", format[0]));
            for (int i = 1; i < format.length; i++) {
                assertThat(Walk.accepts(grammar, spelled(format[i]))).as(format[i]).isTrue();
            }
        }
    }

    @Test
    void formatsRefuseOtherTexts() {
        String[][] texts = {
            {"date", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-1-1", ""},
            {"time", "24:00:00Z", "22:59:60Z", "12:00:00", "12:60:00Z", "12:00Z"},
            {"date-time", "2026-11-21", "2026-11-21 12:15:00Z", "2026-02-30T00:00:00Z"},
            {"email", "jane", "@example.com", "a@", "a b@example.com", "a..b@example.com"},
            {"uuid", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"},
            {"uri", "example.com", "/a", "http://a b", "", "http://%"},
            {"ipv4", "256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4.5"},
            {"ipv6", "1::2::3", "12345::", "1:2:3:4:5:6:7", ":"},
            {"hostname", "-a", "a-", "a..b", "", "a_b"}
        };
        for (String[] format : texts) {
            Grammar grammar = Walk.grammar(schema("format", format[0]));
            for (int i = 1; i < format.length; i++) {
                assertThat(Walk.accepts(grammar, spelled(format[i]))).as(format[i]).isFalse();
            }
        }
    }
}
