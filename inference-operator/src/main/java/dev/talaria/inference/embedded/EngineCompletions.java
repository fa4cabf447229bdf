package dev.talaria.inference.embedded;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.ModelCall;
import dev.talaria.inference.OperatorListener;
import dev.talaria.inference.decode.Constraints;
import dev.talaria.inference.decode.IncompleteVocabularyException;
import dev.talaria.inference.decode.TokenBudgetException;
import dev.talaria.inference.decode.TokenConstraint;
import dev.talaria.inference.engine.Engine;
import dev.talaria.inference.engine.Generation;
import dev.talaria.inference.engine.GenerationRequest;
import dev.talaria.inference.engine.RequestTooLargeException;
import dev.talaria.inference.engine.TokenListener;
import dev.talaria.inference.tokenizer.TextStart;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.chat.Message;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.ToolCallGrammar;
import dev.talaria.schemas.task.SamplingOptions;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/// Conversations by way of the engine: tokens in, tokens out, text on both sides.
final class EngineCompletions implements Completions {

    private static final TokenListener NOBODY = _ -> true;

    private final Engine engine;
    private final Tokenizer tokenizer;
    private final IntPredicate ends;
    private final OperatorListener listener;
    private final ChatPrompts prompts;
    private final ToolCompiler tools;

    // Made when the first constrained answer is wanted: not every model can write JSON.
    private Constraints constraints;

    EngineCompletions(Engine engine, Tokenizer tokenizer) {
        this(engine, tokenizer, tokenizer.vocabulary()::endsGeneration, OperatorListener.NONE);
    }

    /// @param ends whether an answer is over with a token
    EngineCompletions(
            Engine engine, Tokenizer tokenizer, IntPredicate ends, OperatorListener listener) {
        this.engine = engine;
        this.tokenizer = tokenizer;
        this.ends = ends;
        this.listener = listener;
        this.prompts = new ChatPrompts(tokenizer);
        this.tools = new ToolCompiler(tokenizer.vocabulary());
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public CompletableFuture<Turn> complete(
            List<Message> conversation, Grammar grammar, SamplingOptions sampling) {
        int[] prompt = prompts.extraction(conversation);
        CompletableFuture<Generation> generation =
                generate(prompt, Optional.of(grammar), sampling, NOBODY);
        CompletableFuture<Turn> turn = generation.thenApply(this::turn);
        // Cancelling a dependent stage does not reach the stage before it.
        turn.whenComplete((_, _) -> generation.cancel(false));
        return turn;
    }

    ChatPrompts prompts() {
        return prompts;
    }

    ToolCompiler tools() {
        return tools;
    }

    /// The most tokens of an answer: as asked, or what the context has left after the prompt.
    int limit(int promptTokens, SamplingOptions sampling) {
        return Math.min(sampling.maxTokens(), engine.contextTokens() - promptTokens);
    }

    /// Starts the generation. The limit is lowered to what the context has left after the prompt.
    CompletableFuture<Generation> generate(
            int[] prompt,
            Optional<Grammar> grammar,
            SamplingOptions sampling,
            TokenListener tokens) {
        requireWhole(grammar, sampling);
        Optional<TokenConstraint> constraint = constraint(prompt, grammar, sampling);
        SamplingOptions bounded = sampling.withMaxTokens(limit(prompt.length, sampling));
        long start = System.nanoTime();
        ModelCallEvent event = new ModelCallEvent();
        event.begin();
        try {
            CompletableFuture<Generation> generation =
                    engine.submit(
                            new GenerationRequest(
                                    prompt, constraint, bounded, Optional.empty(), tokens));
            generation.whenComplete((answer, thrown) -> {
                record(event, answer, thrown);
                tell(answer, thrown, start);
            });
            return generation;
        } catch (RequestTooLargeException e) {
            throw new InvalidRequestException("PromptTooLong", e.getMessage(), e);
        }
    }

    /// How many tokens the prompt of a conversation takes.
    ///
    /// @throws InvalidRequestException where there is no room for an answer behind it
    int promptTokens(List<Message> conversation, Grammar grammar, SamplingOptions sampling) {
        int[] prompt = prompts.extraction(conversation);
        constraint(prompt, Optional.of(grammar), sampling);
        return prompt.length;
    }

    // What keeps the answer to its grammar within the room that the prompt leaves.
    private Optional<TokenConstraint> constraint(
            int[] prompt, Optional<Grammar> grammar, SamplingOptions sampling) {
        int room = engine.contextTokens() - prompt.length;
        if (room < 1) {
            throw tooLong(prompt.length, "leaves no room for an answer");
        }
        try {
            return grammar.map(g -> constraints().start(g, limit(prompt.length, sampling)));
        } catch (TokenBudgetException e) {
            if (e.minimumTokens() <= sampling.maxTokens()) {
                throw tooLong(
                        prompt.length,
                        "leaves %d tokens, and the shortest answer takes %d"
                                .formatted(room, e.minimumTokens()));
            }
            throw new InvalidRequestException("TokenBudget", e.getMessage(), e);
        } catch (IncompleteVocabularyException e) {
            throw new InvalidRequestException("UnsupportedVocabulary", e.getMessage(), e);
        }
    }

    private static void record(ModelCallEvent event, Generation answer, Throwable thrown) {
        event.end();
        if (!event.shouldCommit()) {
            return;
        }
        if (thrown == null) {
            event.finish = answer.finish().name();
            event.promptTokens = answer.promptTokens();
            event.cachedTokens = answer.cachedTokens();
            event.writtenTokens = answer.tokens().length;
            event.untilAdmitted = answer.admittedNanos();
            event.untilFirstToken = answer.firstTokenNanos();
        } else {
            event.finish = thrown.getClass().getSimpleName();
        }
        event.commit();
    }

    private void tell(Generation answer, Throwable thrown, long startNanos) {
        if (thrown != null) {
            Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
            listener.called(new ModelCall.Failed(thrown.getClass().getSimpleName(), duration));
            return;
        }
        listener.called(
                new ModelCall.Answered(
                        answer.finish(),
                        answer.promptTokens(),
                        answer.cachedTokens(),
                        answer.tokens().length,
                        Duration.ofNanos(answer.admittedNanos()),
                        Duration.ofNanos(answer.firstTokenNanos()),
                        Duration.ofNanos(answer.totalNanos())));
    }

    private static void requireWhole(Optional<Grammar> grammar, SamplingOptions sampling) {
        if (grammar.isEmpty() || sampling.stop().isEmpty()) {
            return;
        }
        if (!(grammar.get() instanceof ToolCallGrammar calls)) {
            throw new InvalidRequestException(
                    "InvalidOption",
                    "stop strings would cut a schema's value short; leave out one of the two",
                    null);
        }
        if (calls.mostCalls() > 0) {
            throw new InvalidRequestException(
                    "InvalidOption",
                    "stop strings would cut a call of a tool short; leave them out, or choose none"
                            + " of the tools",
                    null);
        }
    }

    private InvalidRequestException tooLong(int promptTokens, String finding) {
        return new InvalidRequestException(
                "PromptTooLong",
                "the prompt of %d tokens %s in the context of %d; shorten the document or split it"
                        .formatted(promptTokens, finding, engine.contextTokens()),
                null);
    }

    private Turn turn(Generation generation) {
        String text = tokenizer.decode(generation.tokens(), TextStart.CONTINUED);
        return new Turn(
                text,
                generation.finish(),
                generation.promptTokens(),
                generation.tokens().length,
                generation.cachedTokens());
    }

    private synchronized Constraints constraints() {
        if (tokenizer.vocabulary().endToken() < 0) {
            throw new InvalidRequestException(
                    "UnsupportedVocabulary",
                    "the model's files name no token that ends an answer, so none can be kept to a"
                            + " schema; add eos_token_id to its generation_config.json",
                    null);
        }
        if (constraints == null) {
            constraints =
                    new Constraints(
                            new VocabularyBytes(tokenizer.vocabulary(), ends),
                            text -> tokenizer.encodeText(text, TextStart.CONTINUED));
        }
        return constraints;
    }
}
