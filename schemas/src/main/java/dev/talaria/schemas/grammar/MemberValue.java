package dev.talaria.schemas.grammar;

/// What the value of a member may be if it is to settle some of the object's obligations: members
/// that must be there whatever their name.
///
/// @param settled the obligations, as bits
/// @param value the value that settles them
record MemberValue(int settled, Value value) {

    boolean isReachable() {
        return value.isReachable();
    }

    /// Whether it settles nothing that is settled already.
    boolean fits(int open) {
        return (settled & ~open) == 0;
    }
}
