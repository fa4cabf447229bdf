package dev.talaria.inference.embedded;

import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Memory that a process may still take without pushing others out.
final class FreeMemory {

    // Linux' own estimate: what is free, and what caches files that can be read again.
    private static final Path MEMORY = Path.of("/proc/meminfo");

    private FreeMemory() {}

    /// Bytes, within the limits of a container.
    static long bytes() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        if (!Files.isReadable(MEMORY)) {
            return system.getFreeMemorySize();
        }
        List<String> lines = lines();
        long available = kibibytes(lines, "MemAvailable:") << 10;
        long total = kibibytes(lines, "MemTotal:") << 10;
        boolean isContained = system.getTotalMemorySize() < total;
        return isContained
                ? Math.min(available, system.getFreeMemorySize() + ContainerFiles.bytes())
                : available;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(MEMORY);
        } catch (IOException e) {
            throw new UncheckedIOException(MEMORY.toString(), e);
        }
    }

    private static long kibibytes(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(MEMORY + ": has no line " + name));
    }
}
