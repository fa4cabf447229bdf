package dev.talaria.pipeline.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.talaria.pipeline.health.Health.Finding;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// Answers `/live`, `/ready` and `/metrics` over HTTP.
///
/// 200 where all is well, 503 where not; the body has a line for everything that is wrong.
public final class HealthServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int WRONG_METHOD = 405;
    private static final int FAILED = 500;
    private static final int UNAVAILABLE = 503;

    // A probe that hangs must not keep others waiting, nor take a thread for itself.
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Health health;
    private final Exposition metrics;

    /// Figures as text.
    public interface Exposition {

        /// All of them.
        ///
        /// @param accepted the request's `Accept` header, where it has one
        Page read(Optional<String> accepted);
    }

    /// What is sent.
    public record Page(String contentType, String text) {}

    private record Answer(int status, Page page) {

        static Answer of(int status, String text) {
            return new Answer(status, new Page(TEXT, text));
        }
    }

    private HealthServer(HttpServer server, Health health, Exposition metrics) {
        this.server = server;
        this.health = health;
        this.metrics = metrics;
    }

    /// Listens from now on.
    ///
    /// @param address port 0 for any that is free
    /// @throws IOException where it cannot be listened on
    public static HealthServer start(InetSocketAddress address, Health health, Exposition metrics)
            throws IOException {
        HealthServer started = new HealthServer(HttpServer.create(address, 0), health, metrics);
        started.server.createContext("/", started::handle);
        started.server.setExecutor(started.requests);
        started.server.start();
        return started;
    }

    /// Where it listens.
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange);
            } catch (RuntimeException e) {
                LOG.warn("{} failed", exchange.getRequestURI().getPath(), e);
                answer = Answer.of(FAILED, "failed: " + e + "\n");
            }
            send(exchange, answer);
        }
    }

    private Answer answer(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Answer.of(WRONG_METHOD, "only GET and HEAD\n");
        }
        return switch (exchange.getRequestURI().getPath()) {
            case "/live" -> of("live", health.notLive());
            case "/ready" -> of("ready", health.notReady());
            case "/metrics" -> {
                String accepted = exchange.getRequestHeaders().getFirst("Accept");
                yield new Answer(OK, metrics.read(Optional.ofNullable(accepted)));
            }
            default -> Answer.of(NOT_FOUND, "there are /live, /ready and /metrics\n");
        };
    }

    private static Answer of(String state, List<Finding> findings) {
        if (findings.isEmpty()) {
            return Answer.of(OK, state + "\n");
        }
        return Answer.of(
                UNAVAILABLE,
                findings.stream()
                        .map(finding -> finding + "\n")
                        .collect(Collectors.joining("", "not " + state + "\n", "")));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.page().text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.page().contentType());
        if (answer.status() == WRONG_METHOD) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /// Listens no more.
    @Override
    public void close() {
        server.stop(0);
        requests.shutdownNow();
    }
}
