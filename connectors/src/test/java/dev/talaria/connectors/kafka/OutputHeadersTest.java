package dev.talaria.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.TextSpan;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What is only said where there is something to say.
class OutputHeadersTest {

    @SuppressWarnings("NullAway") // does not see that the arrays of a compiled record may be null
    private static @Nullable String header(Provenance provenance, String name) {
        Headers old = new RecordHeaders().add("x-cached", new byte[] {'?'});
        SourceRecord source = new SourceRecord("t", 0, 1, 2, null, new byte[0], old);
        Headers headers = OutputHeaders.of(source, new Extraction.Extracted("d", "{}", provenance));
        Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Provenance provenance(boolean cached, List<TextSpan> chunks) {
        return new Provenance(
                Optional.empty(),
                "m",
                "0",
                "q",
                "p",
                0L,
                1,
                FinishReason.STOP,
                1,
                1,
                0,
                Duration.ZERO,
                "v",
                cached,
                chunks);
    }

    @Test
    void anAnswerFromElsewhereSaysSo() {
        assertThat(header(provenance(true, List.of()), "x-cached")).isEqualTo("true");
        assertThat(header(provenance(false, List.of()), "x-cached")).isNull();
    }

    @Test
    void partsAreCountedAndPlaced() {
        List<TextSpan> chunks = List.of(new TextSpan(0, 50), new TextSpan(40, 99));

        assertThat(header(provenance(false, chunks), "x-chunks")).isEqualTo("2;0-50,40-99");
        assertThat(header(provenance(false, List.of()), "x-chunks")).isNull();
    }
}
