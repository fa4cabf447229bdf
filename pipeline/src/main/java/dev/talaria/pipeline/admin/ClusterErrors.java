package dev.talaria.pipeline.admin;

import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

import java.util.Optional;

/// What Kafka's clients throw, as one line for people: place, finding, remedy.
final class ClusterErrors {

    private final PipelineConfig config;

    ClusterErrors(PipelineConfig config) {
        this.config = config;
    }

    /// Why a client could not be made.
    ClusterException notMade(RuntimeException e) {
        Throwable reason = deepest(e);
        return told(
                "kafka settings: %s; check kafka.bootstrap.servers (%s) and the other kafka.* settings"
                        .formatted(said(reason), config.bootstrapServers()),
                e);
    }

    /// Why the cluster did not do what it was asked.
    ClusterException explain(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            Optional<String> line = line(t);
            if (line.isPresent()) {
                return told(line.get(), thrown);
            }
        }
        return told(place() + ": " + said(thrown) + "; see the broker's log", thrown);
    }

    private Optional<String> line(Throwable t) {
        return switch (t) {
            case SslAuthenticationException e ->
                    Optional.of(
                            "%s: TLS: %s; check kafka.security.protocol and kafka.ssl.* (the truststore has to hold who signed the broker's certificate)"
                                    .formatted(place(), said(deepest(e))));
            case UnsupportedSaslMechanismException e ->
                    Optional.of("%s: %s; correct kafka.sasl.mechanism".formatted(place(), said(e)));
            case AuthenticationException e ->
                    Optional.of(
                            "%s: the log-in was refused: %s; check user and password in kafka.sasl.jaas.config, and kafka.sasl.mechanism"
                                    .formatted(place(), said(e)));
            case AuthorizationException e ->
                    Optional.of(
                            "%s: %s; grant the right, docs/security.md lists all"
                                    .formatted(place(), refused(e)));
            case UnknownTopicOrPartitionException e ->
                    Optional.of(
                            "%s: a topic is missing; 'talaria topics describe' says which, 'topics create' creates them"
                                    .formatted(place()));
            case RecordTooLargeException e ->
                    Optional.of(
                            "%s: %s; raise max.message.bytes of the topic"
                                    .formatted(place(), said(e)));
            case ProducerFencedException e ->
                    Optional.of("another process does the same; let one of them run");
            case TimeoutException e -> Optional.of(silence(e));
            case java.util.concurrent.TimeoutException e -> Optional.of(silence(e));
            default -> Optional.empty();
        };
    }

    private static String refused(AuthorizationException e) {
        return e instanceof TopicAuthorizationException topics
                        && !topics.unauthorizedTopics().isEmpty()
                ? "topics %s: not authorized".formatted(topics.unauthorizedTopics())
                : said(e);
    }

    private String silence(Throwable e) {
        String protocol = config.kafka().getOrDefault("security.protocol", "PLAINTEXT");
        return "%s: no broker answered within %d s (%s); start it, or correct the address or kafka.security.protocol (%s)"
                .formatted(
                        place(),
                        Cluster.PATIENCE.toSeconds(),
                        e.getClass().getSimpleName(),
                        protocol);
    }

    private ClusterException told(String line, Throwable cause) {
        return new ClusterException(config.withoutSecrets(line), cause);
    }

    private String place() {
        return "kafka.bootstrap.servers = " + config.bootstrapServers();
    }

    private static String said(Throwable t) {
        return t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
    }

    @SuppressWarnings("ReferenceEquality") // one that is its own cause ends the search
    private static Throwable deepest(Throwable t) {
        Throwable deepest = t;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest;
    }
}
