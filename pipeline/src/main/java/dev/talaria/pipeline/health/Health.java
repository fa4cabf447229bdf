package dev.talaria.pipeline.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/// What has to be the case for a process to be live, and to be ready. For any number of threads.
///
/// A check gives what is wrong, in one line, and does not block. One of the same name takes the
/// place of an earlier one.
public final class Health {

    private static final Supplier<Optional<String>> FINE = Optional::empty;

    private final Map<String, Supplier<Optional<String>>> live = new ConcurrentSkipListMap<>();
    private final Map<String, Supplier<Optional<String>>> ready = new ConcurrentSkipListMap<>();
    private volatile boolean isStopping;

    /// Something is wrong.
    ///
    /// @param subject what was looked at
    public record Finding(String subject, String problem) {

        @Override
        public String toString() {
            return subject + ": " + problem;
        }
    }

    /// Adds what has to be the case for the process to be live; it is then asked for readiness,
    /// too.
    public void requireLive(String subject, Supplier<Optional<String>> problem) {
        live.put(subject, problem);
    }

    /// Adds what has to be the case for the process to be ready.
    public void requireReady(String subject, Supplier<Optional<String>> problem) {
        ready.put(subject, problem);
    }

    /// As [#requireReady], for what stands in the way now.
    public void notReady(String subject, String problem) {
        requireReady(subject, () -> Optional.of(problem));
    }

    /// Nothing of that name stands in the way any more.
    public void ready(String subject) {
        ready.put(subject, FINE);
    }

    /// The process was asked to stop: it is not ready from now on, and live until it has ended.
    public void stopping() {
        isStopping = true;
    }

    /// What keeps the process from being live: it should be started again. Nothing where it is.
    public List<Finding> notLive() {
        return isStopping ? List.of() : findings(live);
    }

    /// What keeps the process from being ready. Nothing where it is.
    public List<Finding> notReady() {
        if (isStopping) {
            return List.of(new Finding("process", "it is stopping"));
        }
        List<Finding> findings = new ArrayList<>(findings(live));
        findings.addAll(findings(ready));
        return findings;
    }

    private static List<Finding> findings(Map<String, Supplier<Optional<String>>> checks) {
        List<Finding> findings = new ArrayList<>();
        checks.forEach((subject, check) -> {
            Optional<String> problem;
            try {
                problem = check.get();
            } catch (RuntimeException e) {
                problem = Optional.of("it cannot be looked at: " + e);
            }
            problem.ifPresent(text -> findings.add(new Finding(subject, text)));
        });
        return findings;
    }
}
