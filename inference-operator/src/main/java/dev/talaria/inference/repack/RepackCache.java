package dev.talaria.inference.repack;

import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.WeightMatrix;
import dev.talaria.inference.kernel.WeightMemory;
import dev.talaria.inference.kernel.WorkerTeam;
import dev.talaria.inference.repack.RepackedHeader.Entry;
import dev.talaria.inference.tensor.TensorShape;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// The repacked weights of one model in a folder. It never fails a start: what is missing, damaged
/// or of another model is repacked anew, and what cannot be kept is not kept; both are logged.
///
/// The file is called after the model, the place it lies at and the order of the weights, so that a
/// model that changes replaces its own file, and machines with other vectors may share the folder.
public final class RepackCache {

    private static final Logger LOG = LoggerFactory.getLogger(RepackCache.class);

    private static final int LONGEST_NAME = 60;
    private static final int HASH_BYTES = 8;

    private final RepackedFile file;
    private final List<Path> modelFiles;
    private final byte[] identity;
    private final Kernels kernels;

    private RepackCache(
            RepackedFile file, List<Path> modelFiles, byte[] identity, Kernels kernels) {
        this.file = file;
        this.modelFiles = modelFiles;
        this.identity = identity;
        this.kernels = kernels;
    }

    /// The weights of a model; empty where these kernels take weights as they are stored, or the
    /// model's files cannot be told apart from others.
    ///
    /// @param folder may not exist yet
    /// @param model what the model is called, a file or a folder
    /// @param files all that its weights depend on
    /// @param matrices what is repacked, each once
    public static Optional<RepackCache> of(
            Path folder,
            Path model,
            List<Path> files,
            List<TensorShape> matrices,
            Kernels kernels,
            WorkerTeam team) {
        Optional<String> name = kernels.weightOrder();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] order = WeightOrder.of(name.get(), kernels, matrices, team);
            byte[] identity = ModelIdentity.of(files);
            RepackedHeader header =
                    new RepackedHeader(order, identity, matrices, kernels::preparedBytes);
            Path path = folder.resolve(fileName(model.toRealPath(), name.get()));
            return Optional.of(
                    new RepackCache(new RepackedFile(path, header), files, identity, kernels));
        } catch (IOException e) {
            LOG.warn("repacked weights of {}: not kept ({})", model, e.toString());
            return Optional.empty();
        }
    }

    private static String fileName(Path model, String order) {
        return "%s-%s.panels".formatted(fileName(model), hash(order));
    }

    /// What the names of a model's files in the folder begin with.
    ///
    /// @param model as it really lies
    static String fileName(Path model) {
        String name = String.valueOf(model.getFileName()).replaceAll("[^A-Za-z0-9._-]", "_");
        return "%s-%s"
                .formatted(
                        name.substring(0, Math.min(name.length(), LONGEST_NAME)),
                        hash(model.toString()));
    }

    private static String hash(String text) {
        byte[] digest = Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    }

    /// The file that is read and written.
    public Path path() {
        return file.path();
    }

    /// The matrices by name, read from the file; empty where it is not there or not to be used.
    ///
    /// @param to where they come to lie; what was taken of it is of no use where this is empty
    /// @param onBytes hears of the bytes that are ready, on the calling thread
    public Optional<Map<String, WeightMatrix>> restore(
            WeightMemory to, WorkerTeam team, LongConsumer onBytes) {
        try {
            List<MemorySegment> memory = file.read(to, team, onBytes);
            Map<String, WeightMatrix> matrices = new LinkedHashMap<>();
            List<Entry> entries = file.header().entries();
            for (int i = 0; i < entries.size(); i++) {
                TensorShape shape = entries.get(i).shape();
                matrices.put(shape.name(), kernels.restore(shape, memory.get(i)));
            }
            LOG.info("repacked weights: read from {}", path());
            return Optional.of(matrices);
        } catch (NoSuchFileException e) {
            LOG.info("repacked weights: {} is not there yet; repacking", path());
        } catch (UnusableFileException e) {
            LOG.info("repacked weights: {} is not used: {}; repacking", path(), e.getMessage());
        } catch (IOException e) {
            LOG.warn("repacked weights: {} cannot be read ({}); repacking", path(), e.toString());
        }
        return Optional.empty();
    }

    /// Writes the file, replacing another.
    ///
    /// @param matrices by name, all that [#of] was told
    public void keep(Map<String, WeightMatrix> matrices, WorkerTeam team) {
        List<MemorySegment> memory = new ArrayList<>();
        for (Entry entry : file.header().entries()) {
            memory.add(matrices.get(entry.shape().name()).memory());
        }
        try {
            if (!Arrays.equals(identity, ModelIdentity.of(modelFiles))) {
                LOG.warn("repacked weights: not kept, the model changed while it was loaded");
                return;
            }
            LOG.info("repacked weights: writing {} bytes to {}", file.header().fileBytes(), path());
            file.write(memory, team);
        } catch (IOException e) {
            LOG.warn(
                    "repacked weights: {} cannot be written ({}); the next start repacks again",
                    path(),
                    e.toString());
        }
    }
}
