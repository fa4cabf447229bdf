package dev.talaria.pipeline.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;

class HealthServerTest {

    private final Health health = new Health();
    private final HttpClient client = HttpClient.newHttpClient();
    private HealthServer server;

    @BeforeEach
    void listen() throws IOException {
        server =
                HealthServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        health,
                        accepted ->
                                new HealthServer.Page(
                                        "text/figures", accepted.orElse("anything") + " 1\n"));
    }

    @AfterEach
    void hangUp() {
        client.close();
        server.close();
    }

    @Test
    void whereNothingIsWrongItIsLiveAndReady() throws Exception {
        health.requireLive("engine", Optional::empty);
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(get("/live").body()).isEqualTo("live\n");
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        assertThat(get("/ready").body()).isEqualTo("ready\n");
    }

    @Test
    void whatIsNotLiveIsNotReadyEitherAndTheBodySaysWhy() throws Exception {
        health.requireLive("engine", () -> Optional.of("it hangs"));
        health.notReady("model", "it is being loaded");
        assertThat(get("/live").statusCode()).isEqualTo(503);
        assertThat(get("/live").body()).isEqualTo("not live\nengine: it hangs\n");
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body())
                .isEqualTo("not ready\nengine: it hangs\nmodel: it is being loaded\n");
        health.ready("model");
        health.requireLive("engine", Optional::empty);
        assertThat(get("/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aProcessThatStopsIsNotReadyAndLiveToTheEnd() throws Exception {
        health.requireLive("engine", () -> Optional.of("it has ended"));
        health.stopping();
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body()).isEqualTo("not ready\nprocess: it is stopping\n");
    }

    @Test
    void aCheckThatFailsIsAFinding() throws Exception {
        health.requireLive(
                "engine",
                () -> {
                    throw new IllegalStateException("closed");
                });
        assertThat(get("/live").statusCode()).isEqualTo(503);
        assertThat(get("/live").body()).contains("engine: it cannot be looked at", "closed");
    }

    @Test
    void figuresComeInTheFormatThatIsAskedFor() throws Exception {
        HttpResponse<String> figures =
                send(request("/metrics").header("Accept", "openmetrics").GET().build());
        assertThat(figures.headers().firstValue("Content-Type")).contains("text/figures");
        assertThat(figures.body()).isEqualTo("openmetrics 1\n");
    }

    @Test
    void aHeadRequestHasTheStatusAndNoBody() throws Exception {
        health.notReady("model", "it is being loaded");
        HttpResponse<String> head = send(request("/ready").HEAD().build());
        assertThat(head.statusCode()).isEqualTo(503);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void otherPathsAndMethodsAreRefusedWithWhatThereIs() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/live/x").body()).contains("/live", "/ready", "/metrics");
        HttpResponse<String> post =
                send(request("/live").POST(BodyPublishers.ofString("x")).build());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path).GET().build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }
}
