package dev.talaria.pipeline.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.pipeline.app.DialogueHarness;
import dev.talaria.pipeline.app.HeldGenerator;

import org.junit.jupiter.api.Test;

class ToolsTopologyTest {

    @Test
    void whatArrivesGoesByWayOfAnInnerTopicAndEveryNodeIsNamed() {
        String graph = DialogueHarness.describeTools(new HeldGenerator());

        assertThat(graph)
                .contains("Sub-topology: 1")
                .doesNotContain("Sub-topology: 2", "KSTREAM", "0000")
                .contains("--> " + ToolsTopology.TO_CONVERSATIONS + ", unroutable")
                .contains("Processor: converse (stores: [conversations])")
                .contains("--> answers, calls, rejected");
    }
}
