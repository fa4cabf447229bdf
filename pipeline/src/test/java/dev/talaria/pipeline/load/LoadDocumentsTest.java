package dev.talaria.pipeline.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

class LoadDocumentsTest {

    @Test
    void documentsHaveTheirSizeAndNoTwoAreAlike() {
        for (int bytes : new int[] {LoadPlan.LEAST_BYTES, 1024, 1025}) {
            LoadDocuments documents = new LoadDocuments(bytes);
            Set<String> texts = new HashSet<>();
            for (int number : new int[] {0, 1, 9, 10, 999, Integer.MAX_VALUE}) {
                byte[] text = documents.text(number);
                assertThat(text).hasSize(bytes);
                texts.add(new String(text, StandardCharsets.US_ASCII));
            }
            assertThat(texts).hasSize(6);
        }
    }

    @Test
    void anIdHasItsNumber() {
        assertThat(LoadDocuments.number(LoadDocuments.id(4711))).isEqualTo(4711);
    }

    @Test
    void answersFitTheSchema() {
        assertThat(
                        NetworkntValidator.of(LoadDocuments.SCHEMA)
                                .validate(LoadDocuments.answer(LoadDocuments.id(7))))
                .isEmpty();
    }
}
