package dev.talaria.pipeline.faults;

import dev.talaria.connectors.kafka.HeaderNames;
import dev.talaria.pipeline.app.CommittedTopics;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.app.Topics;
import dev.talaria.pipeline.config.PipelineConfig;
import dev.talaria.pipeline.topology.DialogueTopics;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Requests and conversations from the first to the last answer, processes that answer them, and a
/// tool that carries out every call once and answers some of them twice.
final class DialogueRound implements AutoCloseable {

    private static final int REQUESTS = 10;
    private static final int CONVERSATIONS = 6;
    private static final int START_MILLIS = 5_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern CALL_ID = Pattern.compile("\"call_id\":\"([^\"]+)\"");

    private final Path folder;
    private final int instanceCount;
    private final Instances instances;
    private final DialogueTopics topics;
    private final String rejected;
    private final CommittedTopics seen;
    private final List<String> repeatedResults = new ArrayList<>();
    private final List<String> streamed = new ArrayList<>();
    private int sent;
    private int carriedOut;

    /// What happens between two batches.
    interface Disturbance {

        void between() throws Exception;
    }

    /// @param name part of its topics' names
    /// @param instanceCount processes that answer
    /// @param more settings
    DialogueRound(
            String name,
            String bootstrapServers,
            Path root,
            int instanceCount,
            Map<String, String> more)
            throws Exception {
        this.instanceCount = instanceCount;
        folder = Files.createDirectories(root.resolve(name));
        Map<String, String> settings = settings(name, bootstrapServers);
        settings.putAll(more);
        PipelineConfig config = PipelineConfig.of(settings);
        topics = config.dialogueTopics();
        rejected = config.topics().rejected();
        try (Topics wanted = new Topics(config)) {
            wanted.ensure();
        }
        instances =
                new Instances(
                        DialogueProcess.class,
                        settings,
                        folder,
                        folder,
                        List.of(
                                "-Xmx300m",
                                "-Dlogback.configurationFile="
                                        + DialogueRound.class.getResource("/faults-logback.xml")));
        seen =
                new CommittedTopics(
                        config,
                        List.of(topics.answers(), topics.tokens(), topics.toolCalls(), rejected));
    }

    private Map<String, String> settings(String name, String bootstrapServers) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("kafka.bootstrap.servers", bootstrapServers);
        settings.put("application.id", name);
        settings.put("topologies", "chat,tools");
        settings.put("topics.create", "true");
        settings.put("topics.partitions", "3");
        for (String topic : List.of("requests", "answers", "tokens", "conversations", "rejected")) {
            settings.put("topics." + topic, topic + "-" + name);
        }
        settings.put("topics.tool.calls", "tool-calls-" + name);
        settings.put("topics.tool.results", "tool-results-" + name);
        settings.put("tools.timeout.seconds", "3600");
        settings.put("stream.threads", "2");
        settings.put("in.flight.max", "8");
        settings.put("state.dir", folder.resolve("state").toString());
        return settings;
    }

    /// Sends one batch more than there are disturbances, and waits for all answers.
    void run(List<? extends Disturbance> disturbances) throws Exception {
        for (int i = 0; i < instanceCount; i++) {
            instances.start(i);
        }
        for (int i = 0; i < disturbances.size(); i++) {
            send(i);
            disturbances.get(i).between();
        }
        send(disturbances.size());
        await(this::isOver);
        seen.readToEnd();
    }

    /// The processes that answer.
    Instances instances() {
        return instances;
    }

    /// Kills a process at some moment, and starts it again.
    void kill(Random random) throws Exception {
        awaitMoment(random);
        instances.kill(0);
        instances.start(0);
    }

    /// Has something happen while the tool goes on with its work.
    void meanwhile(Callable<?> happening) throws Exception {
        FutureTask<?> task = new FutureTask<>(happening);
        Thread.ofPlatform().daemon().name("happening").start(task);
        while (!task.isDone()) {
            work();
        }
        task.get();
    }

    // Some answers on, or somewhere in its start.
    private void awaitMoment(Random random) throws Exception {
        if (random.nextInt(4) > 0) {
            int then = Math.min(sent, replies().size() + 1 + random.nextInt(REQUESTS));
            await(() -> replies().size() >= then);
        } else {
            pause(random.nextInt(START_MILLIS));
        }
        pause(random.nextInt(200));
    }

    private void send(int batch) throws Exception {
        for (int i = batch * REQUESTS; i < (batch + 1) * REQUESTS; i++) {
            seen.send(topics.requests(), "r" + i, DialogueScript.request(i));
            if (DialogueScript.isStreamed(i)) {
                streamed.add("r" + i);
            }
        }
        for (int i = batch * CONVERSATIONS; i < (batch + 1) * CONVERSATIONS; i++) {
            seen.send(topics.conversations(), "c" + i, DialogueScript.conversation(i));
        }
        sent += REQUESTS + CONVERSATIONS;
    }

    private boolean isOver() {
        return replies().size() >= sent && refusedResults().size() >= repeatedResults.size();
    }

    private void pause(int millis) throws Exception {
        long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (System.nanoTime() - end < 0) {
            work();
        }
    }

    // However slow the machine: as long as answers come, they are waited for.
    private void await(BooleanSupplier condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int found = replies().size();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "%d of %d answered after %s; see %s"
                                .formatted(replies().size(), sent, PATIENCE, folder));
            }
            instances.keepUp();
            work();
            if (replies().size() > found) {
                found = replies().size();
                end = System.nanoTime() + PATIENCE.toNanos();
            }
        }
    }

    private void work() throws Exception {
        seen.poll();
        List<ConsumerRecord<byte[], byte[]>> calls = seen.of(topics.toolCalls());
        for (; carriedOut < calls.size(); carriedOut++) {
            String conversation = Samples.text(calls.get(carriedOut).key());
            String id = callId(calls.get(carriedOut));
            String result = DialogueScript.result(id);
            seen.send(topics.toolResults(), conversation, result);
            if (Math.floorMod(id.hashCode(), 3) == 0) {
                seen.send(topics.toolResults(), conversation, result);
                repeatedResults.add(result);
            }
        }
    }

    /// The requests and conversations of all answers and rejected records, by their places.
    List<String> replies() {
        return replyRecords().map(DialogueRound::source).toList();
    }

    /// What became of each request and conversation, by key: where, why, and its value.
    Map<String, String> endings() {
        Map<String, String> endings = new TreeMap<>();
        replyRecords()
                .forEach(reply ->
                        endings.put(
                                Samples.text(reply.key()),
                                "%s %s %s"
                                        .formatted(
                                                Samples.header(
                                                        reply.headers(), HeaderNames.ERROR_STAGE),
                                                Samples.header(
                                                        reply.headers(), HeaderNames.ERROR_CLASS),
                                                Samples.text(reply.value()))));
        return endings;
    }

    private Stream<ConsumerRecord<byte[], byte[]>> replyRecords() {
        return Stream.concat(
                seen.of(topics.answers()).stream(),
                seen.of(rejected).stream().filter(reply -> !isResult(reply)));
    }

    /// The ids of all calls that were made.
    List<String> callIds() {
        return seen.of(topics.toolCalls()).stream().map(DialogueRound::callId).toList();
    }

    /// The calls by their ids.
    Map<String, String> calls() {
        Map<String, String> calls = new TreeMap<>();
        seen.of(topics.toolCalls())
                .forEach(call -> calls.put(callId(call), Samples.text(call.value())));
        return calls;
    }

    /// The results that were sent a second time.
    List<String> repeatedResults() {
        return repeatedResults;
    }

    /// The results that were not used.
    List<String> refusedResults() {
        return seen.of(rejected).stream()
                .filter(this::isResult)
                .map(result -> Samples.text(result.value()))
                .toList();
    }

    /// The keys of requests whose text is passed on while it is written.
    List<String> streamedRequests() {
        return streamed;
    }

    /// The partial text, in order within each request.
    List<ConsumerRecord<byte[], byte[]>> tokens() {
        return seen.of(topics.tokens());
    }

    @Override
    public void close() {
        instances.close();
        seen.close();
    }

    private boolean isResult(ConsumerRecord<byte[], byte[]> reply) {
        return topics.toolResults()
                .equals(Samples.header(reply.headers(), HeaderNames.SOURCE_TOPIC));
    }

    private static String source(ConsumerRecord<byte[], byte[]> reply) {
        Headers headers = reply.headers();
        return Samples.header(headers, HeaderNames.SOURCE_TOPIC)
                + "-"
                + Samples.header(headers, HeaderNames.SOURCE_PARTITION)
                + "-"
                + Samples.header(headers, HeaderNames.SOURCE_OFFSET);
    }

    static String callId(ConsumerRecord<byte[], byte[]> call) {
        Matcher matcher = CALL_ID.matcher(Samples.text(call.value()));
        if (!matcher.find()) {
            throw new AssertionError("a call without an id: " + Samples.text(call.value()));
        }
        return matcher.group(1);
    }
}
