package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/// A clock that moves by a fixed time with every pass, and compilers that are busy for so many of
/// them.
class WarmUpTest {

    private long nanos;
    private long compiled;
    private int passes;

    private int passes(Duration ofOnePass, int busyPasses) {
        return new WarmUp(() -> compiled, () -> nanos)
                .run(() -> {
                    nanos += ofOnePass.toNanos();
                    if (passes++ < busyPasses) {
                        compiled += 5;
                    }
                });
    }

    @Test
    void shortPassesAreRepeatedUntilTheCompilersHaveRestedForASecond() {
        assertThat(passes(Duration.ofMillis(100), 7)).isEqualTo(7 + 10);
    }

    @Test
    void longPassesAreRepeatedUntilTheCompilersHaveRestedForTwo() {
        assertThat(passes(Duration.ofSeconds(5), 3)).isEqualTo(3 + 2);
    }

    @Test
    void compiledCodeIsNotTakenOnTrust() {
        assertThat(passes(Duration.ofSeconds(5), 0)).isEqualTo(3);
    }

    @Test
    void compilersThatNeverRestAreNotWaitedFor() {
        assertThat(passes(Duration.ofSeconds(10), Integer.MAX_VALUE)).isEqualTo(9);
    }
}
