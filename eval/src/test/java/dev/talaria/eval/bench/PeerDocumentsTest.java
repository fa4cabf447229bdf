package dev.talaria.eval.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class PeerDocumentsTest {

    @Test
    void theCommonBeginningEndsWhereTheFirstPromptDiffers() {
        assertThat(
                        PeerDocuments.commonBeginning(
                                List.of(
                                        new int[] {1, 2, 3, 4},
                                        new int[] {1, 2, 3, 5, 6},
                                        new int[] {1, 2, 9})))
                .containsExactly(1, 2);
    }

    @Test
    void aPromptThatAnotherGoesOnFromIsItself() {
        assertThat(PeerDocuments.commonBeginning(List.of(new int[] {1, 2, 3}, new int[] {1, 2})))
                .containsExactly(1, 2);
        assertThat(PeerDocuments.commonBeginning(List.of(new int[] {7}))).containsExactly(7);
        assertThat(PeerDocuments.commonBeginning(List.of(new int[] {7}, new int[] {8}))).isEmpty();
    }
}
