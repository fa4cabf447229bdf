package dev.talaria.pipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.schemas.validation.NetworkntValidator;

import org.junit.jupiter.api.Test;

class SampleTest {

    @Test
    void exactlyThreeOfTheDocumentsAreBad() {
        assertThat(Sample.all().stream().filter(sample -> !sample.good())).hasSize(3);
        assertThat(Sample.all().stream().filter(Sample::good)).hasSizeGreaterThanOrEqualTo(21);
    }

    @Test
    void noTwoDocumentsShareAnId() {
        assertThat(Sample.all()).extracting(Sample::id).doesNotHaveDuplicates();
    }

    @Test
    void everySchemaIsOne() {
        assertThat(Sample.schemas())
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy((name, json) ->
                        assertThat(NetworkntValidator.of(json).validate("{}")).isNotEmpty());
    }

    @Test
    void documentsForTheModelAreShort() {
        assertThat(Sample.all())
                .filteredOn(Sample::good)
                .allSatisfy(sample -> assertThat(sample.value()).hasSizeLessThan(600));
    }
}
