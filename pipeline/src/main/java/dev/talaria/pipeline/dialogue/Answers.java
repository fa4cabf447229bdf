package dev.talaria.pipeline.dialogue;

import dev.talaria.connectors.kafka.AnswerJson;
import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.ModelDescription;
import dev.talaria.inference.OperatorVersion;
import dev.talaria.inference.TextAnswer;
import dev.talaria.inference.TextRequest;
import dev.talaria.pipeline.processor.Refusals;
import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.FinishReason;
import dev.talaria.schemas.extraction.Provenance;
import dev.talaria.schemas.extraction.RejectionStage;

import java.util.List;
import java.util.Optional;

/// What becomes of a generator's answers and failures. For any number of threads.
final class Answers {

    // The format is the one that suits the model.
    private static final String PROMPT_VERSION = "chat-1";

    private final ModelDescription model;
    private final Refusals refusals;

    Answers(ModelDescription model) {
        this.model = model;
        this.refusals = new Refusals(model);
    }

    /// The reply to a request, where the model has answered.
    ///
    /// @param spent by all answers to the request, this one included
    Reply reply(String id, TextRequest request, TextAnswer answer, Spent spent) {
        Optional<Reply> refusal = refusal(id, request, answer, spent);
        return refusal.orElseGet(() ->
                new Reply.Answer(json(request, answer, spent), provenance(request, answer, spent)));
    }

    /// Why an answer cannot be used, if it cannot.
    Optional<Reply> refusal(String id, TextRequest request, TextAnswer answer, Spent spent) {
        if (answer.finish() == FinishReason.DEADLINE) {
            return Optional.of(
                    rejected(
                            id,
                            RejectionStage.LENGTH,
                            "DeadlineExceeded",
                            "answer: its time was over after %d tokens; raise inference.timeout.seconds or lower max_tokens"
                                    .formatted(answer.completionTokens()),
                            answer,
                            provenance(request, answer, spent)));
        }
        List<String> problems = AnswerCheck.problems(request, answer);
        if (problems.isEmpty()) {
            return Optional.empty();
        }
        boolean isCut = answer.finish() == FinishReason.TOKEN_LIMIT;
        return Optional.of(
                rejected(
                        id,
                        isCut ? RejectionStage.LENGTH : RejectionStage.VALIDATION,
                        isCut ? "TokenLimit" : "ValidationFailed",
                        String.join("; ", problems)
                                + (isCut
                                        ? "; raise max_tokens"
                                        : "; send it again with another seed"),
                        answer,
                        provenance(request, answer, spent)));
    }

    /// The reply where there is no answer.
    Reply failure(SourceRecord source, Throwable cause) {
        return new Reply.Refusal(
                cause instanceof InvalidRequestException invalid
                        ? refusals.request(
                                source.documentId(),
                                invalid.errorClass(),
                                String.valueOf(invalid.getMessage()))
                        : refusals.engineFailure(source, cause, Optional.empty()));
    }

    /// The reply to a record that is no work for the model.
    Reply refused(String id, String errorClass, String message) {
        return new Reply.Refusal(refusals.request(id, errorClass, message));
    }

    /// Where an answer came from.
    Provenance provenance(TextRequest request, TextAnswer answer, Spent spent) {
        return new Provenance(
                Optional.empty(),
                model.name(),
                model.sha256(),
                model.quantization(),
                PROMPT_VERSION,
                request.sampling().seed(),
                spent.answers(),
                answer.finish(),
                answer.promptTokens(),
                Math.toIntExact(spent.completionTokens()),
                answer.cachedTokens(),
                spent.latency(),
                OperatorVersion.current());
    }

    private static byte[] json(TextRequest request, TextAnswer answer, Spent spent) {
        AnswerJson.Usage usage =
                new AnswerJson.Usage(spent.promptTokens(), spent.completionTokens());
        if (!answer.toolCalls().isEmpty()) {
            return AnswerJson.calls(answer.toolCalls(), usage);
        }
        return request.schemaJson().isPresent()
                ? AnswerJson.json(answer.text(), usage)
                : AnswerJson.text(answer.text(), usage);
    }

    private static Reply rejected(
            String id,
            RejectionStage stage,
            String errorClass,
            String message,
            TextAnswer answer,
            Provenance provenance) {
        return new Reply.Refusal(
                new Extraction.Rejected(
                        id, stage, errorClass, message, Optional.of(answer.text()), provenance));
    }
}
