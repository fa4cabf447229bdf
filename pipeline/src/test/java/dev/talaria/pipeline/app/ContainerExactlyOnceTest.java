package dev.talaria.pipeline.app;

import dev.talaria.inference.InferenceOperator;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/// The same promises on Kafka's own image, where there is a Docker engine.
class ContainerExactlyOnceTest extends ExactlyOnceContract {

    private static KafkaContainer broker;

    @BeforeAll
    static void startBroker() {
        Assumptions.assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(),
                "no Docker engine here: the pipeline is tested on the embedded broker only");
        broker = new KafkaContainer("apache/kafka:4.3.1");
        broker.start();
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.stop();
        }
    }

    @Override
    protected String bootstrapServers() {
        return broker.getBootstrapServers();
    }

    @Override
    protected InferenceOperator operator() {
        return Samples.noteOperator();
    }
}
