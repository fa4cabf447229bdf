package dev.talaria.inference.chunked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.inference.InferenceOperator;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.PromptMeter;
import dev.talaria.schemas.document.Document;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Extraction.Extracted;
import dev.talaria.schemas.extraction.Extraction.Rejected;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;
import dev.talaria.schemas.extraction.TextSpan;
import dev.talaria.schemas.task.ExtractionTask;
import dev.talaria.schemas.task.OutputSchema;
import dev.talaria.schemas.task.SamplingOptions;
import dev.talaria.schemas.task.SchemaReference;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Documents longer than the window are asked in parts. The model here reads `name: …` and `item:
/// …` lines; a token is a word.
class ChunkingOperatorTest {

    private static final String SCHEMA =
            """
            {"type": "object", "required": ["name", "items"], "additionalProperties": false,
             "properties": {"name": {"type": "string"},
               "items": {"type": "array", "minItems": 3, "maxItems": 12, "items": {"type": "string"}}}}
            """;
    private static final int CONTEXT = 120;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Extraction>> held = new CopyOnWriteArrayList<>();
    private boolean holding;

    private static final PromptMeter WORDS =
            new PromptMeter() {
                @Override
                public int promptTokens(Document document, ExtractionTask task) {
                    return 10 + tokens(document.text());
                }

                @Override
                public int tokens(String text) {
                    return text.isBlank() ? 1 : text.strip().split("\\s+").length;
                }
            };

    private final class Reader implements InferenceOperator {

        @Override
        public CompletableFuture<Extraction> submit(Document document, ExtractionTask task) {
            asked.add(document.text());
            CompletableFuture<Extraction> answer = new CompletableFuture<>();
            if (holding) {
                held.add(answer);
            } else {
                answer.complete(read(document, task));
            }
            return answer;
        }

        @Override
        public ModelDescription model() {
            return new ModelDescription("reader", "0", "none", CONTEXT, "no model");
        }

        @Override
        public void close() {}
    }

    private static Extraction read(Document document, ExtractionTask task) {
        if (document.text().contains("poison")) {
            return new Rejected(
                    document.id(),
                    RejectionStage.ENGINE,
                    "Poison",
                    "it failed",
                    Optional.empty(),
                    provenance(task, document));
        }
        List<String> members = new ArrayList<>();
        Matcher name = Pattern.compile("name: (\\w+)").matcher(document.text());
        if (name.find()) {
            members.add("\"name\": \"" + name.group(1) + "\"");
        }
        List<String> items = new ArrayList<>();
        Matcher item = Pattern.compile("item: (\\w+)").matcher(document.text());
        while (item.find()) {
            items.add("\"" + item.group(1) + "\"");
        }
        members.add("\"items\": [" + String.join(", ", items) + "]");
        return new Extracted(
                document.id(), "{" + String.join(", ", members) + "}", provenance(task, document));
    }

    private static Provenance provenance(ExtractionTask task, Document document) {
        return new Provenance(
                Optional.of(task.schema()),
                "reader",
                "0",
                "none",
                "p",
                0L,
                1,
                FinishReason.STOP,
                WORDS.promptTokens(document, task),
                3,
                0,
                Duration.ofMillis(1),
                "test");
    }

    private static ExtractionTask task() {
        ExtractionTask usual =
                ExtractionTask.of(OutputSchema.of(new SchemaReference("list", 1), SCHEMA));
        return new ExtractionTask(
                usual.schema(),
                usual.instruction(),
                SamplingOptions.GREEDY.withMaxTokens(20),
                usual.maxAttempts());
    }

    // Fifteen words a line: the window of 100 takes six beside the prompt's frame.
    private static String lines(String... beginnings) {
        StringBuilder text = new StringBuilder();
        for (String beginning : beginnings) {
            text.append(beginning).append(" and so on and on for many words more it goes.\n");
        }
        return text.toString();
    }

    private Extraction answer(ChunkOptions options, String text) {
        try (ChunkingOperator operator = new ChunkingOperator(new Reader(), WORDS, options)) {
            return operator.submit(new Document("d", text), task()).join();
        }
    }

    private static String items(int count) {
        String[] lines = new String[count + 1];
        lines[0] = "name: Summit";
        for (int i = 1; i <= count; i++) {
            lines[i] = "item: i" + i;
        }
        return lines(lines);
    }

    @Test
    void aDocumentThatFitsIsAskedAsItIs() {
        Extraction answer = answer(ChunkOptions.DEFAULT, items(3));

        assertThat(asked).containsExactly(items(3));
        assertThat(answer.provenance().chunks()).isEmpty();
    }

    @Test
    void aLongOneIsAskedInPartsThatFitAndMerged() {
        String text = items(12);
        Extraction answer = answer(new ChunkOptions(8, 13), text);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Extracted.class,
                        extracted ->
                                assertThat(extracted.json())
                                        .isEqualTo(
                                                "{\"name\": \"Summit\", \"items\": [\"i1\", \"i2\","
                                                        + " \"i3\", \"i4\", \"i5\", \"i6\", \"i7\","
                                                        + " \"i8\", \"i9\", \"i10\", \"i11\","
                                                        + " \"i12\"]}"));
        Provenance provenance = answer.provenance();
        assertThat(provenance.schema()).contains(task().schema());
        assertThat(provenance.chunks()).hasSameSizeAs(asked).hasSizeGreaterThan(1);
        assertThat(provenance.completionTokens()).isEqualTo(3 * asked.size());
        assertThat(provenance.chunks())
                .extracting(span -> text.substring(span.from(), span.to()))
                .containsExactlyElementsOf(asked);
        assertThat(asked)
                .allSatisfy(part -> assertThat(WORDS.tokens(part)).isLessThanOrEqualTo(90));
    }

    @Test
    void aMergedValueThatDoesNotFitTheSchemaIsRejectedWithTheReason() {
        Extraction answer = answer(ChunkOptions.DEFAULT, items(14));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> {
                            assertThat(rejected.stage()).isEqualTo(RejectionStage.VALIDATION);
                            assertThat(rejected.errorClass()).isEqualTo("MergedValueInvalid");
                            assertThat(rejected.message()).contains("/items", "12");
                            assertThat(rejected.rawOutput().orElseThrow()).contains("\"i14\"");
                            assertThat(rejected.provenance().chunks()).isNotEmpty();
                        });
    }

    @Test
    void moreChunksThanAllowedAreRejectedBeforeAnyCompute() {
        Extraction answer = answer(new ChunkOptions(2, 0), items(30));

        assertThat(asked).isEmpty();
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> {
                            assertThat(rejected.stage()).isEqualTo(RejectionStage.REQUEST);
                            assertThat(rejected.message())
                                    .contains("window of 100", "where 2 are allowed", "chunks.max");
                        });
    }

    @Test
    void oneChunkAtMostSplitsNothing() {
        answer(new ChunkOptions(1, 0), items(12));

        assertThat(asked).containsExactly(items(12));
    }

    @Test
    void aPartWithoutAValueRejectsTheDocumentAndSaysWhichPart() {
        String text = items(9) + lines("poison");
        Extraction answer = answer(new ChunkOptions(9, 0), text);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> {
                            assertThat(rejected.stage()).isEqualTo(RejectionStage.ENGINE);
                            assertThat(rejected.message())
                                    .startsWith("chunk 2 of 2 (characters ")
                                    .endsWith("it failed");
                        });
    }

    @Test
    void charactersAreCountedAsReadersDo() {
        String text = "\uD83D\uDE00 " + items(9);
        Extraction answer = answer(new ChunkOptions(9, 0), text);

        assertThat(answer.provenance().chunks().getLast())
                .extracting(TextSpan::to)
                .isEqualTo(text.codePointCount(0, text.length()));
    }

    @Test
    void cancellingEndsEveryPart() {
        holding = true;
        try (ChunkingOperator operator =
                new ChunkingOperator(new Reader(), WORDS, ChunkOptions.DEFAULT)) {
            CompletableFuture<Extraction> answer =
                    operator.submit(new Document("d", items(12)), task());
            // The desk has one thread: what it is given next comes after the first questions.
            operator.submit(new Document("e", items(40)), task()).cancel(true);
            answer.cancel(true);
        }

        assertThat(held).allSatisfy(each -> assertThat(each.isDone()).isTrue());
    }
}
