package dev.talaria.datasets.filter;

/// `%` for any characters, `_` for one, everything else for itself.
record TextPattern(String pattern) {

    /// Goes back to the last `%` only, which is enough: its time is at most the product of both
    /// lengths, and no expression of a stranger makes it more.
    boolean matches(String text) {
        int at = 0;
        int place = 0;
        int lastAny = -1;
        int lastAt = 0;
        while (at < text.length()) {
            if (place < pattern.length() && pattern.charAt(place) == '%') {
                lastAny = place++;
                lastAt = at;
            } else if (place < pattern.length() && fits(place, text.charAt(at))) {
                place++;
                at++;
            } else if (lastAny >= 0) {
                place = lastAny + 1;
                at = ++lastAt;
            } else {
                return false;
            }
        }
        while (place < pattern.length() && pattern.charAt(place) == '%') {
            place++;
        }
        return place == pattern.length();
    }

    private boolean fits(int place, char one) {
        char wanted = pattern.charAt(place);
        return wanted == '_' || wanted == one;
    }
}
