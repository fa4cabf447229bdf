package dev.talaria.pipeline.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The result of a run of the suite as a page.
final class FaultReport {

    /// One round.
    ///
    /// @param documents different ones
    /// @param records on the topic, those sent several times counted so
    /// @param answers by stage of rejection; extractions under the empty text
    /// @param restarts of instances that had ended by themselves
    record Round(
            String model,
            Map<Fault, Integer> faults,
            int documents,
            int records,
            Map<String, Integer> answers,
            int restarts,
            Duration duration) {

        /// The round as a line of a file.
        String line(int number) {
            return "%d\t%s\t%s\t%d\t%d\t%s\t%d\t%d"
                    .formatted(
                            number,
                            model,
                            joined(faults),
                            documents,
                            records,
                            joined(answers),
                            restarts,
                            duration.toSeconds());
        }

        /// What [#line] wrote.
        static Round of(String line) {
            String[] parts = line.split("\t");
            Map<Fault, Integer> faults = new TreeMap<>();
            split(parts[2]).forEach((name, count) -> faults.put(Fault.valueOf(name), count));
            return new Round(
                    parts[1],
                    faults,
                    Integer.parseInt(parts[3]),
                    Integer.parseInt(parts[4]),
                    split(parts[5]),
                    Integer.parseInt(parts[6]),
                    Duration.ofSeconds(Long.parseLong(parts[7])));
        }

        private static String joined(Map<?, Integer> counts) {
            return counts.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .collect(Collectors.joining(","));
        }

        private static Map<String, Integer> split(String text) {
            Map<String, Integer> counts = new TreeMap<>();
            for (String pair : text.split(",")) {
                int at = pair.indexOf('=');
                counts.put(pair.substring(0, at), Integer.parseInt(pair.substring(at + 1)));
            }
            return counts;
        }
    }

    private final long seed;
    private final List<Round> rounds = new ArrayList<>();

    FaultReport(long seed) {
        this.seed = seed;
    }

    void add(Round round) {
        rounds.add(round);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                # Faults: the last run of the suite

                Written by `./mvnw -Pfaults -pl pipeline -am test` (`FaultSuiteTest`); do not edit. Three brokers (KRaft, each \
                a process,
                everything kept three times, two have to acknowledge), two or three instances of the pipeline, each a process, \
                and a line
                between them that can be held up and cut. In every round documents come in while one fault after the other \
                happens. After it
                a reader of committed records must find exactly one answer to each record, and its value, stage and class of \
                error must be,
                byte for byte, those of a run without faults.

                The profile also kills a process with `topologies: chat,tools` thirty times (`DialogueKillsTest`), has brokers \
                restarted, leaders
                moved, networks held up, instances joining and standing still twenty times each around two of them \
                (`DialogueFaultsTest`), and has
                batches of 30 s under a poll interval of 10 s (`LongBatchTest`). An ordinary build has a small part of all but \
                the second,
                `.ci/run` five rounds, and documents the process dies of (`DeadlyRecordsTest`).

                """);
        text.append(
                "Seed %d, %s, %d processors, %d minutes in all. Every record was answered exactly once, as undisturbed.%n%n"
                        .formatted(
                                seed,
                                "Java " + Runtime.version().feature(),
                                Runtime.getRuntime().availableProcessors(),
                                rounds.stream().mapToLong(r -> r.duration().toSeconds()).sum()
                                        / 60));
        faults(text);
        rounds(text);
        return text.toString();
    }

    private void faults(StringBuilder text) {
        text.append("| Fault | Times | What happens |\n|---|---:|---|\n");
        for (Fault fault : Fault.values()) {
            int times = rounds.stream().mapToInt(r -> r.faults().getOrDefault(fault, 0)).sum();
            String name = fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            text.append("| %s | %d | %s |%n".formatted(name, times, fault.text()));
        }
    }

    private void rounds(StringBuilder text) {
        text.append(
                "\n| Round | Operator | Documents | Records | Extracted | Rejected | Instances that"
                        + " ended by themselves | Seconds |\n"
                        + "|---:|---|---:|---:|---:|---:|---:|---:|\n");
        int number = 0;
        for (Round round : rounds) {
            int extracted = round.answers().getOrDefault("", 0);
            text.append(
                    "| %d | %s | %d | %d | %d | %d | %d | %d |%n"
                            .formatted(
                                    ++number,
                                    round.model(),
                                    round.documents(),
                                    round.records(),
                                    extracted,
                                    round.records() - extracted,
                                    round.restarts(),
                                    round.duration().toSeconds()));
        }
    }
}
