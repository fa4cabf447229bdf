package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.SchemaInclusion.Obstacle;
import dev.talaria.schemas.grammar.SchemaNode.Contains;

import java.util.List;

/// The part of an [InclusionProof] that is about the elements of arrays.
final class ElementInclusion {

    private final InclusionProof proof;
    private final Premise premise;
    private final SchemaNode schema;

    ElementInclusion(InclusionProof proof, Premise premise, SchemaNode schema) {
        this.proof = proof;
        this.premise = premise;
        this.schema = schema;
    }

    Obstacle obstacle() {
        if (premise.minItems() < schema.minItems) {
            return at("/minItems", "arrays of the new version may be shorter");
        }
        if (premise.maxItems() > schema.maxItems) {
            return at("/maxItems", "arrays of the new version may be longer");
        }
        if (schema.uniqueItems && !premise.uniqueItems() && premise.maxItems() > 1) {
            return at("/uniqueItems", "the new version may repeat elements");
        }
        if (schema.unevaluatedItems != null || schema.repeatedItems) {
            return at("/unevaluatedItems", "the two versions differ, and this is not compared");
        }
        Obstacle obstacle = elements();
        for (Contains contains : schema.contains) {
            if (obstacle == null && !holds(contains)) {
                obstacle = at("/contains", "the new version does not keep to it");
            }
        }
        return obstacle;
    }

    private Obstacle elements() {
        int distinct = Math.max(premise.distinctElements(), schema.prefixItems.size());
        for (int i = 0; i <= distinct; i++) {
            if (i < premise.maxItems()) {
                Obstacle obstacle = proof.obstacle(premise.element(i), schema.element(i));
                if (obstacle != null) {
                    return obstacle;
                }
            }
        }
        return null;
    }

    private boolean holds(Contains asked) {
        boolean enough = asked.minimum() == 0;
        boolean fewEnough =
                asked.maximum() == ArrayShape.UNBOUNDED || premise.maxItems() <= asked.maximum();
        for (SchemaNode node : premise.nodes()) {
            for (Contains given : node.contains) {
                enough |=
                        given.minimum() >= asked.minimum()
                                && given.from() >= asked.from()
                                && within(given.schema(), asked.schema());
                fewEnough |=
                        given.maximum() <= asked.maximum()
                                && given.from() <= asked.from()
                                && within(asked.schema(), given.schema());
            }
        }
        return enough && fewEnough;
    }

    private boolean within(SchemaNode narrower, SchemaNode wider) {
        return proof.obstacle(Premise.of(List.of(narrower)), wider) == null;
    }

    private Obstacle at(String keyword, String reason) {
        return InclusionProof.at(schema, keyword, reason);
    }
}
