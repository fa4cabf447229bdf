package dev.talaria.schemas.grammar;

import tools.jackson.databind.JsonNode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Shows of premises that no value satisfies them; what is not shown may be true all the same.
final class EmptyPremises {

    private static final int MAX_DEPTH = 6;

    private final Map<Premise, Boolean> known = new HashMap<>();

    /// Whether surely no value satisfies all of it.
    boolean isEmpty(Premise premise) {
        return isEmpty(premise, MAX_DEPTH);
    }

    private boolean isEmpty(Premise premise, int depth) {
        if (premise.types() == 0) {
            return true;
        }
        if (depth == 0) {
            return false;
        }
        Boolean before = known.get(premise);
        if (before != null) {
            return before;
        }
        boolean empty = search(premise, depth);
        // Less depth may show less: only what was shown holds for the next one who asks.
        if (empty || depth == MAX_DEPTH) {
            known.put(premise, empty);
        }
        return empty;
    }

    private boolean search(Premise premise, int depth) {
        List<JsonNode> values = premise.values();
        if (values != null) {
            return values.isEmpty();
        }
        boolean possible =
                has(premise, Types.NULL | Types.BOOLEAN)
                        || has(premise, Types.NUMBER) && !premise.range().isSurelyEmpty()
                        || has(premise, Types.STRING) && !premise.strings().widest().isEmpty()
                        || has(premise, Types.ARRAY) && !hasNoArray(premise, depth)
                        || has(premise, Types.OBJECT) && !hasNoObject(premise, depth);
        if (!possible) {
            return true;
        }
        List<Premise> cases = premise.cases();
        return !cases.isEmpty() && cases.stream().allMatch(each -> isEmpty(each, depth - 1));
    }

    private static boolean has(Premise premise, int types) {
        return (premise.types() & types) != 0;
    }

    private boolean hasNoArray(Premise premise, int depth) {
        if (premise.minItems() > premise.maxItems()) {
            return true;
        }
        long there = Math.min(premise.minItems(), premise.distinctElements() + 1L);
        for (int i = 0; i < there; i++) {
            if (isEmpty(premise.element(i), depth - 1)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasNoObject(Premise premise, int depth) {
        if (premise.minProperties() > premise.maxProperties()) {
            return true;
        }
        for (String name : premise.required()) {
            boolean absent =
                    premise.names().complement().contains(name)
                            || isEmpty(premise.member(name), depth - 1);
            if (absent) {
                return true;
            }
        }
        return false;
    }
}
