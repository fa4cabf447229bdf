package dev.talaria.pipeline.topology;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a pipeline can do.
public enum TopologyKind {
    /// Documents to JSON.
    EXTRACTION,
    /// Requests to text.
    CHAT,
    /// Conversations in which the model calls tools.
    TOOLS;

    /// The name in settings.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Its consumer group; what it keeps on the cluster is named after it.
    ///
    /// @param configured `application.id`
    public String applicationId(String configured) {
        return switch (this) {
            case EXTRACTION -> configured;
            case CHAT, TOOLS -> configured + "-" + text();
        };
    }

    /// The kinds in a list of names, separated by commas.
    ///
    /// @throws IllegalArgumentException where one is unknown or there is none
    public static Set<TopologyKind> listed(String text) {
        Set<TopologyKind> kinds = EnumSet.noneOf(TopologyKind.class);
        for (String name : List.of(text.split(",", -1))) {
            kinds.add(
                    Arrays.stream(values())
                            .filter(kind -> kind.text().equals(name.strip()))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IllegalArgumentException("unknown: " + name.strip())));
        }
        return kinds;
    }
}
