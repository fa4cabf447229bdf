package dev.talaria.inference.embedded;

import dev.talaria.inference.InvalidRequestException;
import dev.talaria.inference.tokenizer.chat.SchemaSpelling;
import dev.talaria.schemas.grammar.Grammar;
import dev.talaria.schemas.grammar.GrammarCompiler;
import dev.talaria.schemas.grammar.GrammarOptions;
import dev.talaria.schemas.grammar.UnsupportedSchemaException;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaValidator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Schemas made ready for use, the latest ones kept. Safe for use by many threads.
final class TaskCompiler {

    private static final int MOST_KEPT = 256;

    /// A schema in the three forms it is needed in.
    ///
    /// @param promptText its spelling in prompts
    record CompiledSchema(Grammar grammar, SchemaValidator validator, String promptText) {}

    // What came of a schema: one of the two is null.
    private record Outcome(CompiledSchema compiled, InvalidRequestException failure) {}

    private final Map<String, Outcome> kept =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Outcome> eldest) {
                    return size() > MOST_KEPT;
                }
            };

    /// The schema, compiled now or before.
    ///
    /// @param key equal for equal schemas
    /// @throws InvalidRequestException where it is no schema, or one that cannot be enforced
    CompiledSchema compile(String key, String json, GrammarOptions options) {
        String name = options + " " + key;
        Outcome outcome;
        synchronized (kept) {
            outcome = kept.get(name);
        }
        if (outcome == null) {
            outcome = attempt(json, options);
            synchronized (kept) {
                kept.put(name, outcome);
            }
        }
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
        return outcome.compiled();
    }

    private static Outcome attempt(String json, GrammarOptions options) {
        try {
            SchemaValidator validator = NetworkntValidator.of(json);
            Grammar grammar = GrammarCompiler.compile(json, options);
            return new Outcome(
                    new CompiledSchema(grammar, validator, SchemaSpelling.oneLine(json)), null);
        } catch (InvalidSchemaException e) {
            return refusedByGrammar(json, options).orElseGet(() -> refused("InvalidSchema", e));
        } catch (UnsupportedSchemaException e) {
            return refused("UnsupportedSchema", e);
        }
    }

    // A validator stops at a reference that leads out of the document; the grammar names it with
    // all else that is not enforced.
    private static Optional<Outcome> refusedByGrammar(String json, GrammarOptions options) {
        try {
            GrammarCompiler.compile(json, options);
            return Optional.empty();
        } catch (InvalidSchemaException e) {
            return Optional.empty();
        } catch (UnsupportedSchemaException e) {
            return Optional.of(refused("UnsupportedSchema", e));
        }
    }

    private static Outcome refused(String errorClass, RuntimeException e) {
        String oneLine = e.getMessage().replace("\n", "; ");
        return new Outcome(null, new InvalidRequestException(errorClass, oneLine, e));
    }
}
