package dev.talaria.eval.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What stands on the page of a run, and what a browser could make of it.
class RunReportTest {

    private static final String HOSTILE =
            "</script></pre></svg><script>alert(1)</script><img src=x onerror=alert(2)>"
                    + "\"'><svg onload=alert(3)>&lt;b&gt;<!--\u202e\u0000\u001b[31mLONE";

    @TempDir Path folder;

    @Test
    void thePageIsOneFileThatAsksNobodyForAnything() throws IOException {
        String page = page(someRun());

        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("default-src &#39;none&#39;")
                .doesNotContainPattern("(?i)\\b(src|href|action|srcset|formaction)=")
                .doesNotContainPattern("(?i)url\\(|@import|http://|https://|fetch\\(|XMLHttp");
        assertThat(occurrences(page, "<script")).isEqualTo(1);
        assertThat(occurrences(page, "<style")).isEqualTo(1);
        assertThat(page).doesNotContainPattern("(?i)<[^>]*\\s(on[a-z]+|style)=");
    }

    @Test
    void thePolicyNamesTheDigestsOfStyleAndScript() throws IOException {
        String page = page(someRun());

        assertThat(page).contains(digest(between(page, "<script>", "</script>")));
        assertThat(page).contains(digest(between(page, "<style>", "</style>")));
    }

    @Test
    void whateverComesFromOutsideIsText() throws IOException {
        RunFolders run = new RunFolders(HOSTILE, "1");
        run.add(0, 0, "constrained", false, HOSTILE, HOSTILE);
        run.add(1, 0, "constrained", false, "{\"a\": \"</script><img onerror=x>\"}", "b");
        run.last().put("prompt", HOSTILE);
        run.last().putObject("expected").put(HOSTILE, HOSTILE);
        run.last().putArray("kinds").add(HOSTILE);
        run.summary().putObject("model").put("name", HOSTILE);
        run.summary().putObject("dataset").put(HOSTILE, HOSTILE);
        run.summary().putArray("notes").add(HOSTILE);
        run.summary()
                .putObject("modes")
                .putObject("constrained")
                .putObject("groups")
                .putObject(HOSTILE)
                .putObject(HOSTILE)
                .put("value", 0.5);
        run.summary()
                .withObject("/modes/constrained/metrics/fields")
                .putObject(HOSTILE)
                .put("type", HOSTILE)
                .put("correct", 1);
        run.summary()
                .withObject("/modes/constrained/metrics")
                .putObject(HOSTILE)
                .put(HOSTILE, HOSTILE);

        String page = page(run);

        assertThat(occurrences(page, "<script")).isEqualTo(1);
        assertThat(occurrences(page, "</script")).isEqualTo(1);
        assertThat(page)
                .doesNotContain("<img", "onload=alert(3)>", "\u202e", "\u0000", "\u001b")
                .doesNotContainPattern("(?i)<[a-z0-9]+[^>]*\\son[a-z]+=[^>]*>")
                .doesNotContainPattern("<!--")
                .contains(
                        "&lt;/script&gt;",
                        "&lt;img src=x onerror=alert(2)&gt;",
                        "⟨U+202E⟩",
                        "␀",
                        "⟨U+D800⟩");
        assertWellFormed(page);
    }

    @Test
    void everyElementHasItsEnd() throws IOException {
        assertWellFormed(page(someRun()));
    }

    @Test
    void picturesAreDescribedAndTablesHaveHeadings() throws IOException {
        String page = page(someRun());

        assertThat(occurrences(page, "role=\"img\"")).isPositive();
        Matcher picture = Pattern.compile("<svg role=\"img\"[^>]*>").matcher(page);
        while (picture.find()) {
            assertThat(page.substring(picture.end())).startsWith("<title>");
            assertThat(page.substring(picture.end(), picture.end() + 2_000)).contains("<desc>");
        }
        assertThat(occurrences(page, "<caption>")).isEqualTo(occurrences(page, "<table>"));
        assertThat(occurrences(page, "<th "))
                .isEqualTo(occurrences(page, "scope=\"col\"") + occurrences(page, "scope=\"row\""));
    }

    @Test
    void figuresStandOnThePage() throws IOException {
        String page = page(someRun());

        assertThat(page)
                .contains("<strong>80.0 %</strong>", "<strong>50.0 %</strong>")
                .contains("8 of 10 passed; 95 % interval 49.0 to 94.3 %")
                .contains("constrained less unconstrained: +30.0 points")
                .contains("McNemar&#39;s exact test")
                .contains("wrong-value")
                .contains("<del>1</del>", "<ins>2</ins>");
    }

    @Test
    void severalSeedsAreShownEach() throws IOException {
        RunFolders run = new RunFolders("json-mode", "1");
        for (int row = 0; row < 6; row++) {
            run.add(row, 3, "constrained", row < 4).add(row, 4, "constrained", row < 2);
        }

        assertThat(page(run)).contains(">seed 3<", ">seed 4<", "2 seeds", "6 of 12 passed");
    }

    @Test
    void manyFailuresMakeNoEndlessPage() throws IOException {
        RunFolders run = new RunFolders("json-mode", "1");
        String large = "x".repeat(100_000);
        for (int row = 0; row < 3_000; row++) {
            run.add(row, 0, "constrained", false, row % 100 == 0 ? large : "{}", "a: missing");
            run.add(row, 0, "unconstrained", false, "no", "no JSON");
        }

        String page = page(run);

        assertThat(page.length()).isLessThan(8_000_000);
        assertThat(occurrences(page, "class=\"card\"")).isEqualTo(RunReport.MOST_CARDS);
        assertThat(page)
                .contains("200 of 6,000 shown; all are in results.jsonl")
                .contains("12,000 of 100,000 characters; the rest is in results.jsonl")
                .contains("data-mode=\"constrained\"", "data-mode=\"unconstrained\"");
    }

    @Test
    void aRunWithoutFailuresSaysSo() throws IOException {
        RunFolders run = new RunFolders("json-mode", "1").add(0, 0, "replay", true);

        assertThat(page(run)).contains("No answer failed.", "<strong>100.0 %</strong>");
    }

    @Test
    void aFolderWithoutResultsIsRefused() {
        assertThatThrownBy(() -> RunReport.write(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("results.jsonl");
    }

    private static RunFolders someRun() {
        RunFolders run = new RunFolders("json-mode", "1");
        for (int row = 0; row < 10; row++) {
            run.add(row, 0, "unconstrained", row < 5).add(row, 0, "constrained", row < 8);
        }
        return run;
    }

    private String page(RunFolders run) throws IOException {
        RunReport.write(run.write(folder));
        return Files.readString(folder.resolve("report.html"));
    }

    private static void assertWellFormed(String page) {
        Deque<String> open = new ArrayDeque<>();
        Matcher tag = Pattern.compile("<(/?)([a-zA-Z0-9]+)[^>]*>").matcher(page);
        while (tag.find()) {
            String name = tag.group(2);
            if (name.equals("meta") || name.equals("input")) {
                continue;
            }
            if (tag.group(1).isEmpty()) {
                open.push(name);
            } else {
                assertThat(open.pop()).as("at %d", tag.start()).isEqualTo(name);
            }
        }
        assertThat(open).isEmpty();
    }

    private static int occurrences(String page, String text) {
        return page.split(Pattern.quote(text), -1).length - 1;
    }

    private static String between(String page, String start, String end) {
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf(end, from));
    }

    private static String digest(String source) {
        try {
            return "sha256-"
                    + Base64.getEncoder()
                            .encodeToString(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest(source.getBytes(StandardCharsets.UTF_8)))
                            .replace("&", "&amp;");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
