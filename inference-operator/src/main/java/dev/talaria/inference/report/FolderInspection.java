package dev.talaria.inference.report;

import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.model.FolderConfiguration;
import dev.talaria.inference.model.FolderSource;
import dev.talaria.inference.model.ModelConfiguration;
import dev.talaria.inference.model.RotaryScaling;
import dev.talaria.inference.safetensors.SafetensorsTensor;
import dev.talaria.inference.tokenizer.Tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// One Hugging Face folder being looked over; what stands in the way gathers in `obstacles`.
final class FolderInspection {

    private static final List<String> TOKENIZERS = List.of("tokenizer.json", "tokenizer.model");

    // Older folders hold the rotary embedding's angles, which follow from the configuration.
    private static final String ANGLES = ".rotary_emb.inv_freq";

    private final FolderSource source;
    private final FolderConfiguration configuration;
    private final List<SafetensorsTensor> tensors;
    private final List<String> obstacles;
    private final List<String> tokenizerObstacles = new ArrayList<>();

    FolderInspection(FolderSource source) {
        this.source = source;
        this.configuration = source.configuration();
        this.tensors = source.weights().tensors();
        this.obstacles = new ArrayList<>(configuration.obstacles());
    }

    ModelReport report() {
        Optional<ModelConfiguration> shape = shape();
        if (shape.isPresent() && obstacles.isEmpty()) {
            checkTypes();
            checkTensors(shape.get());
        }
        ModelReport.TokenizerSummary tokenizer = tokenizer(shape);
        return new ModelReport(
                source.path().toString(),
                source.weights().fileBytes(),
                format(),
                configuration.architecture(),
                Optional.of(source.name()),
                parameters(),
                tensorTypes(),
                shape.map(FolderInspection::dimensions).orElse(nothingKnown()),
                tokenizer,
                false,
                obstacles,
                tokenizerObstacles);
    }

    private String format() {
        long shards = tensors.stream().map(SafetensorsTensor::file).distinct().count();
        return shards == 1 ? "safetensors" : "safetensors in " + shards + " files";
    }

    private Optional<ModelConfiguration> shape() {
        try {
            return Optional.of(configuration.statedShape());
        } catch (MalformedModelException e) {
            obstacles.add(ModelInspection.withoutPlace(e, source.path()));
            return Optional.empty();
        }
    }

    private void checkTypes() {
        Map<String, List<String>> unsupported = new LinkedHashMap<>();
        for (SafetensorsTensor tensor : tensors) {
            if (tensor.type().weightType().isEmpty()) {
                unsupported
                        .computeIfAbsent(tensor.type().name(), type -> new ArrayList<>())
                        .add(tensor.name());
            }
        }
        unsupported.forEach((type, names) ->
                obstacles.add(
                        "%d tensors stored as %s, which is not supported: %s; use a model in F32, F16 or BF16"
                                .formatted(names.size(), type, ModelInspection.listed(names))));
    }

    private void checkTensors(ModelConfiguration shape) {
        LlamaTensors expected = LlamaTensors.of(shape);
        List<String> missing = new ArrayList<>();
        Set<String> known = new HashSet<>();
        expected.required()
                .forEach((name, dimensions) ->
                        check(source.folderName(name).orElseThrow(), dimensions, known, missing));
        expected.optional()
                .forEach((name, dimensions) ->
                        source.folderName(name)
                                .ifPresent(
                                        own -> check(own, dimensions, known, new ArrayList<>())));
        if (!missing.isEmpty()) {
            obstacles.add(
                    "missing tensors (%d): %s"
                            .formatted(missing.size(), ModelInspection.listed(missing)));
        }
        List<String> unknown =
                tensors.stream()
                        .map(SafetensorsTensor::name)
                        .filter(name -> !known.contains(name) && !name.endsWith(ANGLES))
                        .filter(name -> !name.equals("lm_head.weight"))
                        .toList();
        if (!unknown.isEmpty()) {
            obstacles.add(
                    "tensors without a use here (%d): %s"
                            .formatted(unknown.size(), ModelInspection.listed(unknown)));
        }
    }

    private void check(
            String name, List<Long> dimensions, Set<String> known, List<String> missing) {
        known.add(name);
        Optional<SafetensorsTensor> tensor = source.weights().tensor(name);
        if (tensor.isEmpty()) {
            missing.add(name);
        } else if (!tensor.get().shape().equals(dimensions.reversed())) {
            obstacles.add(
                    "tensor '%s' has shape %s; %s follows from config.json"
                            .formatted(name, tensor.get().shape(), dimensions.reversed()));
        }
    }

    private long parameters() {
        long parameters = 0;
        for (SafetensorsTensor tensor : tensors) {
            long sum = parameters + tensor.elements();
            parameters = sum < 0 ? Long.MAX_VALUE : sum;
        }
        return parameters;
    }

    private Map<String, ModelReport.TypeCount> tensorTypes() {
        Map<String, ModelReport.TypeCount> types = new LinkedHashMap<>();
        for (SafetensorsTensor tensor : tensors) {
            types.merge(
                    tensor.type().name(),
                    new ModelReport.TypeCount(1, tensor.byteSize()),
                    (a, b) ->
                            new ModelReport.TypeCount(
                                    a.tensors() + b.tensors(), a.bytes() + b.bytes()));
        }
        return types;
    }

    private static ModelReport.Dimensions dimensions(ModelConfiguration shape) {
        boolean windowed = shape.slidingWindow() < shape.contextTokens();
        return new ModelReport.Dimensions(
                OptionalLong.of(shape.layers()),
                OptionalLong.of(shape.contextTokens()),
                OptionalLong.of(shape.width()),
                OptionalLong.of(shape.feedForwardWidth()),
                OptionalLong.of(shape.heads()),
                OptionalLong.of(shape.kvHeads()),
                OptionalLong.of(shape.headWidth()),
                OptionalDouble.of(shape.rotaryBase()),
                Optional.of(shape.rotaryScaling())
                        .filter(scaling -> !scaling.equals(RotaryScaling.none()))
                        .map(RotaryScaling::description),
                windowed ? OptionalLong.of(shape.slidingWindow()) : OptionalLong.empty());
    }

    private static ModelReport.Dimensions nothingKnown() {
        return new ModelReport.Dimensions(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    private ModelReport.TokenizerSummary tokenizer(Optional<ModelConfiguration> shape) {
        Path folder = source.path();
        Optional<String> file =
                TOKENIZERS.stream()
                        .filter(name -> Files.isRegularFile(folder.resolve(name)))
                        .findFirst();
        Optional<Tokenizer> tokenizer = file.flatMap(_ -> read());
        if (file.isEmpty()) {
            tokenizerObstacles.add(
                    "the folder has neither %s; fetch it from where the model is published"
                            .formatted(String.join(" nor ", TOKENIZERS)));
        }
        int tokens = tokenizer.map(it -> it.vocabulary().size()).orElse(0);
        shape.map(ModelConfiguration::vocabulary)
                .filter(rows -> rows < tokens)
                .ifPresent(rows ->
                        tokenizerObstacles.add(
                                "the tokenizer has %d tokens, but the embedding %d rows; take the tokenizer of this very model"
                                        .formatted(tokens, rows)));
        return new ModelReport.TokenizerSummary(
                file,
                tokens,
                configuration.specialTokens(),
                tokenizer
                        .flatMap(it -> it.templates().forConversation(false))
                        .map(text -> text.lines().findFirst().orElse("")));
    }

    private Optional<Tokenizer> read() {
        try {
            return Optional.of(source.tokenizer());
        } catch (MalformedModelException | UnsupportedModelException e) {
            tokenizerObstacles.add(ModelInspection.withoutPlace(e, source.path()));
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
