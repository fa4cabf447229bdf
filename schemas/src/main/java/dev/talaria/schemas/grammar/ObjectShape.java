package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Objects: members of their own kind in one order, then any others.
///
/// Positions count the declared members; the last position, [#size], is that of the others. Filled
/// while the schema is compiled and never changed after [#seal].
final class ObjectShape {

    /// One declared member.
    ///
    /// @param name the bytes between the quotes of its key
    /// @param value what it may be; where that is nothing, the key is forbidden
    /// @param required whether it must be there
    record Member(byte[] name, Value value, boolean required) {

        // The quotes, the colon and its space.
        private long cost() {
            return name.length + 4 + value.cost();
        }
    }

    private final List<Member> members;
    private final Value others;
    private int[] byName;
    private int[] nextRequired;
    private long[] costAfter;
    private long[] keyCost;

    /// @param others what undeclared members may be; null where there are none
    ObjectShape(List<Member> members, Value others) {
        this.members = List.copyOf(members);
        this.others = others;
    }

    boolean isSameAs(ObjectShape other) {
        if (others != other.others || members.size() != other.members.size()) {
            return false;
        }
        for (int i = 0; i < members.size(); i++) {
            Member a = members.get(i);
            Member b = other.members.get(i);
            if (a.value() != b.value()
                    || a.required() != b.required()
                    || !Arrays.equals(a.name(), b.name())) {
                return false;
            }
        }
        return true;
    }

    List<Member> members() {
        return members;
    }

    Value others() {
        return others;
    }

    int size() {
        return members.size();
    }

    long cost() {
        long cost = 2;
        int required = 0;
        for (Member member : members) {
            if (member.required()) {
                cost = Math.min(Value.UNREACHABLE, cost + member.cost() + (required > 0 ? 2 : 0));
                required++;
            }
        }
        return cost;
    }

    /// Computes what the states look up; the costs of all values are final.
    void seal() {
        byName =
                IntStream.range(0, size())
                        .boxed()
                        .sorted(Comparator.comparing(this::name, Arrays::compareUnsigned))
                        .mapToInt(Integer::intValue)
                        .toArray();
        nextRequired = new int[size() + 1];
        costAfter = new long[size() + 1];
        keyCost = new long[size() + 1];
        nextRequired[size()] = size();
        costAfter[size()] = 1;
        keyCost[size()] = Value.UNREACHABLE;
        for (int i = size() - 1; i >= 0; i--) {
            Member member = members.get(i);
            // Without the opening quote.
            long through = Math.min(Value.UNREACHABLE, member.cost() - 1 + costAfter[i + 1]);
            nextRequired[i] = member.required() ? i : nextRequired[i + 1];
            costAfter[i] = member.required() ? through + 3 : costAfter[i + 1];
            keyCost[i] = member.required() ? through : Math.min(through, keyCost[i + 1]);
        }
    }

    private byte[] name(int member) {
        return members.get(member).name();
    }

    /// The name that is the `rank`th in the order of the bytes.
    byte[] nameAt(int rank) {
        return members.get(byName[rank]).name();
    }

    /// The position of that name.
    int memberAt(int rank) {
        return byName[rank];
    }

    /// The first required member at or after a position; [#size] where there is none.
    int nextRequired(int position) {
        return nextRequired[position];
    }

    /// Bytes until the object is whole, a member just being whole.
    long costAfter(int position) {
        return costAfter[position];
    }

    /// Bytes until the object is whole, a declared key's quote just being open.
    long keyCost(int position) {
        return keyCost[position];
    }

    /// Whether an undeclared member may come at that position.
    boolean allowsOthers(int position) {
        return nextRequired[position] == size() && others != null && others.isReachable();
    }

    /// Whether any member may come at that position.
    boolean allowsMember(int position) {
        return keyCost[position] < Value.UNREACHABLE || allowsOthers(position);
    }

    /// Whether that declared member may come at that position.
    boolean allows(int member, int position) {
        return member >= position
                && member <= nextRequired[position]
                && members.get(member).value().isReachable();
    }

    /// Bytes until the object is whole, that member's key being read to `depth`.
    long costThrough(int member, int depth) {
        return members.get(member).cost() - 1 - depth + costAfter[member + 1];
    }

    /// The member of the shortest completion among the names from rank `low` to `high`; -1 where
    /// none may come.
    int cheapestMember(int low, int high, int position) {
        int best = -1;
        for (int rank = low; rank < high; rank++) {
            int member = byName[rank];
            boolean better = best < 0 || costThrough(member, 0) < costThrough(best, 0);
            if (allows(member, position) && better) {
                best = member;
            }
        }
        return best;
    }

    /// Whether any of the names from rank `low` to `high` may come at that position.
    boolean allowsAny(int low, int high, int position) {
        for (int rank = low; rank < high; rank++) {
            if (allows(byName[rank], position)) {
                return true;
            }
        }
        return false;
    }

    ObjectState opened() {
        return new ObjectState(this, ObjectState.Phase.OPENED, 0, null);
    }
}
