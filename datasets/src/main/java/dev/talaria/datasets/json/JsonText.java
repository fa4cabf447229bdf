package dev.talaria.datasets.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/// How JSON is read: strictly, but for `NaN` and `Infinity`, which Python writes. Numbers keep
/// their digits, a name may stand only once in an object.
final class JsonText {

    private static final int MAX_DEPTH = 500;
    private static final int MAX_NUMBER = 1_000;

    static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(MAX_NUMBER)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .maxDocumentLength(-1)
                                                    .build())
                                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                                    .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /// For values that others may follow.
    static final ObjectReader IN_SEQUENCE =
            MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonText() {}

    /// What is wrong, without the names of the library's settings.
    static String finding(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Trailing token")) {
            return "something follows after the record";
        }
        int settings = message.indexOf(" for `ObjectNode`");
        return settings < 0 ? message : message.substring(0, settings);
    }
}
