package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ArrayShape.Kind;
import dev.talaria.schemas.grammar.ObjectShape.Member;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Values written in the schema, by `enum` or `const`, whose members may come in any order: they
/// are the objects that have exactly these members, instead of a text.
final class LiteralShapes {

    private final Spelling spelling;
    private final Gaps gaps;
    private final Map<String, Value> values = new HashMap<>();

    LiteralShapes(Spelling spelling) {
        this.spelling = spelling;
        this.gaps = Gaps.of(spelling);
    }

    /// Whether the value has an object of several members somewhere.
    static boolean isOrdered(JsonNode literal) {
        if (literal.isObject() && literal.size() > 1) {
            return true;
        }
        for (JsonNode part : literal) {
            if (isOrdered(part)) {
                return true;
            }
        }
        return false;
    }

    /// Adds the value.
    ///
    /// @param literal an array or an object, with a spelling
    void add(JsonNode literal, Value to) {
        if (literal.isObject()) {
            List<Member> members = new ArrayList<>();
            for (Map.Entry<String, JsonNode> member : literal.properties()) {
                byte[] name = CanonicalJson.characters(member.getKey());
                MemberValue value = new MemberValue(0, value(member.getValue()));
                members.add(new Member(name, List.of(value), true));
            }
            to.add(
                    new ObjectShape(
                            members,
                            List.of(),
                            MemberNeeds.NONE,
                            0,
                            0,
                            ObjectShape.UNBOUNDED,
                            PropertyOrder.ANY,
                            gaps));
        } else {
            List<List<Kind>> elements = new ArrayList<>();
            for (JsonNode element : literal) {
                elements.add(List.of(new Kind(value(element), 0)));
            }
            int size = elements.size();
            to.add(
                    new ArrayShape(
                            elements, List.of(), size, size, ElementCounts.NONE, false, gaps));
        }
    }

    // Equal values are the same one. Deep ones cannot occur: the schema has been read with a limit.
    private Value value(JsonNode literal) {
        String identity = CanonicalJson.identity(literal);
        Value known = values.get(identity);
        if (known != null) {
            return known;
        }
        Value value = new Value();
        if (isOrdered(literal)) {
            add(literal, value);
        } else {
            value.add(LiteralSet.of(List.of(CanonicalJson.of(literal, spelling)), gaps));
        }
        value.lowerCost();
        value.seal();
        values.put(identity, value);
        return value;
    }
}
