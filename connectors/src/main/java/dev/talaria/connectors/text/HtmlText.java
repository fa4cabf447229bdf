package dev.talaria.connectors.text;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

import java.util.Set;
import java.util.regex.Pattern;

/// The text a reader sees on an HTML page.
///
/// Block elements begin on a line of their own, cells of a table row stand on one line with ` | `
/// between them, list items begin with `- `, preformatted text keeps its lines. Scripts, styles and
/// the head are dropped; the page's title is kept as the first line where the body does not begin
/// with it. Runs of white space become one space, runs of empty lines one.
public final class HtmlText {

    private static final Set<String> UNSEEN =
            Set.of("script", "style", "noscript", "template", "svg", "head", "iframe", "object");
    private static final Pattern SPACES = Pattern.compile("[\\s\\u00A0]+");
    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?|\\n");

    private HtmlText() {}

    /// The page's text. Any text is a page to a browser: there is no malformed HTML.
    public static String of(String html) {
        org.jsoup.nodes.Document page = Jsoup.parse(html);
        Lines lines = new Lines();
        page.body().traverse(new Reader(lines));
        String body = lines.text();
        String title = SPACES.matcher(page.title()).replaceAll(" ").strip();
        return title.isEmpty() || body.startsWith(title) ? body : title + "\n" + body;
    }

    /// Walks the page's elements, without recursion however deep they nest.
    private static final class Reader implements NodeVisitor {

        private static final int NOWHERE = -1;

        private final Lines lines;
        // The depth of the outermost element whose contents are skipped, or are kept on one line.
        private int unseen = NOWHERE;
        private int cell = NOWHERE;

        Reader(Lines lines) {
            this.lines = lines;
        }

        @Override
        public void head(Node node, int depth) {
            if (unseen != NOWHERE) {
                return;
            }
            if (node instanceof TextNode text) {
                text(text);
            } else if (node instanceof Element element) {
                begin(element, depth);
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (unseen != NOWHERE) {
                unseen = depth == unseen ? NOWHERE : unseen;
                return;
            }
            if (node instanceof Element element && startsLine(element)) {
                breakLine();
            }
            cell = depth == cell ? NOWHERE : cell;
        }

        private void begin(Element element, int depth) {
            String name = element.normalName();
            if (UNSEEN.contains(name) || element.hasAttr("hidden")) {
                unseen = depth;
                return;
            }
            if (startsLine(element)) {
                breakLine();
            }
            switch (name) {
                case "br" -> breakLine();
                case "p", "h1", "h2", "h3", "h4", "h5", "h6", "table" -> lines.emptyLine();
                case "li" -> lines.item();
                case "td", "th" -> beginCell(element, depth);
                default -> {}
            }
        }

        // Pages laid out with tables have whole tables in a cell; those keep their lines.
        private void beginCell(Element element, int depth) {
            if (cell == NOWHERE && element.selectFirst("table") == null) {
                lines.cell();
                cell = depth;
            }
        }

        private void breakLine() {
            if (cell == NOWHERE) {
                lines.breakLine();
            } else {
                lines.append(" ");
            }
        }

        private void text(TextNode node) {
            if (!isPreformatted(node)) {
                lines.append(SPACES.matcher(node.getWholeText()).replaceAll(" "));
                return;
            }
            String[] parts = LINE_BREAK.split(node.getWholeText(), -1);
            for (int i = 0; i < parts.length; i++) {
                if (i > 0) {
                    breakLine();
                }
                lines.append(parts[i]);
            }
        }

        private static boolean isPreformatted(TextNode node) {
            for (Node parent = node.parentNode(); parent != null; parent = parent.parentNode()) {
                if (parent.nodeName().equals("pre")) {
                    return true;
                }
            }
            return false;
        }

        private static boolean startsLine(Element element) {
            return switch (element.normalName()) {
                case "td", "th" -> false;
                default -> element.isBlock();
            };
        }
    }

    /// Text in lines, white space tidied.
    private static final class Lines {

        private static final String ITEM = "- ";

        private final StringBuilder text = new StringBuilder();
        private final StringBuilder line = new StringBuilder();
        private boolean emptyLineDue;

        void append(String part) {
            boolean atGap = line.isEmpty() || line.charAt(line.length() - 1) == ' ';
            line.append(atGap ? part.stripLeading() : part);
        }

        void item() {
            line.setLength(0);
            line.append(ITEM);
        }

        void cell() {
            if (!line.isEmpty()) {
                String before = line.toString().stripTrailing();
                line.setLength(0);
                line.append(before).append(" | ");
            }
        }

        void emptyLine() {
            emptyLineDue = true;
        }

        void breakLine() {
            String done = line.toString().strip();
            if (done.isEmpty() || line.toString().equals(ITEM)) {
                return;
            }
            line.setLength(0);
            if (emptyLineDue && !text.isEmpty()) {
                text.append('\n');
            }
            emptyLineDue = false;
            text.append(done).append('\n');
        }

        String text() {
            breakLine();
            return text.toString().stripTrailing();
        }
    }
}
