package dev.talaria.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.pipeline.broker.EmbeddedBroker;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.DialogueTopics;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;
import org.apache.kafka.common.utils.Crc32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Records from long ahead and from before 1970 on a broker whose topics allow both: each is
/// answered once, with a time that brokers take.
class RecordTimesOnABrokerTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final short PRODUCE_VERSION = 11;

    // Of a batch of records, as the protocol lays it out.
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int BASE_TIME = 27;
    private static final int MOST_TIME = 35;

    @TempDir Path folder;

    @Test
    void recordsOfAnyTimeAreAnsweredOnceByAllTopologies() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
            PipelineConfig config = config(broker);
            DialogueTopics dialogue = config.dialogueTopics();
            List<String> inputs =
                    List.of(
                            config.topics().documents(),
                            dialogue.requests(),
                            dialogue.conversations());
            try (Topics wanted = new Topics(config)) {
                wanted.ensure();
            }
            allowAnyTime(config, inputs);
            Map<String, String> values = new HashMap<>();
            values.put(config.topics().documents(), "Hello");
            values.put(dialogue.requests(), "{\"prompt\": \"hello\"}");
            values.put(dialogue.conversations(), conversation());
            List<Long> times = times();
            try (CommittedTopics seen =
                    new CommittedTopics(
                            config,
                            List.of(
                                    config.topics().extractions(),
                                    dialogue.answers(),
                                    config.topics().rejected()))) {
                seen.send(config.topics().schemas(), "note@1", Samples.NOTE_SCHEMA);
                for (String input : inputs) {
                    for (int i = 0; i < times.size(); i++) {
                        send(broker, input, i + "-" + input, values.get(input), times.get(i));
                    }
                }
                try (InferenceOperator operator = Samples.noteOperator();
                        ScriptedGenerator generator = new ScriptedGenerator(_ -> List.of("hello"));
                        Pipeline pipeline = Pipeline.start(config, operator, generator)) {
                    seen.await(config.topics().extractions(), times.size());
                    seen.await(dialogue.answers(), 2 * times.size());
                    assertThat(pipeline.failure()).isEmpty();
                }
                seen.readToEnd();

                assertThat(seen.of(config.topics().rejected())).isEmpty();
                assertAnsweredOnce(seen.of(config.topics().extractions()), times, 1);
                assertAnsweredOnce(seen.of(dialogue.answers()), times, 2);
            }
        }
    }

    // What is not ahead keeps its time; what is, or is older than time, has another.
    private static void assertAnsweredOnce(
            List<ConsumerRecord<byte[], byte[]>> answers, List<Long> times, int inputs) {
        assertThat(answers)
                .extracting(answer -> Samples.text(answer.key()))
                .hasSize(inputs * times.size())
                .doesNotHaveDuplicates();
        long soon = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
        for (ConsumerRecord<byte[], byte[]> answer : answers) {
            String key = Samples.text(answer.key());
            long time = times.get(Integer.parseInt(key.substring(0, key.indexOf('-'))));
            assertThat(answer.timestamp()).as("%s from %d", key, time).isBetween(0L, soon);
            if (time >= 0 && time <= soon) {
                assertThat(answer.timestamp()).as(key).isEqualTo(time);
            }
            assertThat(Samples.header(answer.headers(), HeaderNames.SOURCE_OFFSET)).isNotNull();
        }
    }

    private static List<Long> times() {
        long now = System.currentTimeMillis();
        return List.of(
                now + 400 * DAY.toMillis(),
                -1L,
                -DAY.toMillis(),
                now,
                Long.MIN_VALUE / 2,
                Long.MAX_VALUE,
                0L,
                now + 2 * Duration.ofHours(1).toMillis(),
                -12_345L * DAY.toMillis(),
                1L);
    }

    private static String conversation() {
        return """
        {"prompt": "hello", "tools": [{"name": "answer", "parameters": {"type": "object"}}]}
        """;
    }

    private static void allowAnyTime(PipelineConfig config, List<String> topics) throws Exception {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String topic : topics) {
            List<AlterConfigOp> ops = new ArrayList<>();
            for (Map.Entry<String, String> setting :
                    Map.of(
                                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                                    Long.toString(Long.MAX_VALUE),
                                    TopicConfig.RETENTION_MS_CONFIG,
                                    "-1")
                            .entrySet()) {
                ops.add(
                        new AlterConfigOp(
                                new ConfigEntry(setting.getKey(), setting.getValue()),
                                AlterConfigOp.OpType.SET));
            }
            changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), ops);
        }
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", (Object) config.bootstrapServers()))) {
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    // What a topic allows, the broker confirms a moment before it does.
    private static void send(
            EmbeddedBroker broker, String topic, String key, String value, long time) {
        ProduceResponse response =
                Awaitility.await()
                        .pollInSameThread()
                        .atMost(Duration.ofMinutes(1))
                        .until(
                                () -> produce(broker, topic, key, value, time),
                                tried ->
                                        !tried.errorCounts().containsKey(Errors.INVALID_TIMESTAMP));
        assertThat(response.errorCounts().keySet())
                .as("%s at %d: %s", topic, time, response.data())
                .containsExactly(Errors.NONE);
    }

    // Java's producer sends no time before 1970; other clients do.
    private static ProduceResponse produce(
            EmbeddedBroker broker, String topic, String key, String value, long time)
            throws IOException {
        MemoryRecords records =
                MemoryRecords.withRecords(
                        Compression.NONE,
                        new SimpleRecord(0, Samples.bytes(key), Samples.bytes(value)));
        ByteBuffer batch = records.buffer();
        batch.putLong(BASE_TIME, time).putLong(MOST_TIME, time);
        batch.putInt(CRC, (int) Crc32C.compute(batch, ATTRIBUTES, batch.limit() - ATTRIBUTES));
        TopicProduceDataCollection data = new TopicProduceDataCollection();
        data.add(
                new TopicProduceData()
                        .setName(topic)
                        .setPartitionData(
                                List.of(
                                        new PartitionProduceData()
                                                .setIndex(0)
                                                .setRecords(records))));
        ProduceRequest request =
                new ProduceRequest(
                        new ProduceRequestData()
                                .setAcks((short) -1)
                                .setTimeoutMs(30_000)
                                .setTopicData(data),
                        PRODUCE_VERSION);
        RequestHeader header =
                new RequestHeader(ApiKeys.PRODUCE, PRODUCE_VERSION, "another client", 1);
        return ProduceResponse.parse(
                exchange(broker, request.serializeWithHeader(header), header), PRODUCE_VERSION);
    }

    private static ByteBufferAccessor exchange(
            EmbeddedBroker broker, ByteBuffer request, RequestHeader header) throws IOException {
        String[] address = broker.bootstrapServers().split(":");
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            ByteBuffer sized = ByteBuffer.allocate(Integer.BYTES + request.remaining());
            sized.putInt(request.remaining()).put(request);
            socket.getOutputStream().write(sized.array());
            socket.getOutputStream().flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            ByteBuffer response = ByteBuffer.wrap(in.readNBytes(in.readInt()));
            ByteBufferAccessor body = new ByteBufferAccessor(response);
            ResponseHeader.parse(response, header.toResponseHeader().headerVersion());
            return body;
        }
    }

    private PipelineConfig config(EmbeddedBroker broker) {
        Map<String, String> values = new TreeMap<>();
        values.put("kafka.bootstrap.servers", broker.bootstrapServers());
        values.put("topologies", "extraction,chat,tools");
        values.put("topics.create", "true");
        values.put("topics.partitions", "1");
        values.put("schema.default", "note@1");
        values.put("state.dir", folder.resolve("state").toString());
        return PipelineConfig.of(values);
    }
}
