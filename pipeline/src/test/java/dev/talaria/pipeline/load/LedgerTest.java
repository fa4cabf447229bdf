package dev.talaria.pipeline.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {

    private final Ledger ledger = new Ledger(3);

    @Test
    void oneAnswerForEachDocumentIsExact() {
        ledger.extracted("load-0", true);
        ledger.rejected("load-2");
        ledger.extracted("load-1", true);

        assertThat(ledger.answered()).isEqualTo(3);
        assertThat(ledger.balance().isExact()).isTrue();
        assertThat(ledger.balance().rejected()).isOne();
    }

    @Test
    void aDocumentWithoutAnswerIsMissing() {
        ledger.extracted("load-0", true);

        assertThat(ledger.balance().isExact()).isFalse();
        assertThat(ledger.balance().missing()).isEqualTo(2);
    }

    @Test
    void anAnswerBesideARejectionIsOneTooMany() {
        for (int number = 0; number < 3; number++) {
            ledger.extracted("load-" + number, true);
        }
        ledger.rejected("load-1");

        assertThat(ledger.balance().isExact()).isFalse();
        assertThat(ledger.balance().twice()).isOne();
        assertThat(ledger.answered()).isEqualTo(3);
    }

    @Test
    void answersOfNoDocumentAreForeign() {
        ledger.extracted("load-3", true);
        ledger.extracted("load--1", true);
        ledger.extracted("invoice-1", true);
        ledger.extracted(null, true);
        ledger.extracted("load-99999999999", true);

        assertThat(ledger.balance().foreign()).isEqualTo(5);
        assertThat(ledger.answered()).isZero();
    }

    @Test
    void aWrongAnswerIsCountedBesideBeingOne() {
        ledger.extracted("load-0", false);

        assertThat(ledger.balance().wrong()).isOne();
        assertThat(ledger.answered()).isOne();
    }
}
