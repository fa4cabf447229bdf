package dev.talaria.pipeline.dialogue;

import static dev.talaria.pipeline.app.Samples.bytes;
import static dev.talaria.pipeline.app.Samples.header;
import static dev.talaria.pipeline.app.Samples.headers;
import static dev.talaria.pipeline.app.Samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.TextRequest;
import dev.talaria.inference.scripted.ScriptedGenerator;
import dev.talaria.pipeline.app.DialogueHarness;
import dev.talaria.pipeline.app.HeldGenerator;
import dev.talaria.schemas.extraction.FinishReason;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

class ChatProcessorTest {

    private static final String REQUESTS = "talaria.requests";
    private static final String ANSWERS = "talaria.answers";
    private static final String TOKENS = "talaria.tokens";
    private static final String REJECTED = "talaria.rejected";

    @TempDir Path state;

    @Test
    void anAnswerHasTextAndUsageUnderTheKeyAndHeadersOfItsRequest() {
        try (ScriptedGenerator generator = writes("Good", " morning");
                DialogueHarness chat = DialogueHarness.chat(generator, state)) {
            Headers sent = headers("traceparent", "00-ab-cd-01", "x-stream-attempt", "forged");
            chat.send(REQUESTS, "r1", "{\"prompt\": \"Hello\"}", sent);

            TestRecord<byte[], byte[]> answer = chat.await(ANSWERS, 1).getFirst();

            assertThat(text(answer.key())).isEqualTo("r1");
            assertThat(text(answer.value()))
                    .isEqualTo(
                            "{\"response\":\"Good morning\",\"usage\":{\"prompt_tokens\":5,"
                                    + "\"completion_tokens\":2,\"total_tokens\":7},"
                                    + "\"tool_calls\":[]}");
            assertThat(answer.getRecordTime()).isEqualTo(DialogueHarness.TIME);
            assertThat(header(answer.headers(), "traceparent")).isEqualTo("00-ab-cd-01");
            assertThat(header(answer.headers(), "content-type")).isEqualTo("application/json");
            assertThat(header(answer.headers(), "x-doc-id")).isEqualTo("r1");
            assertThat(header(answer.headers(), "x-source-topic")).isEqualTo(REQUESTS);
            assertThat(header(answer.headers(), "x-model")).isEqualTo("scripted");
            assertThat(header(answer.headers(), "x-finish-reason")).isEqualTo("STOP");
            assertThat(answer.headers().lastHeader("x-stream-attempt")).isNull();
            assertThat(chat.read(TOKENS)).isEmpty();
            assertThat(chat.entries("pending")).isZero();
        }
    }

    @Test
    void theRequestReachesTheGeneratorWholeAndDefaultsFillWhatItLeavesOpen() {
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat =
                DialogueHarness.chat(held, state, "task.max.tokens", "33", "task.top.k", "4")) {
            chat.send(
                    REQUESTS,
                    "r1",
                    """
                    {"messages": [{"role": "system", "content": "Brief."},
                                  {"role": "user", "content": "Hello"}],
                     "temperature": 0.5, "seed": 12}
                    """);

            TextRequest request = held.latest().request();

            assertThat(request.prompt()).isEqualTo("Hello");
            assertThat(request.chat().earlier()).hasSize(1);
            assertThat(request.sampling().temperature()).isEqualTo(0.5f);
            assertThat(request.sampling().seed()).isEqualTo(12);
            assertThat(request.sampling().maxTokens()).isEqualTo(33);
            assertThat(request.sampling().topK()).isEqualTo(4);
        }
    }

    @Test
    void theSameSeedGivesTheSameAnswerAndAnotherOneAnother() {
        Function<TextRequest, List<String>> random =
                request -> List.of("dice " + new Random(request.sampling().seed()).nextInt());
        try (ScriptedGenerator generator = new ScriptedGenerator(random);
                DialogueHarness chat = DialogueHarness.chat(generator, state)) {
            for (int seed : List.of(3, 4, 3)) {
                chat.send(
                        REQUESTS,
                        "r",
                        "{\"prompt\": \"x\", \"temperature\": 1, \"seed\": " + seed + "}");
            }

            List<TestRecord<byte[], byte[]>> answers = chat.await(ANSWERS, 3);

            assertThat(answers.get(0).value()).isEqualTo(answers.get(2).value());
            assertThat(answers.get(0).value()).isNotEqualTo(answers.get(1).value());
            assertThat(answers)
                    .extracting(answer -> header(answer.headers(), "x-seed"))
                    .containsExactly("3", "4", "3");
        }
    }

    @Test
    void partialTextComesInOrderAndEndsWithAMark() {
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat = DialogueHarness.chat(held, state)) {
            chat.send(REQUESTS, "r1", "{\"prompt\": \"x\", \"stream\": true}");
            held.latest().write("Once");
            held.latest().write(" upon");
            chat.drain();
            chat.drain();
            held.latest().write(" a");
            chat.drain();
            assertThat(chat.read(ANSWERS)).isEmpty();
            held.latest().write(" time");
            held.latest().end();

            List<TestRecord<byte[], byte[]>> pieces = chat.await(TOKENS, 3);

            assertThat(pieces)
                    .extracting(piece -> text(piece.value()))
                    .containsExactly(
                            "{\"response\":\"Once upon\"}",
                            "{\"response\":\" a\"}",
                            "{\"response\":\" time\"}");
            assertThat(pieces)
                    .extracting(piece -> header(piece.headers(), "x-stream-index"))
                    .containsExactly("0", "1", "2");
            assertThat(pieces)
                    .extracting(piece -> header(piece.headers(), "x-stream-attempt"))
                    .containsOnly("1");
            assertThat(pieces)
                    .extracting(piece -> header(piece.headers(), "x-stream-end"))
                    .containsExactly(null, null, "STOP");
            assertThat(pieces).extracting(piece -> text(piece.key())).containsOnly("r1");
            assertThat(text(chat.read(ANSWERS).getFirst().value())).contains("Once upon a time");
        }
    }

    @Test
    void partialTextOfRequestsSideBySideIsToldApart() {
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat = DialogueHarness.chat(held, state)) {
            chat.send(REQUESTS, null, "{\"prompt\": \"x\", \"stream\": true}");
            chat.send(REQUESTS, null, "{\"prompt\": \"y\", \"stream\": true}");
            for (String piece : List.of("a", "b", "c")) {
                held.asked(0).write(piece);
                held.asked(1).write(piece.toUpperCase(Locale.ROOT));
                chat.drain();
            }
            held.asked(1).end();
            held.asked(0).end();

            List<TestRecord<byte[], byte[]>> pieces = chat.await(TOKENS, 8);

            assertThat(joined(pieces, "talaria.requests-0-0")).isEqualTo("abc");
            assertThat(joined(pieces, "talaria.requests-0-1")).isEqualTo("ABC");
        }
    }

    @Test
    void aRejectedRequestEndsItsPartialText() {
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat = DialogueHarness.chat(held, state)) {
            chat.send(REQUESTS, "r1", "{\"prompt\": \"x\", \"stream\": true}");
            held.latest().write("Once");
            held.latest().fail(new IllegalStateException("tile 7 is missing"));
            chat.drain();
            assertThat(held.count()).isEqualTo(2);
            held.latest().fail(new IllegalStateException("tile 7 is missing"));

            TestRecord<byte[], byte[]> rejected = chat.await(REJECTED, 1).getFirst();

            assertThat(header(rejected.headers(), "x-error-stage")).isEqualTo("ENGINE");
            assertThat(header(rejected.headers(), "x-error-message")).contains("tile 7 is missing");
            assertThat(text(rejected.value())).isEqualTo("{\"prompt\": \"x\", \"stream\": true}");
            assertThat(header(chat.read(TOKENS).getLast().headers(), "x-stream-end"))
                    .isEqualTo("REJECTED");
            assertThat(chat.entries("pending")).isZero();
        }
    }

    @Test
    void requestsThatCannotBeReadAreRejectedWithTheirBytesUntouched() {
        try (ScriptedGenerator generator = writes("never");
                DialogueHarness chat = DialogueHarness.chat(generator, state)) {
            chat.send(REQUESTS, "a", "{\"prompt\": \"x\", \"temprature\": 1}");
            chat.send(REQUESTS, "b", "not JSON");
            chat.send(REQUESTS, "c", null);

            List<TestRecord<byte[], byte[]>> rejected = chat.await(REJECTED, 3);

            assertThat(rejected)
                    .extracting(answer -> header(answer.headers(), "x-error-class"))
                    .containsExactly("UnknownField", "MalformedJson", "NullValue");
            assertThat(rejected)
                    .extracting(answer -> header(answer.headers(), "x-error-stage"))
                    .containsOnly("REQUEST");
            assertThat(header(rejected.getFirst().headers(), "x-error-message"))
                    .startsWith("/temprature: the field is unknown; known here are");
            assertThat(rejected.getFirst().value())
                    .isEqualTo(bytes("{\"prompt\": \"x\", \"temprature\": 1}"));
            assertThat(chat.entries("pending")).isZero();
        }
    }

    @Test
    void whatTheGeneratorRefusesIsRejectedAsARequest() {
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat = DialogueHarness.chat(held, state)) {
            chat.send(REQUESTS, "r1", "{\"prompt\": \"x\"}");
            held.latest().fail(new InvalidRequestException("PromptTooLong", "too long; cut", null));

            Headers found = chat.await(REJECTED, 1).getFirst().headers();

            assertThat(header(found, "x-error-stage")).isEqualTo("REQUEST");
            assertThat(header(found, "x-error-class")).isEqualTo("PromptTooLong");
        }
    }

    @Test
    void anAnswerThatIsCutSaysSoAndOneThatIsLateIsRejected() {
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat = DialogueHarness.chat(held, state)) {
            chat.send(REQUESTS, "cut", "{\"prompt\": \"x\"}");
            held.latest().write("Once");
            held.latest().end(FinishReason.TOKEN_LIMIT);
            chat.send(REQUESTS, "late", "{\"prompt\": \"x\"}");
            held.latest().write("Once upon");
            held.latest().end(FinishReason.DEADLINE);

            Headers cut = chat.await(ANSWERS, 1).getFirst().headers();
            Headers late = chat.await(REJECTED, 1).getFirst().headers();

            assertThat(header(cut, "x-finish-reason")).isEqualTo("TOKEN_LIMIT");
            assertThat(header(late, "x-error-class")).isEqualTo("DeadlineExceeded");
            assertThat(header(late, "x-raw-output")).isEqualTo("Once upon");
        }
    }

    @Test
    void anAnswerHeldToASchemaIsJsonAndIsValidatedOnceMore() {
        String request =
                "{\"prompt\": \"x\", \"response_format\": {\"type\": \"json_schema\","
                        + " \"json_schema\": {\"type\": \"integer\"}}}";
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat = DialogueHarness.chat(held, state)) {
            chat.send(REQUESTS, "good", request);
            held.latest().write("42");
            held.latest().end();
            chat.send(REQUESTS, "bad", request);
            held.latest().write("forty");
            held.latest().end();

            assertThat(text(chat.await(ANSWERS, 1).getFirst().value()))
                    .startsWith("{\"response\":42,");
            Headers bad = chat.await(REJECTED, 1).getFirst().headers();
            assertThat(header(bad, "x-error-stage")).isEqualTo("VALIDATION");
            assertThat(header(bad, "x-raw-output")).isEqualTo("forty");
        }
    }

    @Test
    void callsOfToolsAreAnsweredAsCallsAndWrongOnesRejected() {
        String request =
                "{\"prompt\": \"x\", \"tools\": [{\"name\": \"wake\", \"parameters\": {\"type\":"
                        + " \"object\", \"properties\": {\"at\": {\"type\": \"integer\"}},"
                        + " \"required\": [\"at\"]}}]}";
        HeldGenerator held = new HeldGenerator();
        try (DialogueHarness chat = DialogueHarness.chat(held, state)) {
            chat.send(REQUESTS, "good", request);
            held.latest().write(call("wake", "{\"at\": 7}") + call("wake", "{\"at\": 8}"));
            held.latest().end();
            chat.send(REQUESTS, "bad", request);
            held.latest().write(call("wake", "{\"at\": \"seven\"}"));
            held.latest().end();

            assertThat(text(chat.await(ANSWERS, 1).getFirst().value()))
                    .startsWith("{\"response\":null,")
                    .endsWith(
                            "\"tool_calls\":[{\"name\":\"wake\",\"arguments\":{\"at\": 7}},"
                                    + "{\"name\":\"wake\",\"arguments\":{\"at\": 8}}]}");
            Headers bad = chat.await(REJECTED, 1).getFirst().headers();
            assertThat(header(bad, "x-error-stage")).isEqualTo("VALIDATION");
            assertThat(header(bad, "x-error-message")).startsWith("call of 'wake' /at: ");
        }
    }

    static String call(String name, String arguments) {
        return "<tool_call>\n{\"arguments\": "
                + arguments
                + ", \"name\": \""
                + name
                + "\"}\n</tool_call>\n";
    }

    private static ScriptedGenerator writes(String... pieces) {
        return new ScriptedGenerator(request -> List.of(pieces));
    }

    private static String joined(List<TestRecord<byte[], byte[]>> pieces, String id) {
        List<String> texts = new ArrayList<>();
        for (TestRecord<byte[], byte[]> piece : pieces) {
            if (text(piece.key()).equals(id)) {
                assertThat(header(piece.headers(), "x-stream-index"))
                        .isEqualTo(Integer.toString(texts.size()));
                String value = text(piece.value());
                texts.add(value.substring("{\"response\":\"".length(), value.length() - 2));
            }
        }
        return String.join("", texts);
    }
}
