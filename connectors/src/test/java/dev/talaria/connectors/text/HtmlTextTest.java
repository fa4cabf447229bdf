package dev.talaria.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTextTest {

    @Test
    void blocksBecomeLinesAndWhatNobodySeesIsDropped() {
        assertThat(
                        HtmlText.of(
                                """
                                <html><head><title>Order 7</title><style>p {}</style></head><body>
                                <!-- note --><div>Dear   <b>Ms Li</b>,</div><div>thank you<br>and bye
                                </div><script>alert(1)</script><p hidden>secret</p><h2>Terms</h2>
                                <ul><li>one</li><li><p>two</p></li></ul></body></html>\
                                """))
                .isEqualTo(
                        """
                        Order 7
                        Dear Ms Li,
                        thank you
                        and bye

                        Terms
                        - one

                        - two\
                        """);
    }

    @Test
    void theCellsOfARowStandOnOneLine() {
        assertThat(
                        HtmlText.of(
                                """
                                <table><thead><tr><th>Item</th><th>Price</th></tr></thead>
                                <tr><td><p>Lamp</p></td><td> 9.50&nbsp;&euro; </td></tr>
                                <tr><td></td><td>end</td></tr></table>\
                                """))
                .isEqualTo("Item | Price\nLamp | 9.50 €\nend");
    }

    @Test
    void tablesThatLayOutAPageKeepTheirLines() {
        assertThat(
                        HtmlText.of(
                                """
                                <table><tr><td><p>Hello</p><p>World</p>
                                <table><tr><td>a</td><td>b</td></tr></table></td></tr></table>\
                                """))
                .isEqualTo("Hello\n\nWorld\n\na | b");
    }

    @Test
    void preformattedTextKeepsItsLines() {
        assertThat(HtmlText.of("<pre>a: 1\nb: 2\r\nc: 3</pre>")).isEqualTo("a: 1\nb: 2\nc: 3");
    }

    @Test
    void aTitleThatTheBodyRepeatsIsNotRepeated() {
        assertThat(HtmlText.of("<title>Invoice</title><h1>Invoice</h1><p>7</p>"))
                .isEqualTo("Invoice\n\n7");
    }

    @Test
    void pagesNestedBeyondReasonAreReadAllTheSame() {
        assertThat(HtmlText.of("<div>".repeat(50_000) + "deep")).isEqualTo("deep");
    }
}
