package dev.talaria.pipeline.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The values of a label, a bounded number of them: whoever comes later is [#OTHER].
final class BoundedLabel {

    static final String OTHER = "other";

    private final int most;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    BoundedLabel(int most) {
        this.most = most;
    }

    String of(String value) {
        if (known.contains(value)) {
            return value;
        }
        synchronized (known) {
            return known.size() < most && known.add(value) ? value : OTHER;
        }
    }
}
