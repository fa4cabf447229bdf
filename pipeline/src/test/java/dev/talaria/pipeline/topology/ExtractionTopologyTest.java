package dev.talaria.pipeline.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.app.ExtractionApplication;
import dev.talaria.pipeline.app.Samples;
import dev.talaria.pipeline.config.PipelineConfig;

import org.junit.jupiter.api.Test;

import java.util.Map;

class ExtractionTopologyTest {

    @Test
    void theGraphIsThisAndEveryNodeIsNamed() {
        PipelineConfig config =
                PipelineConfig.of(Map.of("kafka.bootstrap.servers", "localhost:9092"));

        String description =
                ExtractionApplication.topology(config, Samples.noteOperator())
                        .describe()
                        .toString();

        assertThat(description)
                .isEqualTo(
                        """
                        Topologies:
                           Sub-topology: 0
                            Source: documents (topics: [talaria.documents])
                              --> extract
                            Processor: extract (stores: [pending])
                              --> extractions, rejected
                              <-- documents
                            Sink: extractions (topic: talaria.extractions)
                              <-- extract
                            Sink: rejected (topic: talaria.rejected)
                              <-- extract

                          Sub-topology: 1 for global store (will not generate tasks)
                            Source: schemas (topics: [talaria.schemas])
                              --> schema-table
                            Processor: schema-table (stores: [schema-store])
                              --> none
                              <-- schemas
                        """);
    }
}
