package dev.talaria.schemas.validation;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.dialect.DefaultDialectRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.DialectRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.AnnotationKeyword;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;

import tools.jackson.databind.JsonNode;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The drafts as they are published: what the library adds to them says nothing.
///
/// Keywords of its own would be asserted of answers though no draft knows them; `id` in the drafts
/// after the one that has it would make the whole schema unusable; and that a string holds what
/// draft-07's `contentEncoding` and `contentMediaType` say is for those to look at who decode it,
/// as it is in all later drafts.
final class StandardDialects {

    private static final List<String> OWN = List.of("notAllowed");
    private static final List<String> BOOLEANS = List.of("true", "false");
    private static final List<String> CONTENT = List.of("contentEncoding", "contentMediaType");

    private static final List<Dialect> ALL =
            Stream.of(
                            Dialects.getDraft4(),
                            Dialects.getDraft6(),
                            Dialects.getDraft7(),
                            Dialects.getDraft201909(),
                            Dialects.getDraft202012())
                    .map(StandardDialects::published)
                    .toList();

    private StandardDialects() {}

    /// Those drafts, and dialects that schemas describe themselves; of one use, since it keeps the
    /// latter.
    static DialectRegistry registry() {
        return new DefaultDialectRegistry(ALL);
    }

    private static Dialect published(Dialect dialect) {
        return Dialect.builder(dialect)
                .keywords(keywords -> silence(keywords, dialect.getIdKeyword()))
                .build();
    }

    private static void silence(Map<String, Keyword> keywords, String identifier) {
        OWN.forEach(name -> silenceOne(keywords, name));
        CONTENT.forEach(name -> silenceOne(keywords, name));
        BOOLEANS.forEach(name -> keywords.computeIfPresent(name, OfBooleans::new));
        if (!identifier.equals("id")) {
            silenceOne(keywords, "id");
        }
    }

    private static void silenceOne(Map<String, Keyword> keywords, String name) {
        keywords.computeIfPresent(name, (same, asserting) -> new AnnotationKeyword(name));
    }

    /// How the library judges schemas that are booleans, and nothing else: a member of that name in
    /// a schema says nothing.
    private record OfBooleans(String name, Keyword asserting) implements Keyword {

        @Override
        public String getValue() {
            return name;
        }

        @Override
        public KeywordValidator newValidator(
                SchemaLocation location, JsonNode node, Schema schema, SchemaContext context)
                throws Exception {
            Keyword meant =
                    schema.getSchemaNode().isBoolean() ? asserting : new AnnotationKeyword(name);
            return meant.newValidator(location, node, schema, context);
        }
    }
}
