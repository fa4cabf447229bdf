package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.SentencePieceTokenizer.SpaceRules;
import dev.talaria.inference.tokenizer.VocabularyParts.Spelling;

import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A `tokenizer.model` of SentencePiece: the protocol buffer `ModelProto`, of which the pieces and
/// some fields of the trainer's and the normalizer's specification are read.
final class SentencePieceModel {

    private static final int UNIGRAM = 1;
    private static final int BPE = 2;

    // The enumeration of a piece's type, by number.
    private static final TokenKind[] KINDS = {
        TokenKind.UNDEFINED,
        TokenKind.NORMAL,
        TokenKind.UNKNOWN,
        TokenKind.CONTROL,
        TokenKind.USER_DEFINED,
        TokenKind.UNUSED,
        TokenKind.BYTE
    };

    private record Entry(String text, float score, TokenKind kind) {}

    private final Path file;
    private final byte[] bytes;
    private final List<Entry> pieces = new ArrayList<>();

    // What holds where the file does not say otherwise.
    private long modelType = UNIGRAM;
    private long unknown;
    private long begin = 1;
    private long end = 2;
    private boolean suffixed;
    private boolean prefixed = true;
    private boolean collapses = true;
    private boolean escapes = true;
    private boolean maps;

    SentencePieceModel(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// @throws MalformedTokenizerException where the bytes are not such a model
    /// @throws UnsupportedModelException where it is not BPE, or changes texts before encoding
    Tokenizer tokenizer(TokenizerConfig config) {
        ProtobufCursor model = new ProtobufCursor(file, bytes);
        while (model.next()) {
            switch (model.field()) {
                case 1 -> readPiece(model.message("a piece"));
                case 2 -> readTrainer(model.message("the trainer's specification"));
                case 3 -> readNormalizer(model.message("the normalizer's specification"));
                default -> model.skip();
            }
        }
        if (pieces.isEmpty()) {
            throw new MalformedTokenizerException(file, 0, "there are no pieces");
        }
        requireSupported();
        Vocabulary vocabulary = new Vocabulary(file.toString(), parts(config));
        return new SentencePieceTokenizer(
                vocabulary, config.templates(), MergeTable.byScore(vocabulary), SpaceRules.PLAIN);
    }

    private void readPiece(ProtobufCursor piece) {
        String text = "";
        float score = 0;
        TokenKind kind = TokenKind.NORMAL;
        while (piece.next()) {
            switch (piece.field()) {
                case 1 -> text = text(piece);
                case 2 -> score = score(piece);
                case 3 -> kind = kind(piece);
                default -> piece.skip();
            }
        }
        if (kind == TokenKind.BYTE && VocabularyParts.spelledByte(text).isEmpty()) {
            throw piece.failure("a byte piece is spelled otherwise than <0x00> to <0xFF>");
        }
        if (pieces.size() == VocabularyParts.MOST_TOKENS) {
            throw piece.failure("there are more than " + VocabularyParts.MOST_TOKENS + " pieces");
        }
        // What chats are made of is structure, also where it was trained as a symbol of its own.
        boolean isStructure =
                kind == TokenKind.USER_DEFINED && text.startsWith("<|") && text.endsWith("|>");
        pieces.add(new Entry(text, score, isStructure ? TokenKind.CONTROL : kind));
    }

    private static String text(ProtobufCursor piece) {
        byte[] text = piece.bytes("a piece's text");
        if (text.length > VocabularyParts.LONGEST_TOKEN) {
            throw piece.failure(
                    "a piece has %d bytes, more than %d"
                            .formatted(text.length, VocabularyParts.LONGEST_TOKEN));
        }
        try {
            return Utf8.decode(text);
        } catch (CharacterCodingException e) {
            throw piece.failure("a piece is not UTF-8");
        }
    }

    private static float score(ProtobufCursor piece) {
        float score = piece.float32("a piece's score");
        if (Float.isNaN(score)) {
            throw piece.failure("a piece's score is not a number");
        }
        return score + 0f; // makes -0 equal to 0 in every order
    }

    private static TokenKind kind(ProtobufCursor piece) {
        long kind = piece.varint("a piece's type");
        if (kind < 1 || kind >= KINDS.length) {
            throw piece.failure("a piece has type " + kind + "; 1 to 6 exist");
        }
        return KINDS[(int) kind];
    }

    private void readTrainer(ProtobufCursor trainer) {
        while (trainer.next()) {
            switch (trainer.field()) {
                case 3 -> modelType = trainer.varint("the model type");
                case 24 -> suffixed = trainer.varint("the place of spaces") != 0;
                case 40 -> unknown = trainer.int32("the id of the unknown token");
                case 41 -> begin = trainer.int32("the id of the begin token");
                case 42 -> end = trainer.int32("the id of the end token");
                default -> trainer.skip();
            }
        }
    }

    private void readNormalizer(ProtobufCursor normalizer) {
        while (normalizer.next()) {
            switch (normalizer.field()) {
                case 2 -> maps = normalizer.bytes("the map of characters").length > 0;
                case 3 -> prefixed = normalizer.varint("the space prefix") != 0;
                case 4 -> collapses = normalizer.varint("the removal of spaces") != 0;
                case 5 -> escapes = normalizer.varint("the mark of spaces") != 0;
                default -> normalizer.skip();
            }
        }
    }

    private void requireSupported() {
        if (modelType != BPE) {
            String name = modelType == UNIGRAM ? "unigram" : "type " + modelType;
            throw unsupported("a SentencePiece model of " + name, "BPE is");
        }
        if (maps || collapses || suffixed || !escapes) {
            throw unsupported(
                    "a SentencePiece model that normalizes texts",
                    "one that takes them as they are is ('identity', all spaces kept)");
        }
    }

    private UnsupportedModelException unsupported(String what, String instead) {
        return new UnsupportedModelException(
                "%s: %s is not supported; %s".formatted(file, what, instead));
    }

    private VocabularyParts parts(TokenizerConfig config) {
        int size = config.sizeWith(pieces.size());
        VocabularyParts parts = new VocabularyParts(Spelling.SENTENCE_PIECE, size);
        for (int token = 0; token < pieces.size(); token++) {
            Entry piece = pieces.get(token);
            parts.set(token, piece.text(), piece.kind());
            parts.scores[token] = piece.score();
        }
        config.addTokensTo(parts, file);
        parts.unknownToken = id(unknown, "unknown");
        parts.beginToken = id(begin, "begin");
        parts.endOfStream = id(end, "end");
        parts.addBegin = true;
        parts.spacePrefix = prefixed ? SpacePrefix.EVERY : SpacePrefix.NEVER;
        config.applyTo(parts, Optional.empty());
        return parts;
    }

    // A negative id says that there is no such token.
    private int id(long id, String what) {
        if (id >= pieces.size()) {
            throw new MalformedTokenizerException(
                    file, 0, "the %s token %d is none of %d".formatted(what, id, pieces.size()));
        }
        return id < 0 ? VocabularyParts.NONE : (int) id;
    }
}
