package dev.talaria.inference.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Memory of a Linux control group that only caches files: it counts as used, a mapped model file
/// first of all, but is given back when the group needs it.
final class ContainerFiles {

    // Version 2 has one hierarchy, version 1 one per kind of resource; both name the same counters.
    private static final String LINE_V2 = "0::";
    private static final String CONTROLLER_V1 = "memory";
    private static final String STATISTICS = "memory.stat";
    private static final Set<String> COUNTERS_V2 = Set.of("active_file", "inactive_file");
    private static final Set<String> COUNTERS_V1 =
            Set.of("total_active_file", "total_inactive_file");

    private ContainerFiles() {}

    /// Bytes of this process's group; 0 where they cannot be found.
    static long bytes() {
        return bytes(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    /// As above, with the process's groups named in that file and mounted at that folder.
    static long bytes(Path groups, Path mount) {
        try {
            if (!Files.isReadable(groups)) {
                return 0;
            }
            long found = 0;
            for (String line : Files.readAllLines(groups)) {
                String[] parts = line.split(":", 3);
                if (line.startsWith(LINE_V2)) {
                    found = Math.max(found, cached(mount, parts[2], COUNTERS_V2));
                } else if (parts.length == 3
                        && List.of(parts[1].split(",")).contains(CONTROLLER_V1)) {
                    Path memory = mount.resolve(CONTROLLER_V1);
                    found = Math.max(found, cached(memory, parts[2], COUNTERS_V1));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("the control group's memory cannot be read", e);
        }
    }

    // A container may see its own group as the root, whatever the group is called outside.
    private static long cached(Path mount, String group, Set<String> counters) throws IOException {
        Path own = mount.resolve(group.replaceFirst("^/", "")).resolve(STATISTICS);
        Path statistics = Files.isReadable(own) ? own : mount.resolve(STATISTICS);
        if (!Files.isReadable(statistics)) {
            return 0;
        }
        long bytes = 0;
        for (String line : Files.readAllLines(statistics)) {
            String[] words = line.split(" ");
            if (words.length == 2 && counters.contains(words[0])) {
                bytes += Long.parseLong(words[1]);
            }
        }
        return bytes;
    }
}
