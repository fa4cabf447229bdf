package dev.talaria.inference.decode;

import java.util.List;

/// Text that ends in front of the first of several strings that comes to its end in it, of two that
/// end together the longer; however the text is cut into pieces.
///
/// What may yet turn out to be part of such a string is held back, so that nobody who is told the
/// text piece by piece ever sees any of it. Used by one thread at a time.
public final class StopStrings {

    private final List<String> stops;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    /// @param stops none of them empty
    public StopStrings(List<String> stops) {
        this.stops = List.copyOf(stops);
    }

    /// Whether one has come: the text is over.
    public boolean isFound() {
        return found;
    }

    /// Takes the next piece and returns what is certain to be text; nothing after the end.
    public String push(String piece) {
        if (found) {
            return "";
        }
        held.append(piece);
        int start = held.length();
        int end = Integer.MAX_VALUE;
        for (String stop : stops) {
            int at = held.indexOf(stop);
            int last = at + stop.length();
            if (at >= 0 && (last < end || last == end && at < start)) {
                start = at;
                end = last;
                found = true;
            }
        }
        return take(found ? start : start - undecided());
    }

    /// Ends the text: returns what was held back.
    public String finish() {
        return take(found ? 0 : held.length());
    }

    private String take(int length) {
        String text = held.substring(0, length);
        held.delete(0, found ? held.length() : length);
        return text;
    }

    // Length of the longest end of the text that is the beginning of a stop string.
    private int undecided() {
        int longest = 0;
        for (String stop : stops) {
            int length = Math.min(stop.length() - 1, held.length());
            while (length > longest && !endsWith(stop, length)) {
                length--;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    private boolean endsWith(String stop, int length) {
        int from = held.length() - length;
        for (int i = 0; i < length; i++) {
            if (held.charAt(from + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
