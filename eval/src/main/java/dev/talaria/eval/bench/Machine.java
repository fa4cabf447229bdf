package dev.talaria.eval.bench;

import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// What a run was measured on.
///
/// @param processor its model, as Linux names it; elsewhere the architecture
/// @param processors that this process may use
/// @param memoryBytes of the machine
/// @param operatingSystem name, version and architecture
/// @param hugePages Linux's setting for transparent huge pages: `always`, `madvise` or `never`;
///   `unknown` elsewhere
/// @param jvm name and version
/// @param heapBytes the most Java's heap may take
record Machine(
        String processor,
        int processors,
        long memoryBytes,
        String operatingSystem,
        String hugePages,
        String jvm,
        long heapBytes) {

    private static final String UNKNOWN = "unknown";

    /// This one.
    static Machine here() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Runtime runtime = Runtime.getRuntime();
        return new Machine(
                processorName(),
                runtime.availableProcessors(),
                system.getTotalMemorySize(),
                "%s %s %s".formatted(system.getName(), system.getVersion(), system.getArch()),
                chosen(firstLine(Path.of("/sys/kernel/mm/transparent_hugepage/enabled"), "[")),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                runtime.maxMemory());
    }

    /// One line for people.
    String line() {
        // Points, not commas, whatever the user's country: figures are copied into documents.
        return String.format(
                Locale.ROOT,
                "%s, %d processors, %.1f GiB, huge pages: %s; %s; %s",
                processor,
                processors,
                memoryBytes / (double) (1L << 30),
                hugePages,
                operatingSystem,
                jvm);
    }

    private static String processorName() {
        String line = firstLine(Path.of("/proc/cpuinfo"), "model name");
        int value = line.indexOf(':') + 1;
        return value == 0 ? System.getProperty("os.arch") : line.substring(value).strip();
    }

    // Such as "always [madvise] never".
    private static String chosen(String choices) {
        int from = choices.indexOf('[') + 1;
        int to = choices.indexOf(']', from);
        return to < 0 ? UNKNOWN : choices.substring(from, to);
    }

    // These files are of Linux alone; without them something else is said.
    private static String firstLine(Path file, String with) {
        if (!Files.isReadable(file)) {
            return "";
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.contains(with)).findFirst().orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
