package dev.talaria.pipeline.failure;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.pipeline.failure.CrashFile.Entry;
import dev.talaria.pipeline.failure.CrashFile.Place;
import dev.talaria.pipeline.failure.CrashFile.Presence;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which records the model has, in a file that outlives the process; and so, after a death of the
/// process, which of them may have been its cause.
///
/// A record that was with the model at [#DEATHS_UNTIL_ALONE] deaths is a suspect: it is to be asked
/// alone. One with which alone the process died [#DEATHS_ALONE] times is deadly: it is to be asked
/// no more. An outside hand that ends the process, as `kill -9` does, looks the same as a record
/// that does; it would have to hit the same record three times while that is the only one.
///
/// A clean stop forgets everything. Where the file cannot be had or written, nothing is remembered
/// and everything else goes on. For any number of threads.
public final class CrashJournal {

    /// Deaths at which a record has to have been with the model before it is asked alone.
    public static final int DEATHS_UNTIL_ALONE = 2;

    /// Deaths with it alone after which a record is asked no more.
    public static final int DEATHS_ALONE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(CrashJournal.class);
    private static final int MOST_NAMED = 16;

    private final Optional<Path> path;
    private final Map<Place, Known> known = new HashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private final Mark nobodys = new Mark(null);
    private CrashFile file;
    private boolean isFullTold;

    // Read without the lock: as a rule there are none, and nobody has to look further.
    private volatile int remembered;

    /// A slot that is taken. Guarded by the journal.
    private static final class Known {

        private final int slot;
        private Entry entry;
        private Mark holder;

        Known(int slot, Entry entry) {
            this.slot = slot;
            this.entry = entry;
        }

        boolean isSuspect() {
            return entry.deaths() >= DEATHS_UNTIL_ALONE;
        }
    }

    /// That the model has a record, until [#leave].
    public final class Mark {

        private final Known known;

        private Mark(Known known) {
            this.known = known;
        }

        /// The model has it no more.
        public void leave() {
            left(this);
        }
    }

    private CrashJournal(Optional<Path> path) {
        this.path = path;
    }

    /// One that is kept in a file; it remembers nothing before it is opened.
    public static CrashJournal in(Path file) {
        return new CrashJournal(Optional.of(file));
    }

    /// One that remembers nothing.
    public static CrashJournal none() {
        return new CrashJournal(Optional.empty());
    }

    /// Opens the file, and counts a death for whatever the model had when the process before this
    /// one ended.
    public synchronized void open() {
        if (path.isEmpty()) {
            return;
        }
        try {
            file = CrashFile.open(path.get());
        } catch (IOException e) {
            LOG.warn(
                    "{}: it cannot be used ({}); a record that ends the process is not found out"
                            + " until a start at which it can",
                    path.get(),
                    e.toString());
            return;
        }
        load();
    }

    private void load() {
        List<Entry> present = new ArrayList<>();
        int damaged = 0;
        for (int slot = 0; slot < CrashFile.SLOTS; slot++) {
            switch (file.read(slot)) {
                case CrashFile.Slot.Empty _ -> free.add(slot);
                case CrashFile.Slot.Damaged _ -> {
                    damaged++;
                    file.free(slot);
                    free.add(slot);
                }
                case CrashFile.Slot.Taken(Entry entry) -> {
                    Entry counted = entry.afterDeath();
                    file.change(slot, counted);
                    known.put(entry.place(), new Known(slot, counted));
                    if (entry.presence() != Presence.ABSENT) {
                        present.add(counted);
                    }
                }
            }
        }
        recount();
        tell(present, damaged);
    }

    private void tell(List<Entry> present, int damaged) {
        if (damaged > 0) {
            LOG.warn("{}: {} entries are damaged and forgotten", path.orElseThrow(), damaged);
        }
        if (!present.isEmpty()) {
            LOG.warn(
                    "the process before this one died while the model had {} records: {}{}",
                    present.size(),
                    present.stream().limit(MOST_NAMED).map(CrashJournal::told).toList(),
                    present.size() > MOST_NAMED ? " and more" : "");
        }
    }

    private static String told(Entry entry) {
        return "%s (deaths: %d, alone: %d)"
                .formatted(entry.place(), entry.deaths(), entry.deathsAlone());
    }

    /// Whether anything is remembered of any record.
    public boolean isEmpty() {
        return remembered == 0;
    }

    /// Records that are to be asked alone, or no more.
    public synchronized int suspects() {
        return Math.toIntExact(known.values().stream().filter(Known::isSuspect).count());
    }

    /// Whether a record is to be asked alone.
    public boolean isSuspect(SourceRecord record) {
        return entry(record)
                .filter(entry -> entry.deaths() >= DEATHS_UNTIL_ALONE)
                .filter(entry -> entry.deathsAlone() < DEATHS_ALONE)
                .isPresent();
    }

    /// Why a record is to be asked no more, if it is not.
    public Optional<ProcessDiedException> verdict(SourceRecord record) {
        return entry(record)
                .filter(entry -> entry.deathsAlone() >= DEATHS_ALONE)
                .map(entry -> new ProcessDiedException(entry.deaths(), entry.deathsAlone()));
    }

    private Optional<Entry> entry(SourceRecord record) {
        if (isEmpty()) {
            return Optional.empty();
        }
        Place place = Place.of(record);
        synchronized (this) {
            return Optional.ofNullable(known.get(place)).map(one -> one.entry);
        }
    }

    /// Notes that the model gets a record; before it does.
    ///
    /// @param alone whether it has nothing else meanwhile
    public Mark asked(SourceRecord record, boolean alone) {
        if (path.isEmpty()) {
            return nobodys;
        }
        Place place = Place.of(record);
        Presence presence = alone ? Presence.ALONE : Presence.BESIDE_OTHERS;
        synchronized (this) {
            Known one = file == null ? null : noted(place, presence);
            if (file == null || one == null) {
                return nobodys;
            }
            one.holder = new Mark(one);
            if (alone && one.isSuspect()) {
                LOG.warn("{}: it is asked alone", told(one.entry));
            }
            return one.holder;
        }
    }

    private Known noted(Place place, Presence presence) {
        Known one = known.get(place);
        if (one == null) {
            return take(new Entry(place, presence, 0, 0));
        }
        write(one, one.entry.with(presence));
        return one;
    }

    private Known take(Entry entry) {
        if (free.isEmpty()) {
            leastSuspicious().ifPresent(this::forget);
        }
        if (free.isEmpty()) {
            tellFull();
            return null;
        }
        int slot = free.remove();
        Known one = new Known(slot, entry);
        known.put(entry.place(), one);
        attempt(() -> file.take(slot, entry));
        return one;
    }

    private void tellFull() {
        if (!isFullTold) {
            isFullTold = true;
            LOG.warn(
                    "{}: the model has more than {} records at once; some are not noted",
                    path.orElseThrow(),
                    CrashFile.SLOTS);
        }
    }

    private Optional<Known> leastSuspicious() {
        return known.values().stream()
                .filter(one -> one.entry.presence() == Presence.ABSENT)
                .min(Comparator.comparingInt(one -> one.entry.deaths() + one.entry.deathsAlone()));
    }

    private synchronized void left(Mark mark) {
        Known one = mark.known;
        if (file == null || one == null || one.holder != mark) {
            return;
        }
        one.holder = null;
        if (one.entry.deaths() == 0) {
            forget(one);
        } else {
            write(one, one.entry.with(Presence.ABSENT));
        }
    }

    /// Forgets what is known of a record: its answer, or its rejection, is committed.
    public void settled(SourceRecord record) {
        if (isEmpty()) {
            return;
        }
        Place place = Place.of(record);
        synchronized (this) {
            Known one = known.get(place);
            if (one != null && one.entry.presence() == Presence.ABSENT) {
                forget(one);
            }
        }
    }

    private void write(Known one, Entry entry) {
        one.entry = entry;
        attempt(() -> file.change(one.slot, entry));
    }

    private void forget(Known one) {
        known.remove(one.entry.place());
        free.add(one.slot);
        attempt(() -> file.free(one.slot));
        if (one.entry.deaths() > 0) {
            recount();
        }
    }

    private void recount() {
        remembered =
                Math.toIntExact(
                        known.values().stream().filter(one -> one.entry.deaths() > 0).count());
    }

    // A page of a mapped file that has no place on its disk any more.
    private void attempt(Runnable write) {
        if (file == null) {
            return;
        }
        try {
            write.run();
        } catch (InternalError e) {
            LOG.warn("{}: it cannot be written any more; nothing is noted", path.orElseThrow(), e);
            close();
        }
    }

    /// The process ends as it should: nothing is remembered.
    public synchronized void stopped() {
        for (Known one : List.copyOf(known.values())) {
            forget(one);
        }
        close();
    }

    /// The process ends because something failed: what the model has now was there at a death.
    public synchronized void failed() {
        close();
    }

    private void close() {
        if (file != null) {
            CrashFile closing = file;
            file = null;
            try {
                closing.close();
            } catch (IOException e) {
                LOG.warn("{}: it cannot be closed", path.orElseThrow(), e);
            }
        }
        known.clear();
        free.clear();
        remembered = 0;
    }
}
