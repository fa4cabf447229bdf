package dev.talaria.pipeline.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which rejected documents are meant; what is empty leaves all.
///
/// @param stage as `REQUEST`, in any case
/// @param errorClass as `UnknownSchema`, in any case
/// @param schema `id` for any version, or `id@version`
/// @param since not before
/// @param until before
/// @param documents ids, or positions as [RejectedEntry#position] or `partition-offset`
public record RejectedFilter(
        Optional<String> stage,
        Optional<String> errorClass,
        Optional<String> schema,
        Optional<Instant> since,
        Optional<Instant> until,
        List<String> documents)
        implements Predicate<RejectedEntry> {

    public RejectedFilter {
        documents = List.copyOf(documents);
    }

    /// Whether it leaves all.
    public boolean isEverything() {
        return stage.isEmpty()
                && errorClass.isEmpty()
                && schema.isEmpty()
                && since.isEmpty()
                && until.isEmpty()
                && documents.isEmpty();
    }

    @Override
    public boolean test(RejectedEntry entry) {
        return stage.stream().allMatch(entry.stage()::equalsIgnoreCase)
                && errorClass.stream().allMatch(entry.errorClass()::equalsIgnoreCase)
                && schema.stream().allMatch(wanted -> isOf(wanted, entry.schema()))
                && since.stream().noneMatch(entry.time()::isBefore)
                && until.stream().allMatch(entry.time()::isBefore)
                && (documents.isEmpty() || documents.stream().anyMatch(one -> names(one, entry)));
    }

    private static boolean isOf(String wanted, String schema) {
        return schema.equals(wanted) || (!wanted.contains("@") && schema.startsWith(wanted + "@"));
    }

    /// Whether a text names an entry: as one of [#documents] does.
    public static boolean names(String text, RejectedEntry entry) {
        String inTopic = entry.record().partition() + "-" + entry.record().offset();
        return text.equals(entry.document())
                || text.equals(entry.position())
                || text.equals(inTopic);
    }
}
