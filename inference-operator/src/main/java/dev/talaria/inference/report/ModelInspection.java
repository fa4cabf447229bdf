package dev.talaria.inference.report;

import dev.talaria.inference.gguf.GgufArray;
import dev.talaria.inference.gguf.GgufFile;
import dev.talaria.inference.gguf.GgufMetadata;
import dev.talaria.inference.gguf.MalformedGgufException;
import dev.talaria.inference.gguf.TensorInfo;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.model.Architectures;
import dev.talaria.inference.model.GgufSource;
import dev.talaria.inference.model.RotaryScaling;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.Vocabulary;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// One GGUF file being looked over; what stands in the way gathers in `obstacles`.
final class ModelInspection {

    private static final int NAMES_LISTED = 10;

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final List<String> obstacles = new ArrayList<>();
    private final List<String> tokenizerObstacles = new ArrayList<>();

    private RotaryScaling scaling = RotaryScaling.none();

    ModelInspection(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
    }

    ModelReport report() {
        checkTokenizer();
        return reportOfWeights();
    }

    /// The report without a look at the tokenizer, which takes making it.
    ModelReport reportOfWeights() {
        String architecture = metadata.string("general.architecture").orElse("");
        int tokens = metadata.array("tokenizer.ggml.tokens").map(a -> a.size()).orElse(0);
        boolean noBlocks = number(architecture, "block_count").orElse(0) == 0;
        boolean vocabularyOnly = file.tensors().isEmpty() && noBlocks && tokens > 0;
        checkArchitecture(architecture);
        if (!vocabularyOnly) {
            checkTypes();
            if (architecture.equals(Architectures.GGUF)) {
                checkTensors(tokens);
            }
        }
        return new ModelReport(
                file.path().toString(),
                file.fileBytes(),
                format(),
                architecture,
                metadata.string("general.name"),
                parameters(),
                tensorTypes(),
                dimensions(architecture),
                tokenizer(tokens),
                vocabularyOnly,
                obstacles,
                tokenizerObstacles);
    }

    private void checkArchitecture(String architecture) {
        Architectures.obstacleOfGguf(architecture).ifPresent(obstacles::add);
        if (number(architecture, "expert_count").orElse(0) > 0) {
            obstacles.add("mixtures of experts are not supported");
        }
        if (architecture.equals(Architectures.GGUF)) {
            readScaling();
        }
    }

    private String format() {
        int parts = file.paths().size();
        String version = "GGUF version " + file.version();
        return parts == 1 ? version : version + " in " + parts + " files";
    }

    private void readScaling() {
        try {
            scaling = new GgufSource(file).rotaryScaling();
        } catch (UnsupportedModelException | MalformedGgufException e) {
            obstacles.add(withoutPlace(e, file.path()));
        }
    }

    private void checkTypes() {
        Map<String, List<String>> unsupported = new LinkedHashMap<>();
        for (TensorInfo tensor : file.tensors()) {
            if (tensor.type().isEmpty()) {
                unsupported
                        .computeIfAbsent(tensor.typeName(), type -> new ArrayList<>())
                        .add(tensor.name());
            }
        }
        unsupported.forEach((type, names) ->
                obstacles.add(
                        "%d tensors stored as %s, which is not supported: %s; use a file with %s"
                                .formatted(names.size(), type, listed(names), supported())));
    }

    private static String supported() {
        return Arrays.stream(TensorType.values())
                .map(TensorType::name)
                .collect(Collectors.joining(", "));
    }

    private void checkTensors(int tokens) {
        LlamaTensors expected = LlamaTensors.of(metadata, rows(tokens), obstacles).orElse(null);
        if (expected == null) {
            return;
        }
        List<String> missing = new ArrayList<>();
        expected.required().forEach((name, shape) -> checkTensor(name, shape, missing));
        expected.optional().forEach((name, shape) -> checkTensor(name, shape, new ArrayList<>()));
        if (!missing.isEmpty()) {
            obstacles.add("missing tensors (" + missing.size() + "): " + listed(missing));
        }
        List<String> unknown =
                file.tensors().stream()
                        .map(TensorInfo::name)
                        .filter(name -> !expected.required().containsKey(name))
                        .filter(name -> !expected.optional().containsKey(name))
                        .filter(name -> !LlamaTensors.TOLERATED.contains(name))
                        .toList();
        if (!unknown.isEmpty()) {
            obstacles.add(
                    "tensors without a use here (" + unknown.size() + "): " + listed(unknown));
        }
    }

    // A vocabulary may be padded beyond the tokenizer's tokens, so the embedding has the say.
    private long rows(int tokens) {
        return file.tensorInfo("token_embd.weight")
                .map(TensorInfo::dimensions)
                .filter(dimensions -> dimensions.size() == 2)
                .map(dimensions -> Math.max(dimensions.get(1), tokens))
                .orElse((long) tokens);
    }

    private void checkTensor(String name, List<Long> expected, List<String> missing) {
        TensorInfo tensor = file.tensorInfo(name).orElse(null);
        if (tensor == null) {
            missing.add(name);
        } else if (!tensor.dimensions().equals(expected)) {
            obstacles.add(
                    "tensor '%s' has dimensions %s; %s follow from the file's keys"
                            .formatted(name, tensor.dimensions(), expected));
        }
    }

    private void checkTokenizer() {
        try {
            Vocabulary.of(file);
        } catch (UnsupportedModelException | MalformedGgufException e) {
            tokenizerObstacles.add(withoutPlace(e, file.path()));
        }
    }

    private long parameters() {
        long parameters = 0;
        for (TensorInfo tensor : file.tensors()) {
            long sum = parameters + tensor.elements();
            parameters = sum < 0 ? Long.MAX_VALUE : sum;
        }
        return parameters;
    }

    private Map<String, ModelReport.TypeCount> tensorTypes() {
        Map<String, ModelReport.TypeCount> types = new LinkedHashMap<>();
        for (TensorInfo tensor : file.tensors()) {
            types.merge(
                    tensor.typeName(),
                    new ModelReport.TypeCount(1, tensor.byteSize().orElse(0)),
                    (a, b) ->
                            new ModelReport.TypeCount(
                                    a.tensors() + b.tensors(), a.bytes() + b.bytes()));
        }
        return types;
    }

    private ModelReport.Dimensions dimensions(String architecture) {
        OptionalLong dim = number(architecture, "embedding_length");
        OptionalLong heads = scalar(architecture, "attention.head_count");
        OptionalLong kvHeads = scalar(architecture, "attention.head_count_kv");
        OptionalLong headDim = number(architecture, "attention.key_length");
        if (headDim.isEmpty() && dim.isPresent() && heads.orElse(0) > 0) {
            headDim = OptionalLong.of(dim.getAsLong() / heads.getAsLong());
        }
        return new ModelReport.Dimensions(
                number(architecture, "block_count"),
                number(architecture, "context_length"),
                dim,
                scalar(architecture, "feed_forward_length"),
                heads,
                kvHeads.isPresent() ? kvHeads : heads,
                headDim,
                metadata.real(architecture + ".rope.freq_base"),
                Optional.of(scaling)
                        .filter(kind -> !kind.equals(RotaryScaling.none()))
                        .map(RotaryScaling::description),
                OptionalLong.empty());
    }

    private OptionalLong number(String architecture, String key) {
        return metadata.integer(architecture + "." + key);
    }

    // Other architectures state some of these per layer; the report leaves those out.
    private OptionalLong scalar(String architecture, String key) {
        return metadata.value(architecture + "." + key).orElse(null) instanceof GgufArray
                ? OptionalLong.empty()
                : number(architecture, key);
    }

    private ModelReport.TokenizerSummary tokenizer(int tokens) {
        Map<String, Long> specials = new LinkedHashMap<>();
        for (String[] special :
                new String[][] {
                    {"begin", "bos"},
                    {"end", "eos"},
                    {"end of turn", "eot"},
                    {"unknown", "unknown"}
                }) {
            metadata.integer("tokenizer.ggml." + special[1] + "_token_id")
                    .ifPresent(id -> specials.put(special[0], id));
        }
        Optional<String> template =
                metadata.string("tokenizer.chat_template")
                        .map(text -> text.lines().findFirst().orElse(""));
        return new ModelReport.TokenizerSummary(
                metadata.string("tokenizer.ggml.model"), tokens, specials, template);
    }

    /// What an exception says, without the path that every report begins with.
    static String withoutPlace(RuntimeException e, Path path) {
        String message = String.valueOf(e.getMessage());
        for (String prefix : List.of(path + ": ", path + File.separator)) {
            if (message.startsWith(prefix)) {
                return message.substring(prefix.length());
            }
        }
        return message;
    }

    /// The first of the names, and how many more there are.
    static String listed(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(NAMES_LISTED, names.size())));
        int more = names.size() - NAMES_LISTED;
        return more > 0 ? first + " and " + more + " more" : first;
    }
}
