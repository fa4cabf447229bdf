package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.embedded.EmbeddedOperator;
import dev.talaria.pipeline.broker.EmbeddedBroker;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// Broker, topology and model in one process, nothing scripted.
class EmbeddedModelExactlyOnceTest extends ExactlyOnceContract {

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker(@TempDir Path folder) {
        broker = EmbeddedBroker.start(folder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Override
    protected String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    protected InferenceOperator operator() {
        try {
            return EmbeddedOperator.open(OperatorConfig.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
