package dev.talaria.inference.tokenizer;

import dev.talaria.inference.gguf.UnsupportedModelException;
import dev.talaria.inference.tokenizer.SentencePieceTokenizer.SpaceRules;
import dev.talaria.inference.tokenizer.TokenizerJson.AddedToken;
import dev.talaria.inference.tokenizer.TokenizerJson.Merge;
import dev.talaria.inference.tokenizer.VocabularyParts.Spelling;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The tokenizer that a `tokenizer.json` describes: byte-level BPE, or the BPE of SentencePiece
/// with byte fallback. What changes an encoding and is not implemented is refused by its name.
final class JsonTokenizer {

    private static final String MARK = String.valueOf(Vocabulary.SPACE_MARK);

    private final TokenizerJson json;
    private final TokenizerConfig config;

    JsonTokenizer(TokenizerJson json, TokenizerConfig config) {
        this.json = json;
        this.config = config;
    }

    /// @throws UnsupportedModelException where it is of a kind that is not implemented
    /// @throws MalformedTokenizerException where its parts do not fit together
    Tokenizer build() {
        if (!json.modelType.equals("BPE")
                && !(json.modelType.isEmpty() && !json.merges.isEmpty())) {
            throw unsupported("the model type '" + json.modelType + "'", "'BPE' is");
        }
        for (String modifier :
                Set.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
            if (json.modelFlags.contains(modifier)) {
                throw unsupported("'" + modifier + "' of the model", "models without it are");
            }
        }
        if (json.size == 0) {
            throw malformed("the vocabulary is empty");
        }
        List<JsonNode> steps = flat(json.preTokenizer, "pretokenizers");
        boolean isByteLevel = steps.stream().anyMatch(step -> type(step).equals("ByteLevel"));
        return isByteLevel ? byteLevel(steps) : sentencePiece(steps);
    }

    private Tokenizer byteLevel(List<JsonNode> steps) {
        for (JsonNode normalizer : flat(json.normalizer, "normalizers")) {
            throw unsupported(
                    "the normalizer '" + type(normalizer) + "'", "byte-level BPE without one is");
        }
        TextSplit split = split(steps);
        Vocabulary vocabulary = vocabulary(parts(Spelling.BYTE_LEVEL));
        return new ByteLevelTokenizer(
                vocabulary,
                config.templates(),
                split,
                merges(vocabulary),
                json.modelFlags.contains("ignore_merges"));
    }

    private TextSplit split(List<JsonNode> steps) {
        JsonNode last = steps.getLast();
        boolean plain = type(last).equals("ByteLevel") && !flag(last, "add_prefix_space", true);
        boolean splitsItself = flag(last, "use_regex", true);
        if (plain && splitsItself && steps.size() == 1) {
            return TextSplit.GPT2;
        }
        if (!plain || splitsItself || steps.size() != 2 || !isolates(steps.getFirst())) {
            throw unsupported(
                    "this combination of pre-tokenizers",
                    "'Split' with 'ByteLevel' is, or the latter alone");
        }
        String pattern = text(steps.getFirst().path("pattern"), "Regex");
        return TextSplit.ofPattern(pattern)
                .orElseThrow(() ->
                        unsupported(
                                "the split pattern '" + shortened(pattern) + "'",
                                "those of Llama 3 and GPT-2 are"));
    }

    // Both cut at every match; the patterns that are known match everything.
    private static boolean isolates(JsonNode split) {
        String behavior = text(split, "behavior");
        boolean inverted = flag(split, "invert", false);
        return type(split).equals("Split")
                && (behavior.equals("Isolated") && !inverted
                        || behavior.equals("Removed") && inverted);
    }

    private Tokenizer sentencePiece(List<JsonNode> steps) {
        if (!json.modelFlags.contains("byte_fallback")) {
            throw unsupported(
                    "BPE over characters without byte fallback", "with it, or byte-level, it is");
        }
        VocabularyParts parts = parts(Spelling.SENTENCE_PIECE);
        boolean replaces = readNormalizer(parts);
        SpaceRules spaces = SpaceRules.PLAIN;
        if (steps.size() == 1 && type(steps.getFirst()).equals("Metaspace")) {
            spaces = metaspace(steps.getFirst(), parts);
        } else if (!steps.isEmpty() || !replaces) {
            throw unsupported(
                    "this combination of normalizers and pre-tokenizers",
                    "'Prepend' and 'Replace', or 'Metaspace', are");
        }
        Vocabulary vocabulary = vocabulary(parts);
        return new SentencePieceTokenizer(
                vocabulary,
                config.templates(),
                MergeTable.byMerges(vocabulary, merges(vocabulary)),
                spaces);
    }

    private boolean readNormalizer(VocabularyParts parts) {
        boolean replaces = false;
        for (JsonNode step : flat(json.normalizer, "normalizers")) {
            boolean isPrefix = type(step).equals("Prepend") && text(step, "prepend").equals(MARK);
            boolean isMark =
                    type(step).equals("Replace")
                            && text(step.path("pattern"), "String").equals(" ")
                            && text(step, "content").equals(MARK);
            if (isPrefix) {
                parts.spacePrefix = SpacePrefix.EVERY;
            } else if (isMark) {
                replaces = true;
            } else {
                throw unsupported(
                        "the normalizer '" + type(step) + "' as it is set up",
                        "'Prepend' and 'Replace' of spaces are");
            }
        }
        return replaces;
    }

    private SpaceRules metaspace(JsonNode step, VocabularyParts parts) {
        if (!text(step, "replacement").equals(MARK)) {
            throw unsupported("another mark for spaces than '" + MARK + "'", "only that");
        }
        String scheme = text(step, "prepend_scheme");
        if (scheme.isEmpty()) {
            scheme = flag(step, "add_prefix_space", true) ? "always" : "never";
        }
        parts.spacePrefix =
                switch (scheme) {
                    case "always" -> SpacePrefix.EVERY;
                    case "first" -> SpacePrefix.FIRST;
                    case "never" -> SpacePrefix.NEVER;
                    default ->
                            throw unsupported(
                                    "the prepend scheme '" + scheme + "'",
                                    "always, first and never are");
                };
        return new SpaceRules(true, flag(step, "split", true));
    }

    private VocabularyParts parts(Spelling spelling) {
        VocabularyParts parts = new VocabularyParts(spelling, config.sizeWith(json.size));
        boolean spellsBytes = spelling == Spelling.SENTENCE_PIECE;
        json.vocabulary.forEach((text, id) -> {
            boolean isByte = spellsBytes && VocabularyParts.spelledByte(text).isPresent();
            parts.set(id, text, isByte ? TokenKind.BYTE : TokenKind.NORMAL);
        });
        for (AddedToken token : json.added) {
            boolean isTaken = parts.kinds[token.id()] != TokenKind.UNUSED;
            if (isTaken && !parts.text(token.id()).equals(token.content())) {
                throw malformed(
                        "added token %d '%s' is '%s' in the vocabulary"
                                .formatted(
                                        token.id(),
                                        shortened(token.content()),
                                        shortened(parts.text(token.id()))));
            }
            parts.set(
                    token.id(),
                    token.content(),
                    token.special() ? TokenKind.CONTROL : TokenKind.USER_DEFINED);
        }
        config.addTokensTo(parts, json.file);
        Integer unknown = json.unknown == null ? null : json.vocabulary.get(json.unknown);
        if (unknown != null) {
            parts.unknownToken = unknown;
            parts.kinds[unknown] = TokenKind.UNKNOWN;
        }
        Optional<String> begin = templateBegin();
        parts.addBegin = begin.isPresent();
        config.applyTo(parts, begin);
        return parts;
    }

    // The special token that the post-processor puts before a single text.
    private Optional<String> templateBegin() {
        for (JsonNode step : flat(json.postProcessor, "processors")) {
            if (type(step).equals("TemplateProcessing")) {
                String first = text(step.path("single").path(0).path("SpecialToken"), "id");
                if (!first.isEmpty()) {
                    return Optional.of(first);
                }
            }
        }
        return Optional.empty();
    }

    private Vocabulary vocabulary(VocabularyParts parts) {
        return new Vocabulary(json.file.toString(), parts);
    }

    private PairTable merges(Vocabulary vocabulary) {
        MergeList list = new MergeList(vocabulary, json.merges.size());
        for (Merge merge : json.merges) {
            Function<String, RuntimeException> failure =
                    finding -> new MalformedTokenizerException(json.file, merge.offset(), finding);
            if (merge.right() == null) {
                list.add(merge.left(), failure);
            } else {
                list.add(merge.left(), merge.right(), failure);
            }
        }
        return list.pairs();
    }

    // A step, or the steps of a 'Sequence'; null is none. Sequences within sequences do not occur.
    private static List<JsonNode> flat(JsonNode step, String name) {
        if (step.isNull() || step.isMissingNode()) {
            return List.of();
        }
        if (!type(step).equals("Sequence")) {
            return List.of(step);
        }
        List<JsonNode> steps = new ArrayList<>();
        step.path(name).forEach(steps::add);
        return steps;
    }

    private static String type(JsonNode step) {
        return text(step, "type");
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isString() ? value.stringValue() : "";
    }

    private static boolean flag(JsonNode node, String name, boolean otherwise) {
        JsonNode value = node.path(name);
        return value.isBoolean() ? value.booleanValue() : otherwise;
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }

    private MalformedTokenizerException malformed(String finding) {
        return new MalformedTokenizerException(json.file, 0, finding);
    }

    private UnsupportedModelException unsupported(String what, String instead) {
        return new UnsupportedModelException(
                "%s: %s is not supported; %s".formatted(json.file, what, instead));
    }
}
