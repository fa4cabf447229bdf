package dev.talaria.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/// What may happen to a file: bits and bytes that changed, absurd counts, parts in another's place.
public final class Damage {

    private static final long[] ABSURD = {-1, Long.MAX_VALUE, 1L << 60, 1L << 31, 299};

    private Damage() {}

    /// Damages the bytes in one place.
    ///
    /// @param within so many first bytes
    public static void once(byte[] bytes, int within, SplittableRandom random) {
        int at = random.nextInt(within);
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 ->
                    fields.putLong(
                            Math.min(at, bytes.length - 8), ABSURD[random.nextInt(ABSURD.length)]);
            case 3 -> fields.putInt(Math.min(at, bytes.length - 4), random.nextInt(42));
            default -> {
                int length = Math.min(random.nextInt(16), bytes.length - at);
                System.arraycopy(bytes, random.nextInt(bytes.length - length), bytes, at, length);
            }
        }
    }
}
