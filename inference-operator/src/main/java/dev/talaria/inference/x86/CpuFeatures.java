package dev.talaria.inference.x86;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What all processors of this machine can do, and the operating system lets them: Linux leaves out
/// what it does not keep the registers of.
public record CpuFeatures(Set<CpuFeature> present) {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    public CpuFeatures {
        present = Set.copyOf(present);
    }

    /// Those of this machine; none where this is not Linux on x86-64, or does not say.
    public static CpuFeatures ofThisMachine() {
        if (!isLinuxOnX86(System.getProperty("os.name"), System.getProperty("os.arch"))) {
            return new CpuFeatures(Set.of());
        }
        try {
            return parse(Files.readAllLines(CPUINFO));
        } catch (IOException e) {
            return new CpuFeatures(Set.of());
        }
    }

    static boolean isLinuxOnX86(String system, String architecture) {
        return system.toLowerCase(Locale.ROOT).equals("linux")
                && (architecture.equals("amd64") || architecture.equals("x86_64"));
    }

    /// From the lines of `/proc/cpuinfo`: what every processor has.
    static CpuFeatures parse(List<String> cpuinfo) {
        Set<CpuFeature> common = EnumSet.noneOf(CpuFeature.class);
        boolean isFirst = true;
        for (String line : cpuinfo) {
            if (line.startsWith("flags") && line.indexOf(':') >= 0) {
                Set<CpuFeature> features = features(line.substring(line.indexOf(':') + 1));
                if (isFirst) {
                    common.addAll(features);
                }
                common.retainAll(features);
                isFirst = false;
            }
        }
        return new CpuFeatures(common);
    }

    private static Set<CpuFeature> features(String flags) {
        Set<String> words = new HashSet<>(Arrays.asList(flags.strip().split("\\s+")));
        Set<CpuFeature> features = EnumSet.noneOf(CpuFeature.class);
        for (CpuFeature feature : CpuFeature.values()) {
            if (words.contains(feature.flag())) {
                features.add(feature);
            }
        }
        return features;
    }

    /// Those of the wanted that are not there.
    public Set<CpuFeature> missing(Set<CpuFeature> wanted) {
        Set<CpuFeature> missing = EnumSet.noneOf(CpuFeature.class);
        missing.addAll(wanted);
        missing.removeAll(present);
        return missing;
    }
}
