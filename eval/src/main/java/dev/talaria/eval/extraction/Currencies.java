package dev.talaria.eval.extraction;

import java.util.Currency;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The currencies that a symbol, a code or a word may stand for.
final class Currencies {

    private static final Set<String> DOLLARS =
            Set.of(
                    "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS",
                    "JMD", "BBD", "BSD", "BZD", "FJD", "TTD", "XCD", "BND");

    private static final Map<String, Set<String>> NAMES = new HashMap<>();

    static {
        for (Currency each : Currency.getAvailableCurrencies()) {
            NAMES.put(
                    each.getCurrencyCode().toLowerCase(Locale.ROOT),
                    Set.of(each.getCurrencyCode()));
        }
        NAMES.put("$", DOLLARS);
        NAMES.put("dollar", DOLLARS);
        NAMES.put("dollars", DOLLARS);
        names("USD", "us$");
        names("CAD", "c$", "ca$", "can$");
        names("AUD", "a$", "au$");
        names("NZD", "nz$");
        names("SGD", "s$", "sg$");
        names("HKD", "hk$");
        names("TWD", "nt$");
        names("MXN", "mx$");
        names("BRL", "r$");
        names("EUR", "€", "euro", "euros");
        names("GBP", "£", "pound", "pounds", "stg");
        names("CHF", "fr", "sfr", "franken", "francs");
        names("MYR", "rm");
        names("PLN", "zł", "zl");
        names("CZK", "kč", "kc");
        names("HUF", "ft");
        names("RON", "lei", "leu");
        names("KRW", "₩");
        names("TRY", "₺", "tl");
        names("RUB", "₽", "руб");
        names("UAH", "₴");
        names("VND", "₫");
        names("THB", "฿");
        names("ILS", "₪");
        names("PHP", "₱");
        names("IDR", "rp");
        names("ZAR", "r");
        NAMES.put("¥", Set.of("JPY", "CNY"));
        NAMES.put("円", Set.of("JPY"));
        NAMES.put("元", Set.of("CNY", "TWD"));
        NAMES.put("kr", Set.of("SEK", "NOK", "DKK", "ISK"));
        NAMES.put("₹", Set.of("INR"));
        NAMES.put("rs", Set.of("INR", "PKR", "LKR", "NPR", "MUR"));
        NAMES.put("rupees", Set.of("INR", "PKR", "LKR", "NPR", "MUR"));
    }

    private Currencies() {}

    private static void names(String code, String... names) {
        for (String name : names) {
            NAMES.put(name, Set.of(code));
        }
    }

    /// Codes of a name without surrounding white space, whatever its case and with or without a
    /// full stop; empty where it names no currency.
    static Set<String> named(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        if (plain.endsWith(".")) {
            plain = plain.substring(0, plain.length() - 1);
        }
        return NAMES.getOrDefault(plain, Set.of());
    }
}
