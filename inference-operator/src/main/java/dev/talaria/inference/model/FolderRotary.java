package dev.talaria.inference.model;

import dev.talaria.inference.safetensors.JsonFields;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// The rotary embedding a `config.json` asks for, in either style: `rope_parameters`, or a
/// top-level `rope_theta` with `rope_scaling`.
final class FolderRotary {

    private static final List<String> SUPPORTED =
            List.of("default", "linear", "dynamic", "yarn", "llama3");
    private static final double USUAL_BASE = 10_000;
    private static final int MOST_CONTEXT = 1 << 26;

    private final JsonFields config;
    private final Optional<JsonFields> parameters;
    private final int context;
    private final RotaryScaling scaling;

    /// @param context `max_position_embeddings`
    FolderRotary(JsonFields config, int context) {
        this.config = config;
        this.context = context;
        this.parameters = parameters(config);
        this.scaling = parameters.map(this::scaling).orElse(RotaryScaling.none());
    }

    // Where both are there, transformers takes the older one.
    private static Optional<JsonFields> parameters(JsonFields config) {
        return config.object("rope_scaling").or(() -> config.object("rope_parameters"));
    }

    /// Why the embedding cannot be computed; empty where it can.
    static Optional<String> obstacle(JsonFields config) {
        Optional<JsonFields> parameters = parameters(config);
        if (parameters.isEmpty()) {
            return Optional.empty();
        }
        for (String layers : List.of("full_attention", "sliding_attention")) {
            if (parameters.get().isObject(layers)) {
                return Optional.of("rotary parameters that differ by layer are not supported");
            }
        }
        String type = type(parameters.get());
        return SUPPORTED.contains(type)
                ? Optional.empty()
                : Optional.of(
                        "rotary scaling '%s' is not supported; %s are"
                                .formatted(
                                        Architectures.shown(type), String.join(", ", SUPPORTED)));
    }

    private static String type(JsonFields parameters) {
        return parameters.text("rope_type").or(() -> parameters.text("type")).orElse("default");
    }

    RotaryScaling scaling() {
        return scaling;
    }

    double base() {
        Optional<JsonFields> newer = config.object("rope_parameters");
        return parameters
                .map(fields -> fields.real("rope_theta"))
                .filter(OptionalDouble::isPresent)
                .or(() -> newer.map(fields -> fields.real("rope_theta")))
                .filter(OptionalDouble::isPresent)
                .orElseGet(() -> config.real("rope_theta"))
                .orElse(USUAL_BASE);
    }

    /// Leading elements of a head that are rotated.
    int width(int headWidth) {
        JsonFields holder =
                parameters.filter(fields -> fields.has("partial_rotary_factor")).orElse(config);
        double share = holder.real("partial_rotary_factor").orElse(1);
        if (!(share > 0 && share <= 1)) {
            throw holder.failure("partial_rotary_factor", share + " is not within 0 to 1");
        }
        return (int) (headWidth * share);
    }

    /// The longest sequence that base and scaling are made for.
    int scaledContext() {
        double scaled =
                switch (scaling) {
                    case RotaryScaling.Linear linear -> context * linear.factor();
                    case RotaryScaling.Dynamic dynamic -> context * dynamic.factor();
                    case RotaryScaling.Yarn yarn -> yarn.originalContext() * yarn.factor();
                    case RotaryScaling.None _, RotaryScaling.Llama3 _, RotaryScaling.Divided _ ->
                            context;
                };
        return (int) Math.max(context, Math.min(scaled, MOST_CONTEXT));
    }

    private RotaryScaling scaling(JsonFields fields) {
        String type = type(fields);
        try {
            return switch (type) {
                case "linear" -> new RotaryScaling.Linear(required(fields, "factor"));
                case "dynamic" -> new RotaryScaling.Dynamic(required(fields, "factor"), context);
                case "yarn" -> yarn(fields);
                case "llama3" ->
                        new RotaryScaling.Llama3(
                                required(fields, "factor"),
                                required(fields, "low_freq_factor"),
                                required(fields, "high_freq_factor"),
                                originalContext(fields));
                default -> RotaryScaling.none();
            };
        } catch (IllegalArgumentException e) {
            throw fields.failure("factor", "of rotary scaling '" + type + "': " + e.getMessage());
        }
    }

    private RotaryScaling yarn(JsonFields fields) {
        int original = originalContext(fields);
        double factor = fields.real("factor").orElse((double) context / original);
        return new RotaryScaling.Yarn(
                factor,
                original,
                nonZero(fields, "beta_fast", RotaryScaling.Yarn.BETA_FAST),
                nonZero(fields, "beta_slow", RotaryScaling.Yarn.BETA_SLOW),
                fields.flag("truncate").orElse(true),
                1,
                fields.real("attention_factor").orElse(magnitude(fields, factor)));
    }

    private static double magnitude(JsonFields fields, double factor) {
        double weight = nonZero(fields, "mscale", 0);
        double divisor = nonZero(fields, "mscale_all_dim", 0);
        return weight != 0 && divisor != 0
                ? RotaryScaling.Yarn.magnitudeOf(factor, weight)
                        / RotaryScaling.Yarn.magnitudeOf(factor, divisor)
                : RotaryScaling.Yarn.magnitudeOf(factor);
    }

    // transformers takes 0 for absent.
    private static double nonZero(JsonFields fields, String name, double absent) {
        double number = fields.real(name).orElse(absent);
        return number == 0 ? absent : number;
    }

    // A top-level one has the say, as in transformers.
    private int originalContext(JsonFields fields) {
        String name = "original_max_position_embeddings";
        JsonFields holder = config.has(name) ? config : fields;
        return (int) holder.integer(name, 1, MOST_CONTEXT).orElse(context);
    }

    private static double required(JsonFields fields, String name) {
        return fields.real(name)
                .orElseThrow(() -> fields.failure(name, "is missing; the scaling needs it"));
    }
}
