package dev.talaria.pipeline.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

class EmbeddedBrokerTest {

    @TempDir Path folder;

    @Test
    void aFolderIsTakenUpWhereItWasLeftAndNothingElseInItIsTouched() throws Exception {
        Path note = Files.writeString(folder.resolve("note.txt"), "mine");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
                Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic("kept", 2, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
                Admin admin = admin(broker)) {
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).contains("kept");
        }
        assertThat(note).hasContent("mine");
    }

    @Test
    void whatATopicHoldsIsKeptHoweverOldItIs() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
                Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic("old", 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "old");
            assertThat(
                            admin.describeConfigs(List.of(topic))
                                    .all()
                                    .get(30, TimeUnit.SECONDS)
                                    .get(topic)
                                    .get(TopicConfig.RETENTION_MS_CONFIG)
                                    .value())
                    .isEqualTo("-1");
        }
    }

    @Test
    void aPortThatIsTakenMeanwhileLeadsToAnother() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Queue<EmbeddedBroker.Ports> ports =
                    new ArrayDeque<>(
                            List.of(
                                    new EmbeddedBroker.Ports(
                                            taken.getLocalPort(),
                                            EmbeddedBroker.Ports.free().controller()),
                                    new EmbeddedBroker.Ports(
                                            EmbeddedBroker.Ports.free().client(),
                                            taken.getLocalPort()),
                                    EmbeddedBroker.Ports.free()));
            try (EmbeddedBroker broker = EmbeddedBroker.start(folder, ports::remove);
                    Admin admin = admin(broker)) {
                assertThat(admin.describeCluster().nodes().get(30, TimeUnit.SECONDS)).hasSize(1);
                assertThat(ports).isEmpty();
            }
        }
    }

    @Test
    void aPortThatIsTakenWhileTheServerStartsIsToldApart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            EmbeddedBroker.Ports ports =
                    new EmbeddedBroker.Ports(
                            taken.getLocalPort(), EmbeddedBroker.Ports.free().controller());
            assertThatThrownBy(() -> EmbeddedBroker.startOn(folder, ports))
                    .isInstanceOf(EmbeddedBroker.PortTakenException.class);
        }
    }

    @Test
    void whereNoPortCanBeHadTheMessageSaysSo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            EmbeddedBroker.Ports ports =
                    new EmbeddedBroker.Ports(
                            taken.getLocalPort(), EmbeddedBroker.Ports.free().controller());
            assertThatThrownBy(() -> EmbeddedBroker.start(folder, () -> ports))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no free port");
        }
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
