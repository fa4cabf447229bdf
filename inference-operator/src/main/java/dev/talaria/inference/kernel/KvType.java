package dev.talaria.inference.kernel;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// How keys and values are stored.
///
/// What a number costs: 4 bytes exact, 2 bytes with 11 significant bits, or 1 byte and a scale per
/// token and head, which keeps every element within 1/254 of the largest of its head.
public enum KvType {
    F32,
    F16,
    INT8;

    /// The type of that name: `f32`, `f16` or `int8`.
    ///
    /// @throws IllegalArgumentException where there is none
    public static KvType named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.text().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "key-value storage '%s' is unknown; choose one of %s"
                                        .formatted(name, names())));
    }

    private static String names() {
        return Arrays.stream(values()).map(KvType::text).collect(Collectors.joining(", "));
    }

    /// The name as settings spell it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Bytes of the keys, or of the values, of one head in a block of [Kernels#KV_BLOCK_TOKENS]
    /// tokens.
    public long headBytes(int headLength) {
        long scales = this == INT8 ? KvCodec.SCALE_BYTES : 0;
        return scales + elementBytes((long) Kernels.KV_BLOCK_TOKENS * headLength);
    }

    /// Bytes of so many numbers, without their scales.
    long elementBytes(long numbers) {
        return switch (this) {
            case F32 -> Float.BYTES * numbers;
            case F16 -> Short.BYTES * numbers;
            case INT8 -> numbers;
        };
    }
}
