package dev.talaria.pipeline.processor;

import dev.talaria.connectors.kafka.SourceRecord;
import dev.talaria.schemas.extraction.Extraction;

import java.util.List;

/// Several who hear of the same traffic, told one after the other.
public record TrafficListeners(List<TrafficListener> all) implements TrafficListener {

    public TrafficListeners {
        all = List.copyOf(all);
    }

    @Override
    public void pending(int change) {
        for (TrafficListener each : all) {
            each.pending(change);
        }
    }

    @Override
    public void answered(SourceRecord source, Extraction extraction) {
        for (TrafficListener each : all) {
            each.answered(source, extraction);
        }
    }

    @Override
    public void worked(Step step, long nanos) {
        for (TrafficListener each : all) {
            each.worked(step, nanos);
        }
    }
}
