package dev.talaria.inference.model;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.safetensors.JsonFields;
import dev.talaria.inference.safetensors.MalformedFolderException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/// What a Hugging Face folder's `config.json` and `generation_config.json` say about the model.
///
/// Where a key is absent, the default of transformers' configuration of that architecture holds.
/// Immutable.
public final class FolderConfiguration {

    private static final String CONFIG = "config.json";
    private static final String GENERATION_CONFIG = "generation_config.json";
    private static final int MOST = 1 << 20;
    private static final int MOST_CONTEXT = 1 << 26;
    private static final int MOST_VOCABULARY = 1 << 24;
    private static final int MISTRAL_WINDOW = 4096;

    private final JsonFields config;
    private final Optional<JsonFields> generation;
    private final String architecture;

    private FolderConfiguration(JsonFields config, Optional<JsonFields> generation) {
        this.config = config;
        this.generation = generation;
        this.architecture = architecture(config);
    }

    // A folder of GGUF files is the likeliest mistake.
    private static String remedy(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".gguf"))
                    .min(Comparator.naturalOrder())
                    .map(file -> "name one of its .gguf files, such as " + file.getFileName())
                    .orElse("name the folder of a Hugging Face model, or a .gguf file");
        }
    }

    /// Reads the folder's configuration.
    ///
    /// @throws MalformedFolderException where a file is not JSON or a key of another type
    /// @throws UnsupportedModelException where the folder has no `config.json`
    public static FolderConfiguration read(Path folder) throws IOException {
        Path config = folder.resolve(CONFIG);
        if (!Files.exists(config)) {
            throw new UnsupportedModelException(
                    "%s: holds no %s; %s".formatted(folder, CONFIG, remedy(folder)));
        }
        Path generation = folder.resolve(GENERATION_CONFIG);
        return new FolderConfiguration(
                JsonFields.read(config),
                Files.exists(generation)
                        ? Optional.of(JsonFields.read(generation))
                        : Optional.empty());
    }

    private static String architecture(JsonFields config) {
        List<String> named = config.texts("architectures");
        if (!named.isEmpty()) {
            return named.getFirst();
        }
        String type = config.text("model_type").orElse("");
        return switch (type) {
            case "mistral" -> "MistralForCausalLM";
            case "llama" -> "LlamaForCausalLM";
            default -> type;
        };
    }

    /// The model's class in transformers; empty where the configuration names none.
    public String architecture() {
        return architecture;
    }

    private boolean isMistral() {
        return architecture.equals("MistralForCausalLM");
    }

    /// Every reason why this program cannot compute such a model, whatever its weights.
    ///
    /// @throws MalformedFolderException where a key has another type than its name implies
    public List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        Architectures.obstacleOfFolder(architecture).ifPresent(obstacles::add);
        if (config.has("quantization_config")) {
            obstacles.add(quantization());
        }
        for (String bias : List.of("attention_bias", "mlp_bias")) {
            if (config.flag(bias).orElse(false)) {
                obstacles.add(bias + " is true; biases are not supported");
            }
        }
        String activation = config.text("hidden_act").orElse("silu");
        if (!activation.equals("silu") && !activation.equals("swish")) {
            obstacles.add(
                    "hidden_act is '%s'; 'silu' is supported"
                            .formatted(Architectures.shown(activation)));
        }
        FolderRotary.obstacle(config).ifPresent(obstacles::add);
        return obstacles;
    }

    private String quantization() {
        Optional<String> method =
                config.object("quantization_config").flatMap(fields -> fields.text("quant_method"));
        String name = method.orElse("of an unnamed method").toUpperCase(Locale.ROOT);
        String supported = "use the model in F32, F16 or BF16, or a GGUF file";
        return name.equals("AWQ")
                ? "quantized weights (AWQ) are not read yet, AWQ comes later; " + supported
                : "quantized weights (%s) are not supported; %s"
                        .formatted(Architectures.shown(name), supported);
    }

    /// The model's shape.
    ///
    /// @throws UnsupportedModelException where there are [#obstacles]
    /// @throws MalformedFolderException where keys are missing or make no sense
    public ModelConfiguration shape() {
        List<String> obstacles = obstacles();
        if (!obstacles.isEmpty()) {
            throw new UnsupportedModelException(
                    config.file() + ": " + String.join("; ", obstacles));
        }
        return statedShape();
    }

    /// The shape that the keys state, whether or not such a model can be computed.
    ///
    /// @throws MalformedFolderException where keys are missing or make no sense
    public ModelConfiguration statedShape() {
        int width = config.requiredInteger("hidden_size", 1, MOST);
        int heads = config.requiredInteger("num_attention_heads", 1, 10_000);
        int headWidth = integer("head_dim", 1, 10_000, Math.max(1, width / heads));
        int context =
                integer("max_position_embeddings", 1, MOST_CONTEXT, isMistral() ? 131_072 : 2048);
        FolderRotary rotary = new FolderRotary(config, context);
        try {
            return new ModelConfiguration(
                    config.requiredInteger("num_hidden_layers", 1, 10_000),
                    width,
                    config.requiredInteger("intermediate_size", 1, MOST),
                    heads,
                    integer("num_key_value_heads", 1, 10_000, heads),
                    headWidth,
                    config.requiredInteger("vocab_size", 1, MOST_VOCABULARY),
                    rotary.scaledContext(),
                    rotary.width(headWidth),
                    rotary.base(),
                    (float) real("rms_norm_eps", 1e-6),
                    slidingWindow(),
                    rotary.scaling());
        } catch (IllegalArgumentException e) {
            throw new MalformedFolderException(config.file(), 0, e.getMessage());
        }
    }

    private int integer(String name, int least, int most, int absent) {
        return (int) config.integer(name, least, most).orElse(absent);
    }

    private double real(String name, double absent) {
        OptionalDouble number = config.real(name);
        return number.orElse(absent);
    }

    /// Llama's class knows no window; Mistral's has one of 4096 unless the configuration says
    /// otherwise.
    private int slidingWindow() {
        boolean used = config.flag("use_sliding_window").orElse(true);
        if (!isMistral() || !used) {
            return ModelConfiguration.WHOLE_CONTEXT;
        }
        int absent =
                config.isNamed("sliding_window")
                        ? ModelConfiguration.WHOLE_CONTEXT
                        : MISTRAL_WINDOW;
        return integer("sliding_window", 1, ModelConfiguration.WHOLE_CONTEXT, absent);
    }

    /// Whether the output matrix is the embedding, even where the weights have one of their own.
    public boolean tiesEmbedding() {
        return config.flag("tie_word_embeddings").orElse(false);
    }

    /// The tokens that end generation: of `generation_config.json` where it names any, otherwise of
    /// `config.json`.
    public Set<Integer> endTokens() {
        List<Long> ids =
                generation
                        .filter(fields -> fields.has("eos_token_id"))
                        .orElse(config)
                        .integers("eos_token_id", 0, MOST_VOCABULARY);
        Set<Integer> tokens = new LinkedHashSet<>();
        ids.forEach(id -> tokens.add(Math.toIntExact(id)));
        return tokens;
    }

    /// Special tokens by what they are for: begin and end; the first where there are several.
    public Map<String, Long> specialTokens() {
        Map<String, Long> specials = new LinkedHashMap<>();
        config.integers("bos_token_id", 0, MOST_VOCABULARY).stream()
                .findFirst()
                .ifPresent(id -> specials.put("begin", id));
        endTokens().stream().findFirst().ifPresent(id -> specials.put("end", (long) id));
        return specials;
    }
}
