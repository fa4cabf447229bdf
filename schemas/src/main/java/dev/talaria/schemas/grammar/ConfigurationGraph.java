package dev.talaria.schemas.grammar;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The configurations of one grammar that have been met, each once, so that a byte read before is
/// looked up and nothing is made.
///
/// Grows while answers are read and takes about [#MAX_BYTES] at most; once full it takes no more,
/// and who finds it full begins another. Safe for use by many threads.
final class ConfigurationGraph {

    private static final long MAX_BYTES = 16L << 20;

    // Estimates: objects, arrays and table entries of one of each.
    private static final int CONFIGURATION_BYTES = 320;
    private static final int BRANCH_BYTES = 200;
    private static final int PAGE_BYTES = 80;

    private final Map<BranchKey, Branch> branches = new HashMap<>();
    private final Map<ConfigurationKey, Configuration> configurations = new HashMap<>();
    private long bytes;
    private volatile boolean full;

    /// A branch by what it is: its returns are told apart by identity, being met once themselves.
    private static final class BranchKey {

        private final State state;
        private final Branch[] returns;
        private final int hash;

        private BranchKey(State state, Branch[] returns) {
            this.state = state;
            this.returns = returns;
            this.hash = 31 * state.hashCode() + identityHash(returns);
        }

        @Override
        public boolean equals(Object object) {
            return object instanceof BranchKey other
                    && hash == other.hash
                    && areSame(returns, other.returns)
                    && state.equals(other.state);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static final class ConfigurationKey {

        private final Branch[] branches;
        private final int hash;

        private ConfigurationKey(Branch[] branches) {
            this.branches = branches;
            this.hash = identityHash(branches);
        }

        @Override
        public boolean equals(Object object) {
            return object instanceof ConfigurationKey other && areSame(branches, other.branches);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private static int identityHash(Branch[] branches) {
        int hash = 1;
        for (Branch branch : branches) {
            hash = 31 * hash + System.identityHashCode(branch);
        }
        return hash;
    }

    @SuppressWarnings("ReferenceEquality") // each is met once
    private static boolean areSame(Branch[] a, Branch[] b) {
        if (a.length != b.length) {
            return false;
        }
        for (int i = 0; i < a.length; i++) {
            if (a[i] != b[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether it takes no more.
    boolean isFull() {
        return full;
    }

    /// The configuration of the first `count` readings.
    Configuration configuration(Branch[] readings, int count) {
        if (full) {
            return new Configuration(Arrays.copyOf(readings, count));
        }
        return met(readings, count);
    }

    private synchronized Configuration met(Branch[] readings, int count) {
        Branch[] canonical = new Branch[count];
        for (int i = 0; i < count; i++) {
            canonical[i] = canonical(readings[i]);
        }
        ConfigurationKey key = new ConfigurationKey(canonical);
        Configuration known = configurations.get(key);
        if (known == null) {
            known = new Configuration(canonical);
            configurations.put(key, known);
            take(CONFIGURATION_BYTES);
        }
        return known;
    }

    // As deep as what a byte has opened: what was there before is canonical already.
    private Branch canonical(Branch branch) {
        if (branch.isOf(this)) {
            return branch;
        }
        Branch[] returns = branch.returns();
        Branch[] outer = new Branch[returns.length];
        for (int i = 0; i < returns.length; i++) {
            outer[i] = canonical(returns[i]);
        }
        BranchKey key = new BranchKey(branch.state(), outer);
        Branch known = branches.get(key);
        if (known == null) {
            known = new Branch(branch.state(), outer, this);
            branches.put(key, known);
            take(BRANCH_BYTES);
        }
        return known;
    }

    /// Notes what a byte makes of a configuration, whatever came before it.
    synchronized void link(Configuration from, int octet, Configuration to) {
        if (!full && from.link(octet, to)) {
            take(PAGE_BYTES);
        }
    }

    private void take(int more) {
        bytes += more;
        full = bytes > MAX_BYTES;
    }
}
