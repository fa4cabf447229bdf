package dev.talaria.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Instant;

class TimeArgumentTest {

    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "30s, 2026-11-29T11:59:30Z",
        "90m, 2026-11-29T10:30:00Z",
        "2h, 2026-11-29T10:00:00Z",
        "7d, 2026-11-22T12:00:00Z",
        "2026-11-01, 2026-11-01T00:00:00Z",
        "2026-11-01T08:00:00Z, 2026-11-01T08:00:00Z",
        "2026-11-01T08:00:00+02:00, 2026-11-01T06:00:00Z"
    })
    void aTimeIsAMomentOrSoLongAgo(String text, Instant time) {
        assertThat(TimeArgument.parse(text, NOW)).isEqualTo(time);
    }

    @Test
    void anythingElseIsAnsweredWithTheForms() {
        for (String text : new String[] {"", "yesterday", "2h30m", "-2h", "2026-13-01"}) {
            assertThatThrownBy(() -> TimeArgument.parse(text, NOW))
                    .as(text)
                    .hasMessageContaining(TimeArgument.FORMS);
        }
    }
}
