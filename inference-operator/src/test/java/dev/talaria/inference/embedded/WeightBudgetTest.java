package dev.talaria.inference.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.inference.OperatorConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is said of a model before it takes memory, and while it does.
class WeightBudgetTest {

    private static final Path MODEL = Path.of("large.gguf");

    @TempDir private Path folder;

    @Test
    void weightsAndKeysThatJustFitAreTaken() {
        assertThatCode(() -> WeightBudget.require(MODEL, 900, 100, 1000))
                .doesNotThrowAnyException();
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheNumbersAndARemedy() {
        long gib = 1L << 30;
        assertThatThrownBy(() -> WeightBudget.require(MODEL, 4 * gib, 64 << 20, 3 * gib + gib / 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "large.gguf", "4.0 GiB", "64.0 MiB", "3.5 GiB", "model quantize");
        assertThatThrownBy(() -> WeightBudget.require(MODEL, 900, 101, 1000))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WeightBudget.require(MODEL, Long.MAX_VALUE, Long.MAX_VALUE, gib))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aModelBeyondTheMachineIsRefusedBeforeAnythingIsLoaded() throws IOException {
        Path model = EmbeddedModel.fileIn(folder);
        OperatorConfig config = new OperatorConfig(Optional.of(model), "auto", 1, 1, 0, 1L << 60);
        List<Long> heard = new ArrayList<>();
        assertThatThrownBy(() ->
                        EmbeddedOperator.open(config, (bytes, ofBytes) -> heard.add(bytes)).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(model.toString(), "1073741824.0 GiB");
        assertThat(heard).isEmpty();
    }

    @Test
    void anOperatorOpensFromTheFileThatTheOneBeforeItKept() throws IOException {
        Path cache = folder.resolve("cache");
        OperatorConfig config =
                new OperatorConfig(
                                Optional.of(EmbeddedModel.fileIn(folder)),
                                "auto",
                                2,
                                1,
                                64,
                                1 << 24)
                        .withRepackCache(cache);
        for (int start = 0; start < 2; start++) {
            List<Long> heard = new ArrayList<>();
            List<Long> totals = new ArrayList<>();
            EmbeddedOperator.open(
                            config,
                            (bytes, ofBytes) -> {
                                heard.add(bytes);
                                totals.add(ofBytes);
                            })
                    .close();
            assertThat(heard.getLast()).isEqualTo(totals.getLast());
            assertThat(cache).isDirectoryContaining("glob:**/*.panels");
        }
    }
}
