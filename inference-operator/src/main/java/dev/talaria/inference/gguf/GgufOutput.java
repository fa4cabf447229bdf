package dev.talaria.inference.gguf;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// A stream that knows how the format spells its fields, and how far it has come.
final class GgufOutput extends OutputStream {

    private static final byte[] ZEROS = new byte[64];

    private final OutputStream out;
    private long position;

    GgufOutput(OutputStream out) {
        this.out = out;
    }

    long position() {
        return position;
    }

    @Override
    public void write(int octet) throws IOException {
        out.write(octet);
        position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        position += length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    void int32(int value) throws IOException {
        number(value, 4);
    }

    void int64(long value) throws IOException {
        number(value, 8);
    }

    void text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int64(utf8.length);
        write(utf8);
    }

    void value(GgufValue value) throws IOException {
        switch (value) {
            case GgufValue.Whole(GgufType type, long number) -> number(number, type.bytes());
            case GgufValue.Real(GgufType type, double number) ->
                    number(
                            type == GgufType.FLOAT32
                                    ? Float.floatToRawIntBits((float) number)
                                    : Double.doubleToRawLongBits(number),
                            type.bytes());
            case GgufValue.Flag(boolean flag) -> write(flag ? 1 : 0);
            case GgufValue.Text(String text) -> text(text);
            case GgufArray array -> {
                int32(array.elementType().id());
                int64(array.size());
                write(array.data().toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    void pad(long alignment) throws IOException {
        for (long missing = -position & (alignment - 1); missing > 0; ) {
            int now = (int) Math.min(missing, ZEROS.length);
            write(ZEROS, 0, now);
            missing -= now;
        }
    }

    private void number(long value, int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            write((int) (value >>> (8 * i)));
        }
    }
}
