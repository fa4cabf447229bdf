package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

@Timeout(60)
class BesideTest {

    @Test
    void theValueIsWaitedFor() throws IOException {
        CountDownLatch asked = new CountDownLatch(1);
        Beside<String> beside =
                new Beside<>(
                        "test",
                        () -> {
                            asked.await();
                            return "value";
                        });
        assertThatCode(beside::requireNotFailed).doesNotThrowAnyException();
        asked.countDown();
        assertThat(beside.value()).isEqualTo("value");
        assertThat(beside.value()).isEqualTo("value");
    }

    @Test
    void whatTheComputationThrowsIsThrownAsItIs() {
        for (Throwable thrown :
                List.of(
                        new IOException("a"),
                        new IllegalStateException("b"),
                        new AssertionError("c"))) {
            Beside<String> beside =
                    new Beside<>(
                            "test",
                            () -> {
                                switch (thrown) {
                                    case Exception e -> throw e;
                                    case Error e -> throw e;
                                    default -> throw new AssertionError(thrown);
                                }
                            });
            assertThatThrownBy(beside::value).isSameAs(thrown);
            assertThatThrownBy(beside::requireNotFailed)
                    .satisfies(e ->
                            assertThat(Stream.of(e, e.getCause()))
                                    .anySatisfy(it -> assertThat(it).isSameAs(thrown)));
        }
    }

    @Test
    void whoIsInterruptedGetsTheValueAllTheSame() throws IOException {
        Beside<String> beside = new Beside<>("test", () -> "value");
        Thread.currentThread().interrupt();
        assertThat(beside.value()).isEqualTo("value");
        assertThat(Thread.interrupted()).isTrue();
    }
}
