package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.UnsupportedModelException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Tokenizers from the files in which models are published, other than GGUF.
public final class TokenizerFiles {

    private static final String JSON = "tokenizer.json";
    private static final String MODEL = "tokenizer.model";

    // The largest real ones have some twenty megabytes.
    private static final long MOST_BYTES = 256L << 20;

    private TokenizerFiles() {}

    /// The tokenizer of a folder, or of one file.
    ///
    /// A folder's `tokenizer.json` is preferred to its `tokenizer.model`, and completed by what
    /// lies beside it: added tokens, begin and end tokens, chat templates. A file is read for
    /// itself: a `tokenizer.json`, or a `tokenizer.model` of SentencePiece or of Llama 3 (lines of
    /// a token in base64 and its rank).
    ///
    /// @throws MalformedTokenizerException where a file is damaged
    /// @throws UnsupportedModelException where the tokenizer is of a kind that is not implemented,
    ///   or the folder has none
    /// @throws IOException where a file cannot be read
    public static Tokenizer of(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isDirectory(path)) {
            return read(path, TokenizerConfig.NONE);
        }
        for (String name : new String[] {JSON, MODEL}) {
            Path file = path.resolve(name);
            if (Files.isRegularFile(file)) {
                return read(file, TokenizerConfig.of(path));
            }
        }
        throw new UnsupportedModelException(
                "%s: the folder has neither %s nor %s; name the folder or file that has the tokenizer"
                        .formatted(path, JSON, MODEL));
    }

    private static Tokenizer read(Path file, TokenizerConfig config) throws IOException {
        return of(file, bytes(file), config);
    }

    /// The tokenizer in a file's bytes, whatever their format.
    static Tokenizer of(Path file, byte[] bytes, TokenizerConfig config) {
        int first = 0;
        while (first < bytes.length && " \t\r\n".indexOf(bytes[first]) >= 0) {
            first++;
        }
        if (first == bytes.length) {
            throw new MalformedTokenizerException(
                    file, 0, "the file is empty; " + MalformedTokenizerException.INCOMPLETE);
        }
        if (bytes[first] == '{') {
            return new JsonTokenizer(TokenizerJson.read(file, bytes), config).build();
        }
        if (RankFile.isLikely(bytes)) {
            return new RankFile(file, bytes).tokenizer(config);
        }
        return new SentencePieceModel(file, bytes).tokenizer(config);
    }

    /// The whole of a file that should not be large.
    ///
    /// @throws MalformedTokenizerException where it is
    static byte[] bytes(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MOST_BYTES) {
            throw new MalformedTokenizerException(
                    file, MOST_BYTES, size + " bytes are more than any tokenizer has");
        }
        return Files.readAllBytes(file);
    }
}
