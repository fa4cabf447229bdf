package dev.talaria.eval.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.Consumer;

/// The frame of a page. Its policy lets the browser run this style and this script, known by their
/// digests, and load nothing: a script that came in with a text would not run even if it became
/// one.
final class ReportPage {

    private static final String STYLE = resource("report.css");
    private static final String SCRIPT = resource("report.js");

    private ReportPage() {}

    /// A whole page.
    ///
    /// @param body writes what stands in it
    static String of(String title, Consumer<Html> body) {
        Html html = new Html();
        html.open("html", "lang", "en").line();
        html.open("head").line();
        html.single("meta", "charset", "utf-8").line();
        html.single("meta", "http-equiv", "Content-Security-Policy", "content", policy()).line();
        html.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.single("meta", "name", "color-scheme", "content", "light dark");
        html.single("meta", "name", "referrer", "content", "no-referrer").line();
        html.element("title", title).line();
        html.open("style").verbatim(STYLE).close().line();
        html.close().line();
        html.open("body").line();
        body.accept(html);
        html.open("script").verbatim(SCRIPT).close().line();
        html.close().line();
        html.close().line();
        return "<!DOCTYPE html>\n" + html;
    }

    /// Writes a page to its place, whole or not at all.
    static void write(Path file, String page) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, page);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String policy() {
        return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '%s'; script-src '%s'"
                .formatted(digest(STYLE), digest(SCRIPT));
    }

    private static String digest(String source) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(source.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream bytes = ReportPage.class.getResourceAsStream(name)) {
            if (bytes == null) {
                throw new IllegalStateException("the program lacks its own " + name);
            }
            // Browsers take the digest of what the parser makes of line ends.
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new IllegalStateException("the program's own " + name + " cannot be read", e);
        }
    }
}
