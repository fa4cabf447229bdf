package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UriReferenceTest {

    /// The examples of RFC 3986, 5.4.1 and 5.4.2.
    @Test
    void referencesAreResolvedAsTheStandardSays() {
        String[][] examples = {
            {"g:h", "g:h"},
            {"g", "http://a/b/c/g"},
            {"./g", "http://a/b/c/g"},
            {"g/", "http://a/b/c/g/"},
            {"/g", "http://a/g"},
            {"//g", "http://g"},
            {"?y", "http://a/b/c/d;p?y"},
            {"g?y", "http://a/b/c/g?y"},
            {"#s", "http://a/b/c/d;p?q"},
            {"g#s", "http://a/b/c/g"},
            {";x", "http://a/b/c/;x"},
            {"", "http://a/b/c/d;p?q"},
            {".", "http://a/b/c/"},
            {"./", "http://a/b/c/"},
            {"..", "http://a/b/"},
            {"../", "http://a/b/"},
            {"../g", "http://a/b/g"},
            {"../..", "http://a/"},
            {"../../g", "http://a/g"},
            {"../../../g", "http://a/g"},
            {"/./g", "http://a/g"},
            {"/../g", "http://a/g"},
            {"g.", "http://a/b/c/g."},
            {".g", "http://a/b/c/.g"},
            {"./../g", "http://a/b/g"},
            {"./g/.", "http://a/b/c/g/"},
            {"g/../h", "http://a/b/c/h"},
            {"g;x=1/../y", "http://a/b/c/y"}
        };
        for (String[] example : examples) {
            assertThat(UriReference.resolve("http://a/b/c/d;p?q", example[0]).resource())
                    .as(example[0])
                    .isEqualTo(example[1]);
        }
    }

    @Test
    void namesFilesAndBasesWithoutASchemeAreKept() {
        assertThat(UriReference.resolve("urn:uuid:a-b", "#/x").resource())
                .isEqualTo("urn:uuid:a-b");
        assertThat(UriReference.resolve("file:///a/b.json", "c.json").resource())
                .isEqualTo("file:///a/c.json");
        assertThat(UriReference.resolve("", "c/d.json#x").resource()).isEqualTo("c/d.json");
        assertThat(UriReference.resolve("c/d.json", "e.json").resource()).isEqualTo("c/e.json");
        assertThat(UriReference.resolve("http://a", "b").resource()).isEqualTo("http://a/b");
    }
}
