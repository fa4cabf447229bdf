package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.List;

/// Reads one more byte of an element apart from its array: what it may go on as, and whether it has
/// ended.
final class ItemReadings implements Steps {

    private final boolean searching;
    private final List<Branch> readings = new ArrayList<>();
    private boolean whole;
    private boolean endedBefore;

    private ItemReadings(boolean searching) {
        this.searching = searching;
    }

    /// Reads for the same purpose as those steps.
    static ItemReadings in(Steps steps) {
        return new ItemReadings(steps.isSearching());
    }

    /// Tries.
    static ItemReadings searching() {
        return new ItemReadings(true);
    }

    void step(List<Branch> before, int octet) {
        for (int i = 0; i < before.size(); i++) {
            Branch reading = before.get(i);
            reading.state().step(reading, octet, this);
        }
    }

    /// Reads the first byte.
    void open(Value value, int octet) {
        value.open(octet, ItemEnd.returns(), this);
    }

    @Override
    public void emit(Branch branch) {
        if (branch.state() instanceof ItemEnd end) {
            whole |= end == ItemEnd.WHOLE;
            endedBefore |= end == ItemEnd.BEFORE;
            return;
        }
        for (int i = 0; i < readings.size(); i++) {
            Branch joined = readings.get(i).mergedWith(branch);
            if (joined != null) {
                readings.set(i, joined);
                return;
            }
        }
        readings.add(branch);
    }

    /// What the element may go on as.
    List<Branch> readings() {
        return readings;
    }

    /// Whether the element is whole with that byte.
    boolean isWhole() {
        return whole;
    }

    /// Whether the element was whole before that byte.
    boolean hasEndedBefore() {
        return endedBefore;
    }

    @Override
    public boolean isSearching() {
        return searching;
    }
}
