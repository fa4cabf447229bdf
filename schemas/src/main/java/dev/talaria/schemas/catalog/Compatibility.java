package dev.talaria.schemas.catalog;

import static java.util.Objects.requireNonNull;

import dev.talaria.schemas.grammar.SchemaInclusion;
import dev.talaria.schemas.grammar.SchemaInclusion.Obstacle;
import dev.talaria.schemas.task.SchemaReference;
import dev.talaria.schemas.validation.InvalidSchemaException;
import dev.talaria.schemas.validation.NetworkntValidator;
import dev.talaria.schemas.validation.SchemaSource;

import java.util.Optional;

/// What a new version of a schema means to readers of the one before.
///
/// Readers are kept where every value of the new version is a value of the earlier one too: whoever
/// accepts what the earlier schema allows accepts all that is written from now on. The verdict
/// depends on the two texts, and those they refer to, alone: it is the same on every machine and at
/// any time.
public sealed interface Compatibility {

    /// The version readers know.
    SchemaReference earlier();

    /// Readers are kept; this is proven.
    record Kept(SchemaReference earlier) implements Compatibility {
        public Kept {
            requireNonNull(earlier, "earlier");
        }
    }

    /// Readers break.
    ///
    /// @param counterexample a value of the new version that is none of the earlier
    /// @param obstacle where the earlier schema differs
    record Broken(SchemaReference earlier, String counterexample, Obstacle obstacle)
            implements Compatibility {
        public Broken {
            requireNonNull(earlier, "earlier");
            requireNonNull(counterexample, "counterexample");
            requireNonNull(obstacle, "obstacle");
        }
    }

    /// It is not known whether readers break; to be treated as if they did.
    ///
    /// @param obstacle where the proof ended
    record Undecided(SchemaReference earlier, Obstacle obstacle) implements Compatibility {
        public Undecided {
            requireNonNull(earlier, "earlier");
            requireNonNull(obstacle, "obstacle");
        }
    }

    /// Compares a new version with an earlier one.
    ///
    /// @param json the new version's text
    /// @param earlier name of the version readers know
    /// @param earlierJson its text
    /// @param source what both may refer to, by name
    /// @throws InvalidSchemaException where one of the texts is not a schema, or refers to what the
    ///   source does not have
    static Compatibility of(
            String json, SchemaReference earlier, String earlierJson, SchemaSource source) {
        return of(SchemaBundle.of(json, source), earlier, SchemaBundle.of(earlierJson, source));
    }

    /// Compares two texts that stand alone.
    ///
    /// @param narrower the new version
    /// @param earlier name of the version readers know
    /// @param wider its text
    /// @throws InvalidSchemaException where one of the texts is not a schema
    static Compatibility of(String narrower, SchemaReference earlier, String wider) {
        Optional<Obstacle> obstacle = SchemaInclusion.obstacle(narrower, wider);
        if (obstacle.isEmpty()) {
            return new Kept(earlier);
        }
        return SchemaInclusion.counterexample(narrower, wider)
                .filter(value -> separates(value, narrower, wider))
                .<Compatibility>map(value -> new Broken(earlier, value, obstacle.get()))
                .orElseGet(() -> new Undecided(earlier, obstacle.get()));
    }

    // By the validator, which knows nothing of the grammar the value comes from.
    private static boolean separates(String value, String narrower, String wider) {
        return NetworkntValidator.of(narrower).validate(value).isEmpty()
                && !NetworkntValidator.of(wider).validate(value).isEmpty();
    }

    /// Whether readers are known to be kept.
    default boolean keepsReaders() {
        return this instanceof Kept;
    }

    /// The verdict in one line.
    default String explanation() {
        return switch (this) {
            case Kept(SchemaReference earlier) ->
                    "every value of it is a value of " + earlier + " too";
            case Broken(SchemaReference earlier, String value, Obstacle obstacle) ->
                    "it breaks readers of %s: %s is a value of the new version and not of %s (%s)"
                            .formatted(earlier, brief(value), earlier, obstacle);
            case Undecided(SchemaReference earlier, Obstacle obstacle) ->
                    "it may break readers of %s: not every value is shown to be a value of that version, %s"
                            .formatted(earlier, obstacle);
        };
    }

    private static String brief(String value) {
        return value.length() <= 200 ? value : value.substring(0, 200) + "…";
    }
}
