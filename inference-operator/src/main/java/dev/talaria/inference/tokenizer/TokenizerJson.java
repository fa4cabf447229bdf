package dev.talaria.inference.tokenizer;

import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What stands in a `tokenizer.json` (Hugging Face tokenizers, format 1.0), each part checked for
/// itself; see [JsonTokenizer] for what it means.
final class TokenizerJson {

    private static final int MOST_MERGES = 1 << 22;

    /// A token that a template may write.
    ///
    /// @param special whether it is structure, rather than a tag with a text
    record AddedToken(int id, String content, boolean special) {}

    /// Two tokens to be joined: `left` and `right`, or `left right` where `right` is null.
    record Merge(String left, String right, long offset) {}

    final Path file;
    final List<AddedToken> added = new ArrayList<>();
    final Map<String, Integer> vocabulary = new HashMap<>();
    final List<Merge> merges = new ArrayList<>();
    final Set<String> modelFlags = new HashSet<>();
    JsonNode normalizer = NullNode.getInstance();
    JsonNode preTokenizer = NullNode.getInstance();
    JsonNode postProcessor = NullNode.getInstance();
    String modelType = "";
    String unknown;
    int size;
    private boolean hasModel;

    private final BitSet ids = new BitSet();

    private TokenizerJson(Path file) {
        this.file = file;
    }

    /// Reads a file's bytes.
    ///
    /// @throws MalformedTokenizerException where they are not a tokenizer
    static TokenizerJson read(Path file, byte[] bytes) {
        TokenizerJson tokenizer = new TokenizerJson(file);
        try (JsonText json = new JsonText(file, bytes)) {
            json.next();
            json.enterObject("the file");
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                tokenizer.readPart(name, json);
            }
            if (!tokenizer.hasModel) {
                throw json.failure("there is no 'model'; is this a tokenizer.json?");
            }
            if (json.next() != null) {
                throw json.failure("something follows the tokenizer");
            }
        }
        return tokenizer;
    }

    private void readPart(String name, JsonText json) {
        switch (name) {
            case "added_tokens" -> readAddedTokens(json);
            case "normalizer" -> normalizer = json.tree();
            case "pre_tokenizer" -> preTokenizer = json.tree();
            case "post_processor" -> postProcessor = json.tree();
            case "model" -> readModel(json);
            // The decoder is the encoder's inverse; the rest pads and cuts batches.
            default -> json.skip();
        }
    }

    private void readAddedTokens(JsonText json) {
        if (json.is(JsonToken.VALUE_NULL)) {
            return;
        }
        json.enterArray("'added_tokens'");
        while (json.nextElement()) {
            added.add(addedToken(json));
        }
    }

    private AddedToken addedToken(JsonText json) {
        json.enterObject("an added token");
        int id = -1;
        String content = null;
        boolean special = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "id" -> id = json.id("the id of an added token");
                case "content" -> content = text(json, "the content of an added token");
                case "special" -> special = json.flag("'special' of an added token");
                default -> json.skip();
            }
        }
        if (id < 0 || content == null || content.isEmpty()) {
            throw json.failure("an added token lacks its id or its content");
        }
        size = Math.max(size, id + 1);
        return new AddedToken(id, content, special);
    }

    private void readModel(JsonText json) {
        if (hasModel) {
            throw json.failure("there is a second 'model'");
        }
        hasModel = true;
        json.enterObject("'model'");
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "type" -> modelType = json.string("'type' of the model");
                case "vocab" -> readVocabulary(json);
                case "merges" -> readMerges(json);
                case "unk_token" -> {
                    if (!json.is(JsonToken.VALUE_NULL)) {
                        unknown = json.string("'unk_token'");
                    }
                }
                case "byte_fallback", "ignore_merges" -> {
                    if (json.flag("'" + name + "'")) {
                        modelFlags.add(name);
                    }
                }
                case "dropout", "continuing_subword_prefix", "end_of_word_suffix" ->
                        readModifier(name, json);
                default -> json.skip();
            }
        }
    }

    // Any of these would change what is encoded; they are written as null or empty where unused.
    private void readModifier(String name, JsonText json) {
        JsonNode value = json.tree();
        boolean isUnused =
                value.isNull()
                        || value.isString() && value.stringValue().isEmpty()
                        || value.isNumber() && value.doubleValue() == 0;
        if (!isUnused) {
            modelFlags.add(name);
        }
    }

    // A unigram model has an array here; the type says so.
    private void readVocabulary(JsonText json) {
        if (json.is(JsonToken.START_ARRAY)) {
            json.skip();
            return;
        }
        json.enterObject("'vocab'");
        for (String token = json.nextName(); token != null; token = json.nextName()) {
            int id = json.id("the id of a token");
            if (token.length() > VocabularyParts.LONGEST_TOKEN) {
                throw json.failure(
                        "token %d has %d characters, more than %d"
                                .formatted(id, token.length(), VocabularyParts.LONGEST_TOKEN));
            }
            requireWhole(json, token);
            if (vocabulary.put(token, id) != null || ids.get(id)) {
                throw json.failure("token " + id + " or its text is there twice");
            }
            ids.set(id);
            size = Math.max(size, id + 1);
        }
    }

    private void readMerges(JsonText json) {
        json.enterArray("'merges'");
        while (json.nextElement()) {
            long offset = json.offset();
            if (merges.size() == MOST_MERGES) {
                throw json.failure("there are more than " + MOST_MERGES + " merges");
            }
            if (json.is(JsonToken.START_ARRAY)) {
                json.next();
                String left = json.string("the first part of a merge");
                json.next();
                merges.add(new Merge(left, json.string("the second part of a merge"), offset));
                if (json.nextElement()) {
                    throw json.failure("a merge has more than two parts");
                }
            } else {
                merges.add(new Merge(json.string("a merge"), null, offset));
            }
        }
    }

    private static String text(JsonText json, String what) {
        String text = json.string(what);
        if (text.length() > VocabularyParts.LONGEST_TOKEN) {
            throw json.failure(
                    what + " is longer than " + VocabularyParts.LONGEST_TOKEN + " characters");
        }
        requireWhole(json, text);
        return text;
    }

    private static void requireWhole(JsonText json, String text) {
        if (!Surrogates.paired(text).equals(text)) {
            throw json.failure("a token contains half a character");
        }
    }
}
