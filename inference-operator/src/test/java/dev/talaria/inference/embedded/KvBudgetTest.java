package dev.talaria.inference.embedded;

import static dev.talaria.inference.model.ModelConfiguration.WHOLE_CONTEXT;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.ServingOptions;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.ModelConfiguration;

import org.junit.jupiter.api.Test;

import java.util.Optional;

class KvBudgetTest {

    // 2 layers x 2 x 4 heads x 16 elements: 512 bytes a token in halves.
    private static final ModelConfiguration SHAPE =
            new ModelConfiguration(
                    2, 64, 96, 4, 4, 16, 100, 4096, 16, 10_000, 1e-5f, WHOLE_CONTEXT);

    private static int tokens(long budget, int sequences, int context, long free, String type) {
        OperatorConfig config =
                new OperatorConfig(
                        Optional.empty(),
                        "auto",
                        1,
                        sequences,
                        0,
                        budget,
                        ServingOptions.DEFAULT.withKvType(type));
        try (KvCache cache = KvBudget.cache(SHAPE, config, context, free)) {
            assertThat(cache.type()).isEqualTo(KvType.named(type));
            return cache.capacityTokens();
        }
    }

    @Test
    void withoutABudgetThereIsRoomForTheLongestOfAllThatRunTogether() {
        assertThat(tokens(0, 4, 1024, 1L << 40, "f16")).isEqualTo(4096);
        assertThat(tokens(0, 4, 1024, 1L << 40, "f32")).isEqualTo(4096);
        assertThat(tokens(0, Integer.MAX_VALUE, 4096, 1L << 20, "f16")).isEqualTo(1024);
    }

    @Test
    void withoutABudgetItTakesHalfOfTheFreeMemoryAtMost() {
        assertThat(tokens(0, 16, 4096, 2 << 20, "f16")).isEqualTo(2048);
        assertThat(tokens(0, 16, 4096, 2 << 20, "f32")).isEqualTo(1024);
    }

    @Test
    void aBudgetHoldsMoreTokensInFewerBits() {
        assertThat(tokens(1 << 20, 16, 4096, 1L << 40, "f32")).isEqualTo(1024);
        assertThat(tokens(1 << 20, 16, 4096, 1L << 40, "f16")).isEqualTo(2048);
        assertThat(tokens(1 << 20, 16, 4096, 1L << 40, "int8")).isBetween(3200, 4096);
    }

    @Test
    void aBudgetAboveTheFreeMemoryIsRefusedWithTheNumbers() {
        assertThatThrownBy(() -> tokens(1 << 20, 16, 4096, 1_000_000, "f16"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("inference.kv.bytes = 1048576", "1000000 bytes");
    }

    @Test
    void aBudgetBelowOneBlockIsRefusedWithTheNumbers() {
        assertThatThrownBy(() -> tokens(16_383, 16, 4096, 1L << 40, "f16"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("inference.kv.bytes = 16383", "16384 bytes");
    }

    @Test
    void theMachineHasSomeFreeMemory() {
        assertThat(FreeMemory.bytes()).isBetween(1L << 20, 1L << 50);
    }
}
