package dev.talaria.schemas.grammar;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// Bytes that equal values share, made of the grammar's spelling of a value: members sorted by
/// their keys, no spaces, no zeros at the end of a fraction.
///
/// Strings have one spelling already, so theirs is kept. Works through arrays and objects without
/// recursion: how deep they are is the model's choice.
final class ItemIdentity {

    /// An open array or object: its parts so far, and of a member under way the key.
    private static final class Frame {

        private final boolean object;
        private final List<byte[]> keys = new ArrayList<>();
        private final List<byte[]> values = new ArrayList<>();
        private boolean valueNext;

        private Frame(boolean object) {
            this.object = object;
        }

        private void add(byte[] part) {
            if (object && !valueNext) {
                keys.add(part);
            } else {
                values.add(part);
            }
        }

        private byte[] closed() {
            List<byte[]> parts = object ? members() : values;
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(object ? '{' : '[');
            for (int i = 0; i < parts.size(); i++) {
                if (i > 0) {
                    out.write(',');
                }
                out.writeBytes(parts.get(i));
            }
            out.write(object ? '}' : ']');
            return out.toByteArray();
        }

        private List<byte[]> members() {
            List<byte[]> members = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                byte[] key = keys.get(i);
                byte[] value = values.get(i);
                byte[] member = Arrays.copyOf(key, key.length + 1 + value.length);
                member[key.length] = ':';
                System.arraycopy(value, 0, member, key.length + 1, value.length);
                members.add(member);
            }
            members.sort(Arrays::compareUnsigned);
            return members;
        }
    }

    private final byte[] text;
    private final int to;
    private final Deque<Frame> open = new ArrayDeque<>();
    private byte[] whole;
    private int at;
    private boolean shortened;

    private ItemIdentity(byte[] text, int from, int to) {
        this.text = text;
        this.at = from;
        this.to = to;
    }

    /// The bytes for the value spelled from `from` to `to`.
    static byte[] of(byte[] text, int from, int to) {
        return new ItemIdentity(text, from, to).read();
    }

    /// Whether the value has no shorter spelling.
    static boolean isShortest(byte[] text, int from, int to) {
        ItemIdentity identity = new ItemIdentity(text, from, to);
        identity.read();
        return !identity.shortened;
    }

    private byte[] read() {
        while (at < to) {
            switch (text[at]) {
                case '[', '{' -> open.push(new Frame(text[at++] == '{'));
                case ']', '}' -> {
                    at++;
                    part(open.pop().closed());
                }
                case ':' -> separate(true);
                case ',' -> separate(false);
                case ' ', '\n', '\r', '\t' -> at++;
                case '"' -> part(string());
                default -> part(scalar());
            }
        }
        return whole;
    }

    private void separate(boolean valueNext) {
        open.element().valueNext = valueNext;
        at++;
    }

    private void part(byte[] part) {
        if (open.isEmpty()) {
            whole = part;
        } else {
            open.element().add(part);
        }
    }

    private byte[] string() {
        int from = at++;
        while (text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return Arrays.copyOfRange(text, from, ++at);
    }

    private byte[] scalar() {
        int from = at;
        boolean point = false;
        while (at < to && ",]} \n\r\t".indexOf(text[at]) < 0) {
            point |= text[at++] == '.';
        }
        int end = at;
        while (point && text[end - 1] == '0') {
            end--;
        }
        end -= point && text[end - 1] == '.' ? 1 : 0;
        shortened |= end < at;
        return Arrays.copyOfRange(text, from, end);
    }
}
