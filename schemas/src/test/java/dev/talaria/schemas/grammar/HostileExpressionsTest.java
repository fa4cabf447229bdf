package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Strings that are cheap to ask for and dear to enforce: enforced, or refused at their place.
///
/// The limit of a test is there to end one that would never end by itself.
@Timeout(60)
class HostileExpressionsTest {

    private static String schema(String pattern) {
        return SharedData.JSON
                .createObjectNode()
                .put("type", "string")
                .put("pattern", pattern)
                .toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a|b)*a(a|b){20}",
                "^(a|b)*a(a|b){20}$",
                "(x{1,1000}){1,1000}",
                "(((x{1,99}){1,99}){1,99}){1,99}",
                "(?=(a|b)*a(a|b){25})b",
                "(?<=(a|b)*a(a|b){25})b",
                "^(?!.*a(a|b){20}$)",
                ".{3000}x.{3000}",
                "(.{1,5000}a){3}",
                "x{99999999999}"
            })
    void whatNeedsTooManyStatesIsRefused(String pattern) {
        assertThatThrownBy(() -> Walk.grammar(schema(pattern)))
                .isInstanceOf(UnsupportedSchemaException.class)
                .hasMessageContaining("#/pattern");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a*)*)*b",
                "(a+)+$",
                "^(([a-z])+.)+[A-Z]([a-z])+$",
                "^(.*a){20}$",
                "(a?){50}a{50}",
                "^(?=.*a)(?=.*b)(?=.*c)(?=.*d)(?=.*e)(?=.*f)(?=.*g)(?=.*h).{8,}$",
                "^[\\p{L}\\p{N} ]{1,5000}$",
                "^(ab){5000}$",
                "^[a-z]{1000000}$",
                "^(?:(?!(?:a|b)*a(?:a|b){5}c).)*$"
            })
    void whatOnlyLooksDearIsEnforced(String pattern) {
        Grammar grammar = Walk.grammar(schema(pattern));
        assertThat(grammar.start().shortestCompletion()).hasSize(grammar.minimumBytes());
    }

    @Test
    void nestedGroupsHaveALimit() {
        assertThatThrownBy(() -> Walk.grammar(schema("(".repeat(100_000))))
                .isInstanceOf(UnsupportedSchemaException.class);
        assertThatThrownBy(() -> Walk.grammar(schema("(".repeat(5_000) + ")".repeat(5_000))))
                .isInstanceOf(UnsupportedSchemaException.class);
    }

    @Test
    void classesMayBeHuge() {
        String members =
                IntStream.range(0, 5_000)
                        .mapToObj(i -> Character.toString(0x4E00 + 3 * i))
                        .collect(Collectors.joining());
        Grammar grammar = Walk.grammar(schema("^[" + members + "]{1,3}$"));
        assertThat(Walk.accepts(grammar, "\"" + Character.toString(0x4E03) + "\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"" + Character.toString(0x4E04) + "\"")).isFalse();
    }

    @Test
    void aHundredThousandValuesAreOneSet() {
        List<String> values =
                IntStream.range(0, 100_000).mapToObj(i -> "\"v" + 7 * i + '"').toList();
        Grammar grammar = Walk.grammar("{\"enum\": " + values + "}");
        assertThat(Walk.accepts(grammar, "\"v699993\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"v8\"")).isFalse();
        assertThat(grammar.minimumBytes()).isEqualTo(4);
        Recognizer recognizer = grammar.start();
        Walk.pushed(recognizer, "\"v69999");
        assertThat(recognizer.shortestCompletion()).asString().isEqualTo("3\"");
    }

    @Test
    void aHundredThousandValuesMeetAPatternAndALength() {
        List<String> values =
                IntStream.range(0, 100_000).mapToObj(i -> "\"v" + 7 * i + '"').toList();
        Grammar grammar =
                Walk.grammar("{\"enum\": " + values + ", \"pattern\": \"9$\", \"maxLength\": 3}");
        assertThat(Walk.accepts(grammar, "\"v49\"")).isTrue();
        assertThat(Walk.accepts(grammar, "\"v7\"")).isFalse();
        assertThat(Walk.accepts(grammar, "\"v119\"")).isFalse();
    }
}
