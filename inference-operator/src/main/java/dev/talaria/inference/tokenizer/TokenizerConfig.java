package dev.talaria.inference.tokenizer;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the files beside a tokenizer say about it: `tokenizer_config.json`, `added_tokens.json`,
/// `generation_config.json`, `config.json`, `chat_template.jinja`. All of them may be absent.
///
/// @param begin the text of the begin token
/// @param end the text of the end token
/// @param addBegin whether prompts begin with the begin token
/// @param added tokens beyond the tokenizer's own, by id
/// @param beginIds ids of the begin token, as the model's own files number it
/// @param ends ids that end a generation
record TokenizerConfig(
        Optional<String> begin,
        Optional<String> end,
        Optional<Boolean> addBegin,
        Map<Integer, Added> added,
        Set<Integer> beginIds,
        Set<Integer> ends,
        ChatTemplateTexts templates) {

    /// Nothing is said.
    static final TokenizerConfig NONE =
            new TokenizerConfig(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of(),
                    Set.of(),
                    Set.of(),
                    ChatTemplateTexts.NONE);

    /// A token that a template may write.
    record Added(String content, boolean special) {}

    /// Reads what a folder has.
    ///
    /// @throws MalformedTokenizerException where a file is not what its name says
    static TokenizerConfig of(Path folder) throws IOException {
        Path file = folder.resolve("tokenizer_config.json");
        Optional<JsonNode> config = JsonText.tree(file);
        Map<Integer, Added> added = new TreeMap<>();
        Path addedFile = folder.resolve("added_tokens.json");
        JsonText.tree(addedFile).ifPresent(tokens -> readAdded(addedFile, tokens, added));
        config.ifPresent(node -> readDecoder(file, node.path("added_tokens_decoder"), added));
        Set<Integer> begins = new TreeSet<>();
        Set<Integer> ends = new TreeSet<>();
        for (String name : List.of("generation_config.json", "config.json")) {
            Path path = folder.resolve(name);
            Optional<JsonNode> node = JsonText.tree(path);
            node.ifPresent(n -> readIds(path, n.path("bos_token_id"), begins));
            node.ifPresent(n -> readIds(path, n.path("eos_token_id"), ends));
        }
        return new TokenizerConfig(
                config.flatMap(node -> tokenText(node.path("bos_token"))),
                config.flatMap(node -> tokenText(node.path("eos_token"))),
                config.map(node -> node.path("add_bos_token"))
                        .filter(JsonNode::isBoolean)
                        .map(JsonNode::booleanValue),
                added,
                begins,
                ends,
                templates(folder, config.map(node -> node.path("chat_template"))));
    }

    /// Completes a tokenizer's own parts.
    ///
    /// @param templateBegin the begin token the tokenizer itself puts in front
    void applyTo(VocabularyParts parts, Optional<String> templateBegin) {
        parts.addBegin = addBegin.orElse(parts.addBegin);
        templateBegin
                .or(() -> begin)
                .map(text -> find(parts, text))
                .filter(token -> token >= 0)
                .or(() -> beginIds.stream().filter(id -> id < parts.size()).findFirst())
                .ifPresent(token -> parts.beginToken = token);
        end.map(text -> find(parts, text))
                .filter(token -> token >= 0)
                .or(() ->
                        parts.endOfStream >= 0 ? Optional.of(parts.endOfStream) : Optional.empty())
                .or(() -> ends.stream().filter(id -> id < parts.size()).findFirst())
                .ifPresent(token -> parts.endOfStream = token);
        parts.ends.addAll(ends);
    }

    /// How many tokens there are, together with so many of the tokenizer's own.
    int sizeWith(int own) {
        return added.keySet().stream().mapToInt(id -> id + 1).reduce(own, Math::max);
    }

    /// Adds the tokens that the tokenizer's own file does not have, and says what those of them are
    /// for that it has.
    ///
    /// @param file the tokenizer's own
    /// @throws MalformedTokenizerException where both have a token of an id, and not the same
    void addTokensTo(VocabularyParts parts, Path file) {
        added.forEach((id, token) -> {
            TokenKind kind = parts.kinds[id];
            if (kind != TokenKind.UNUSED && !parts.text(id).equals(token.content())) {
                throw malformed(
                        file, "token " + id + " is another than in the configuration beside it");
            }
            if (kind != TokenKind.UNKNOWN && kind != TokenKind.CONTROL) {
                parts.set(
                        id,
                        token.content(),
                        token.special() ? TokenKind.CONTROL : TokenKind.USER_DEFINED);
            }
        });
    }

    private static int find(VocabularyParts parts, String text) {
        for (int token = 0; token < parts.size(); token++) {
            if (parts.kinds[token] == TokenKind.CONTROL && parts.text(token).equals(text)) {
                return token;
            }
        }
        return VocabularyParts.NONE;
    }

    // A token is its text, or an object with the text as its content.
    private static Optional<String> tokenText(JsonNode node) {
        JsonNode text = node.isObject() ? node.path("content") : node;
        return text.isString() ? Optional.of(text.stringValue()) : Optional.empty();
    }

    // {"<|im_end|>": 32000}: it does not say which are special, but structure is spelled so.
    private static void readAdded(Path file, JsonNode tokens, Map<Integer, Added> added) {
        tokens.properties()
                .forEach(entry -> {
                    String text = entry.getKey();
                    boolean special = text.startsWith("<|") || text.matches("</?s>|<pad>|<unk>");
                    added.put(id(file, entry.getValue(), text), new Added(text, special));
                });
    }

    private static void readDecoder(Path file, JsonNode tokens, Map<Integer, Added> added) {
        tokens.properties()
                .forEach(entry -> {
                    JsonNode token = entry.getValue();
                    String key = entry.getKey();
                    if (!key.matches("[0-9]{1,7}") || !token.path("content").isString()) {
                        throw malformed(
                                file,
                                "/added_tokens_decoder/" + key + " is no id with a 'content'");
                    }
                    int id = requireId(file, Integer.parseInt(key), key);
                    String content = token.path("content").stringValue();
                    added.put(id, new Added(content, token.path("special").asBoolean(false)));
                });
    }

    // One id, or a list of them, or null.
    private static void readIds(Path file, JsonNode node, Set<Integer> ids) {
        if (node.isArray()) {
            node.forEach(id -> ids.add(id(file, id, "eos_token_id")));
        } else if (!node.isNull() && !node.isMissingNode()) {
            ids.add(id(file, node, "eos_token_id"));
        }
    }

    private static int id(Path file, JsonNode node, String name) {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw malformed(file, "'" + name + "' is no token id");
        }
        return requireId(file, node.intValue(), name);
    }

    private static int requireId(Path file, int id, String name) {
        if (id < 0 || id >= VocabularyParts.MOST_TOKENS) {
            throw malformed(
                    file,
                    "the id %d of '%s' is not within 0 to %d"
                            .formatted(id, name, VocabularyParts.MOST_TOKENS - 1));
        }
        return id;
    }

    private static ChatTemplateTexts templates(Path folder, Optional<JsonNode> stated)
            throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonNode node = stated.orElse(null);
        if (node != null && node.isString()) {
            texts.put(ChatTemplateTexts.DEFAULT, node.stringValue());
        } else if (node != null && node.isArray()) {
            node.forEach(entry ->
                    texts.put(
                            entry.path("name").asString(ChatTemplateTexts.DEFAULT),
                            entry.path("template").asString("")));
        }
        Path apart = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(apart)) {
            texts.put(
                    ChatTemplateTexts.DEFAULT,
                    new String(TokenizerFiles.bytes(apart), StandardCharsets.UTF_8));
        }
        return texts.isEmpty() ? ChatTemplateTexts.NONE : new ChatTemplateTexts(texts);
    }

    private static MalformedTokenizerException malformed(Path file, String finding) {
        return new MalformedTokenizerException(file, 0, finding);
    }
}
