package dev.talaria.inference.model;

import dev.talaria.inference.gguf.GgufValue;
import dev.talaria.inference.gguf.MalformedModelException;
import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.safetensors.MalformedFolderException;
import dev.talaria.inference.safetensors.SafetensorsFolder;
import dev.talaria.inference.safetensors.SafetensorsTensor;
import dev.talaria.inference.tensor.Tensor;
import dev.talaria.inference.tensor.TensorShape;
import dev.talaria.inference.tensor.TensorType;
import dev.talaria.inference.tokenizer.Tokenizer;
import dev.talaria.inference.tokenizer.TokenizerFiles;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A model in a Hugging Face folder: `config.json`, safetensors, and a tokenizer's files.
public final class FolderSource implements WeightSource {

    /// Files beside the weights that decide what the model writes.
    private static final List<String> COMPANIONS =
            List.of(
                    "config.json",
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer.model",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "added_tokens.json",
                    "chat_template.jinja");

    private final Path folder;
    private final FolderConfiguration configuration;
    private final SafetensorsFolder weights;
    private final FolderNames names;

    private FolderSource(
            Path folder,
            FolderConfiguration configuration,
            FolderNames names,
            SafetensorsFolder weights) {
        this.folder = folder;
        this.configuration = configuration;
        this.names = names;
        this.weights = weights;
    }

    static FolderSource open(Path folder) throws IOException {
        FolderConfiguration configuration = FolderConfiguration.read(folder);
        FolderNames names = new FolderNames(configuration.tiesEmbedding());
        return new FolderSource(folder, configuration, names, SafetensorsFolder.open(folder));
    }

    @Override
    public Path path() {
        return folder;
    }

    /// What the folder's configuration says.
    public FolderConfiguration configuration() {
        return configuration;
    }

    /// The weights under their own names.
    public SafetensorsFolder weights() {
        return weights;
    }

    /// What the model is called: the folder's own name.
    public String name() {
        return FolderMetadata.name(folder);
    }

    /// The folder's name of a tensor; empty where the model has none such.
    public Optional<String> folderName(String tensor) {
        return names.folderName(tensor);
    }

    @Override
    public List<Path> files() {
        Set<Path> files = new TreeSet<>(weights.files());
        for (String name : COMPANIONS) {
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file)) {
                files.add(file);
            }
        }
        return List.copyOf(files);
    }

    @Override
    public ModelConfiguration shape() {
        return configuration.shape();
    }

    @Override
    public Map<String, GgufValue> metadata() {
        return FolderMetadata.of(shape(), folder);
    }

    @Override
    public List<String> tensorNames() {
        List<String> known = new ArrayList<>();
        for (SafetensorsTensor tensor : weights.tensors()) {
            names.ggufName(tensor.name()).ifPresent(known::add);
        }
        if (shape().rotaryScaling() instanceof RotaryScaling.Llama3) {
            known.add(FolderNames.DIVISORS);
        }
        return known;
    }

    @Override
    public Optional<TensorShape> tensorShape(String name) {
        if (name.equals(FolderNames.DIVISORS)) {
            try (Arena scratch = Arena.ofConfined()) {
                return FolderMetadata.divisors(shape(), scratch).map(Tensor::shape);
            }
        }
        return stored(name).map(tensor -> tensorShape(name, tensor));
    }

    @Override
    public Optional<Tensor> tensor(String name, Arena scratch) {
        if (name.equals(FolderNames.DIVISORS)) {
            return FolderMetadata.divisors(shape(), scratch);
        }
        return stored(name).map(tensor -> tensor(name, tensor, scratch));
    }

    /// What the weights' header says about a tensor of a GGUF name.
    private Optional<SafetensorsTensor> stored(String name) {
        return names.folderName(name).flatMap(weights::tensor);
    }

    private static TensorShape tensorShape(String name, SafetensorsTensor stored) {
        TensorType type = stored.type().weightType().orElseThrow(() -> unsupported(stored));
        List<Long> shape = stored.shape();
        boolean matrix = shape.size() == 1 || shape.size() == 2;
        if (!matrix || shape.stream().anyMatch(n -> n < 1 || n > Integer.MAX_VALUE)) {
            throw new UnsupportedModelException(
                    "%s: tensor '%s' of shape %s is no vector or matrix"
                            .formatted(stored.file(), stored.name(), shape));
        }
        int columns = Math.toIntExact(shape.getLast());
        int rows = shape.size() == 1 ? 1 : Math.toIntExact(shape.getFirst());
        return new TensorShape(name, type, columns, rows);
    }

    private Tensor tensor(String name, SafetensorsTensor stored, Arena scratch) {
        TensorShape known = tensorShape(name, stored);
        MemorySegment data = weights.data(stored);
        if (FolderNames.isRotated(name)) {
            data = neighbours(data, known.rows(), scratch);
        }
        return new Tensor(name, known.type(), known.columns(), known.rows(), data);
    }

    private static UnsupportedModelException unsupported(SafetensorsTensor stored) {
        return new UnsupportedModelException(
                "%s: tensor '%s' is stored as %s, which is not supported; F32, F16 and BF16 are"
                        .formatted(stored.file(), stored.name(), stored.type()));
    }

    /// Rows `i` and `i + rotaryWidth / 2` of a head turn together here, in a GGUF file rows `2 i`
    /// and `2 i + 1`.
    private MemorySegment neighbours(MemorySegment halves, int rows, Arena scratch) {
        ModelConfiguration shape = shape();
        long rowBytes = halves.byteSize() / rows;
        int pairs = shape.rotaryWidth() / 2;
        MemorySegment rearranged = scratch.allocate(halves.byteSize(), 64).copyFrom(halves);
        for (int head = 0; head < rows / shape.headWidth(); head++) {
            long first = (long) head * shape.headWidth();
            for (int pair = 0; pair < pairs; pair++) {
                copyRow(halves, first + pair, rearranged, first + 2L * pair, rowBytes);
                copyRow(halves, first + pairs + pair, rearranged, first + 2L * pair + 1, rowBytes);
            }
        }
        return rearranged;
    }

    private static void copyRow(
            MemorySegment from, long row, MemorySegment to, long newRow, long rowBytes) {
        MemorySegment.copy(from, row * rowBytes, to, newRow * rowBytes, rowBytes);
    }

    @Override
    public MalformedModelException failure(String tensor, String finding) {
        String shown = names.folderName(tensor).orElse(tensor);
        Optional<SafetensorsTensor> stored = stored(tensor);
        return new MalformedFolderException(
                stored.map(SafetensorsTensor::file).orElse(weights.files().getFirst()),
                stored.map(SafetensorsTensor::offset).orElse(0L),
                "tensor '%s' %s".formatted(shown, finding));
    }

    @Override
    public Set<Integer> endTokens() {
        return configuration.endTokens();
    }

    @Override
    public Tokenizer tokenizer() throws IOException {
        return TokenizerFiles.of(folder);
    }

    @Override
    public void close() {
        weights.close();
    }
}
