package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Objects: declared members of their own kind, then others by the class of their keys.
///
/// Besides what each member may be, the number of members may be bounded, and there may be
/// obligations: members that must be there whatever their name, each settled by the first member
/// whose value is read as settling it. Filled while the schema is compiled and never changed after
/// [#seal].
final class ObjectShape {

    static final long UNBOUNDED = Long.MAX_VALUE;

    private static final int MAX_KNOWN_COSTS = 20_000;

    /// One declared member.
    ///
    /// @param name the bytes between the quotes of its key
    /// @param values what it may be, the one that settles nothing first; where that is nothing, the
    ///   key is forbidden
    /// @param required whether it must be there
    record Member(byte[] name, List<MemberValue> values, boolean required) {

        boolean isReachable() {
            return values.stream().anyMatch(MemberValue::isReachable);
        }

        boolean isSameAs(Member other) {
            return required == other.required
                    && values.equals(other.values)
                    && Arrays.equals(name, other.name);
        }

        /// The name, its quotes, the colon and the comma before it.
        long keyCost(Gaps gaps) {
            return name.length + 2L + 2L * gaps.separator();
        }
    }

    /// What was asked last.
    ///
    /// @param seen told apart by identity
    private record LastCost(BitSet seen, long cost) {}

    private final List<Member> members;
    private final PropertyOrder order;
    private final Gaps gaps;
    private final MemberNeeds needs;
    private final int obligations;
    private final long minimum;
    private final long maximum;
    private final BitSet required = new BitSet();
    private final Map<ObjectProgress, Long> knownCosts = new ConcurrentHashMap<>();
    private final List<KeyClass> kinds;
    private List<KeyClass> others;
    private int[] byName;
    private int[] rankOf;
    private int[] nextRequired;
    private int[] nextReachable;
    private long[] requiredCost;
    private int[] requiredFrom;
    private int[] optionalFrom;
    private final BitSet optional = new BitSet();
    private long[][][] rows;
    private volatile LastCost lastCost;
    private boolean plentiful;
    private boolean forgetsKeys;

    /// @param others what undeclared members may be
    /// @param needs which members need which others; then no more members are asked for than are
    ///   required, and there are no obligations
    /// @param obligations how many there are
    /// @param minimum members at least
    /// @param maximum members at most
    /// @param gaps the white space between tokens
    ObjectShape(
            List<Member> members,
            List<KeyClass> others,
            MemberNeeds needs,
            int obligations,
            long minimum,
            long maximum,
            PropertyOrder order,
            Gaps gaps) {
        this.members = List.copyOf(members);
        this.kinds = List.copyOf(others);
        this.others = kinds;
        this.needs = needs;
        this.obligations = obligations;
        this.order = order;
        this.gaps = gaps;
        for (int i = 0; i < members.size(); i++) {
            required.set(i, members.get(i).required());
        }
        this.minimum = minimum > required.cardinality() ? minimum : 0;
        this.maximum = others.isEmpty() && maximum >= members.size() ? UNBOUNDED : maximum;
        others.forEach(kind -> kind.declare(this.members));
    }

    /// Objects without declared members.
    static ObjectShape of(Value any, Gaps gaps) {
        List<KeyClass> others =
                any == null
                        ? List.of()
                        : List.of(
                                new KeyClass(KeyClass.Keys.ANY, List.of(new MemberValue(0, any))));
        return new ObjectShape(
                List.of(), others, MemberNeeds.NONE, 0, 0, UNBOUNDED, PropertyOrder.SCHEMA, gaps);
    }

    boolean isSameAs(ObjectShape other) {
        if (obligations != other.obligations
                || minimum != other.minimum
                || maximum != other.maximum
                || !needs.isSameAs(other.needs)
                || members.size() != other.members.size()
                || kinds.size() != other.kinds.size()) {
            return false;
        }
        return IntStream.range(0, members.size())
                        .allMatch(i -> members.get(i).isSameAs(other.members.get(i)))
                && IntStream.range(0, kinds.size())
                        .allMatch(i -> kinds.get(i).isSameAs(other.kinds.get(i)));
    }

    List<Member> members() {
        return members;
    }

    List<KeyClass> others() {
        return others;
    }

    Gaps gaps() {
        return gaps;
    }

    int size() {
        return members.size();
    }

    long minimum() {
        return minimum;
    }

    long maximum() {
        return maximum;
    }

    BitSet required() {
        return required;
    }

    /// Whether neither the number of members matters nor any obligation.
    boolean countsNothing() {
        return obligations == 0 && minimum == 0 && maximum == UNBOUNDED;
    }

    /// Whether besides no member needs another.
    boolean isPlain() {
        return countsNothing() && needs.isEmpty();
    }

    /// Nothing read yet.
    ObjectProgress begin() {
        BitSet seen = order == PropertyOrder.ANY ? new BitSet() : null;
        BitSet met = seen == null && !needs.isEmpty() ? new BitSet() : null;
        return new ObjectProgress(0, seen, seen == null, met, null, (1 << obligations) - 1, 0);
    }

    ObjectState opened() {
        return new ObjectState(this, ObjectState.Phase.OPENED, 0, begin());
    }

    /// The cost of the shortest object, those of the values being known so far.
    long cost() {
        unseal();
        long cost = ObjectCosts.of(this, begin());
        if (cost >= Value.UNREACHABLE) {
            return Value.UNREACHABLE;
        }
        boolean anyMember = cost > 1;
        return 1 + cost - (anyMember ? gaps.separator() : 0);
    }

    // What was looked up may have been that of other costs.
    private void unseal() {
        others = kinds;
        requiredCost = null;
        rows = null;
        lastCost = null;
        knownCosts.clear();
    }

    /// Computes what the states look up. Again whenever costs have changed.
    void seal() {
        lastCost = null;
        others = kinds.stream().filter(KeyClass::isReachable).toList();
        plentiful = others.stream().anyMatch(k -> k.keys().isEndless(k.keys().start()));
        forgetsKeys = others.stream().allMatch(kind -> kind.keys().isEverywhereEndless());
        byName =
                IntStream.range(0, size())
                        .boxed()
                        .sorted(Comparator.comparing(this::name, Arrays::compareUnsigned))
                        .mapToInt(Integer::intValue)
                        .toArray();
        rankOf = new int[size()];
        for (int rank = 0; rank < size(); rank++) {
            rankOf[byName[rank]] = rank;
        }
        nextRequired = new int[size() + 1];
        nextReachable = new int[size() + 1];
        requiredCost = new long[size() + 1];
        requiredFrom = new int[size() + 1];
        optionalFrom = new int[size() + 1];
        nextRequired[size()] = size();
        nextReachable[size()] = size();
        for (int i = size() - 1; i >= 0; i--) {
            Member member = members.get(i);
            nextRequired[i] = member.required() ? i : nextRequired[i + 1];
            nextReachable[i] = member.isReachable() ? i : nextReachable[i + 1];
            optional.set(i, member.isReachable() && !member.required());
            requiredFrom[i] = requiredFrom[i + 1] + (member.required() ? 1 : 0);
            optionalFrom[i] = optionalFrom[i + 1] + (optional.get(i) ? 1 : 0);
            long own = member.required() ? ObjectCosts.cheapest(member, gaps) : 0;
            requiredCost[i] = Math.min(Value.UNREACHABLE, own + requiredCost[i + 1]);
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

    /// Whether a cost of [#requiredCost] is known already.
    boolean isSealed() {
        return requiredCost != null;
    }

    /// Whether what members cost there is looked up by their position: they come in order, and none
    /// needs another.
    boolean isLookedUp(ObjectProgress at) {
        return isSealed() && at.seen() == null && needs.isEmpty();
    }

    /// How many required members there are at or after a position.
    int requiredFrom(int position) {
        return requiredFrom[position];
    }

    /// What the required members at or after a position cost at least, each with the comma before.
    long requiredCost(int position) {
        return requiredCost[position];
    }

    /// Whether there is no end of undeclared keys.
    boolean isPlentiful() {
        return plentiful;
    }

    /// Whether a key that is used leaves as many others as before.
    boolean forgetsKeys() {
        return forgetsKeys;
    }

    // The first member that has to come, from the position on.
    private int nextRequired(ObjectProgress at) {
        if (!needs.isEmpty()) {
            BitSet missing = missing(at);
            int next = missing == null ? -1 : missing.nextSetBit(0);
            return next < 0 ? size() : next;
        }
        int next = nextRequired[at.position()];
        while (next < size() && !at.isPending(next)) {
            next = nextRequired[next + 1];
        }
        return next;
    }

    /// The members that have to come yet, those needed by others included; null where one of them
    /// cannot come any more.
    BitSet missing(ObjectProgress at) {
        BitSet missing = (BitSet) required.clone();
        if (at.seen() == null) {
            missing.clear(0, at.position());
        } else {
            missing.andNot(at.seen());
        }
        if (!needs.isEmpty()) {
            needs.addNeeded(missing, at::isThere);
            int first = missing.nextSetBit(0);
            return first >= 0 && !at.isPending(first) ? null : missing;
        }
        return missing;
    }

    /// Whether members have to come yet.
    boolean lacksRequired(ObjectProgress at) {
        if (!needs.isEmpty()) {
            BitSet missing = missing(at);
            return missing == null || !missing.isEmpty();
        }
        return nextRequired(at) < size();
    }

    boolean mayClose(ObjectProgress at) {
        return at.open() == 0 && at.count() >= minimum && !lacksRequired(at);
    }

    /// Bytes until the object is whole, a member just being whole.
    long costAfter(ObjectProgress at) {
        if (isPlain()) {
            return at.seen() == null ? ObjectCosts.of(this, at) : lastCost(at);
        }
        if (isLookedUp(at) && at.used() == null) {
            return ObjectCosts.of(this, at);
        }
        Long known = knownCosts.get(at);
        if (known == null) {
            known = ObjectCosts.of(this, at);
            if (knownCosts.size() < MAX_KNOWN_COSTS) {
                knownCosts.put(at, known);
            }
        }
        return known;
    }

    // Asked with every byte of a key, the same members being there all along.
    @SuppressWarnings("ReferenceEquality") // another set of them is another object
    private long lastCost(ObjectProgress at) {
        LastCost last = lastCost;
        if (last == null || last.seen != at.seen()) {
            last = new LastCost(at.seen(), ObjectCosts.of(this, at));
            lastCost = last;
        }
        return last.cost;
    }

    /// Bytes until the object is whole, inside the key of one of the names from rank `low` to
    /// `high`, for members in any order of which neither number nor other bounds matter.
    ///
    /// @param depth bytes of the name that have been read
    long costInside(int low, int high, int depth, ObjectProgress at) {
        int rank = cheapestOf(low, high, at);
        Member member = members.get(byName[rank]);
        long after = costAfter(at);
        return member.required()
                ? after - depth - 1 - gaps.separator()
                : after + ObjectCosts.cheapest(member, gaps) - depth - 1 - gaps.separator();
    }

    /// The name with which that is so: a required one if there is any, for it has to come anyway.
    int cheapestOf(int low, int high, ObjectProgress at) {
        int cheapest = -1;
        long least = Long.MAX_VALUE;
        for (int rank = low; rank < high; rank++) {
            Member member = members.get(byName[rank]);
            if (at.isPending(byName[rank]) && member.isReachable()) {
                if (member.required()) {
                    return rank;
                }
                long cost = ObjectCosts.cheapest(member, gaps);
                cheapest = cost < least ? rank : cheapest;
                least = Math.min(least, cost);
            }
        }
        return cheapest;
    }

    /// Whether the object can become whole.
    boolean canFinish(ObjectProgress at) {
        if (isPlain()) {
            return true;
        }
        if (obligations > 0 || !needs.isEmpty()) {
            return costAfter(at) < Value.UNREACHABLE;
        }
        long missing = pending(required, requiredFrom, at);
        long more = minimum - at.count() - missing;
        if (missing > maximum - at.count()) {
            return false;
        }
        return more <= 0
                || plentiful
                || more <= pending(optional, optionalFrom, at)
                || costAfter(at) < Value.UNREACHABLE;
    }

    private static long pending(BitSet members, int[] from, ObjectProgress at) {
        if (at.seen() == null) {
            return from[at.position()];
        }
        BitSet pending = (BitSet) members.clone();
        pending.andNot(at.seen());
        pending.clear(0, at.position());
        return pending.cardinality();
    }

    int obligations() {
        return obligations;
    }

    /// How many members that are not required a shortest object has at most.
    int mostOptional() {
        return Math.toIntExact(Math.min(minimum, Value.UNREACHABLE)) + obligations;
    }

    /// The costs from every position on, see [ObjectCosts]; for objects in order.
    synchronized long[][][] rows() {
        if (rows == null) {
            rows = ObjectCosts.all(this);
        }
        return rows;
    }

    /// Whether that declared member may come next, were there no bounds and obligations.
    boolean isNext(int member, ObjectProgress at) {
        return at.isPending(member) && (!at.ordered() || member <= nextRequired(at));
    }

    /// Whether that declared member may come next with a value that settles what it says.
    boolean allows(int member, MemberValue value, ObjectProgress at) {
        return value.isReachable()
                && value.fits(at.open())
                && isNext(member, at)
                && (isPlain() || canFinish(after(member, value.settled(), at)));
    }

    private boolean allows(int member, ObjectProgress at) {
        if (isNext(member, at)) {
            for (MemberValue value : members.get(member).values()) {
                if (allows(member, value, at)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether any declared member may come next.
    boolean allowsDeclared(ObjectProgress at) {
        if (at.seen() == null && isPlain()) {
            return nextReachable[at.position()] <= nextRequired[at.position()]
                    && nextReachable[at.position()] < size();
        }
        return allowsAny(0, size(), at);
    }

    /// Whether any of the names from rank `low` to `high` may come next.
    boolean allowsAny(int low, int high, ObjectProgress at) {
        return anyNext(low, high, at, rank -> allows(byName[rank], at));
    }

    /// Whether the condition holds for any of the names from rank `low` to `high` that may come
    /// next, were there no bounds and obligations.
    boolean anyNext(int low, int high, ObjectProgress at, IntPredicate condition) {
        int last = at.ordered() ? nextRequired(at) : size();
        if (last - at.position() >= high - low) {
            for (int rank = low; rank < high; rank++) {
                if (isNext(byName[rank], at) && condition.test(rank)) {
                    return true;
                }
            }
            return false;
        }
        // Thousands of names begin alike, and few of them may come.
        for (int member = at.position(); member <= last && member < size(); member++) {
            int rank = rankOf[member];
            if (rank >= low && rank < high && at.isPending(member) && condition.test(rank)) {
                return true;
            }
        }
        return false;
    }

    /// Whether any undeclared member may come next.
    boolean allowsOthers(ObjectProgress at) {
        return !others.isEmpty() && (!at.ordered() || nextRequired(at) == size());
    }

    /// With one more declared member.
    ObjectProgress after(int member, int settled, ObjectProgress at) {
        BitSet seen = at.seen();
        if (seen != null) {
            seen = (BitSet) seen.clone();
            seen.set(member);
        }
        int position = at.ordered() ? member + 1 : 0;
        int open = at.open() & ~settled;
        BitSet met = at.met() == null ? null : needs.met(at.met(), member, position);
        return new ObjectProgress(
                position, seen, at.ordered(), met, at.used(), open, oneMore(at.count()));
    }

    /// With one more undeclared member.
    ObjectProgress after(UsedKeys used, int settled, ObjectProgress at) {
        int position = at.ordered() ? size() : 0;
        int open = at.open() & ~settled;
        BitSet met = at.met() == null ? null : needs.met(at.met(), -1, position);
        return new ObjectProgress(
                position, at.seen(), at.ordered(), met, used, open, oneMore(at.count()));
    }

    // Where their number does not matter any more it is not kept.
    private long oneMore(long count) {
        return maximum == UNBOUNDED ? Math.min(count + 1, minimum) : count + 1;
    }
}
