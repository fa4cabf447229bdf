package dev.talaria.inference.safetensors;

import static dev.talaria.inference.safetensors.JsonCursor.quoted;

import dev.talaria.inference.gguf.MalformedModelException;

import tools.jackson.core.JsonToken;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Everything before the tensor data: names, types, shapes and places, all checked.
///
/// @param tensors in the order of the header
record SafetensorsHeader(List<SafetensorsTensor> tensors) {

    private static final int LENGTH_BYTES = 8;
    private static final long LONGEST = 100_000_000; // by the reference implementation
    private static final int MOST_TENSORS = 65_536;
    private static final int MOST_DIMENSIONS = 8;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final String METADATA = "__metadata__";

    static SafetensorsHeader read(Path file, MemorySegment bytes) {
        long length = length(file, bytes);
        MemorySegment text = bytes.asSlice(LENGTH_BYTES, length);
        if (length == 0 || text.get(ValueLayout.JAVA_BYTE, 0) != '{') {
            throw new MalformedFolderException(
                    file,
                    LENGTH_BYTES,
                    "the header does not begin with '{'; name a safetensors file");
        }
        long dataStart = LENGTH_BYTES + length;
        List<Described> described;
        try (JsonCursor json = new JsonCursor(file, text, LENGTH_BYTES)) {
            described = tensors(json);
        }
        requireWhole(file, described, dataStart, bytes.byteSize());
        return new SafetensorsHeader(
                described.stream().map(tensor -> tensor.placed(file, dataStart)).toList());
    }

    private static long length(Path file, MemorySegment bytes) {
        if (bytes.byteSize() < LENGTH_BYTES) {
            throw new MalformedFolderException(
                    file,
                    bytes.byteSize(),
                    "the file ends within the header's length; "
                            + MalformedModelException.INCOMPLETE);
        }
        long length = bytes.get(LONG, 0);
        long left = bytes.byteSize() - LENGTH_BYTES;
        if (length < 0 || length > LONGEST) {
            throw new MalformedFolderException(
                    file,
                    0,
                    "a header of %s bytes is longer than %d; this is no safetensors file%s"
                            .formatted(Long.toUnsignedString(length), LONGEST, hint(length)));
        }
        if (length > left) {
            throw new MalformedFolderException(
                    file,
                    0,
                    "the header has %d bytes, the file only %d more; %s"
                            .formatted(length, left, MalformedModelException.INCOMPLETE));
        }
        return length;
    }

    private static String hint(long firstBytes) {
        return (int) firstBytes == 0x73726576 // "vers"
                ? ": it may be a Git LFS pointer; fetch the file it stands for"
                : "";
    }

    private static List<Described> tensors(JsonCursor json) {
        List<Described> tensors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        json.expect(JsonToken.START_OBJECT, "the header's object");
        while (json.next() != JsonToken.END_OBJECT) {
            String name = json.name();
            if (!names.add(name)) {
                throw json.failure("name " + quoted(name) + " appears twice");
            }
            if (name.equals(METADATA)) {
                readMetadata(json);
            } else if (tensors.size() == MOST_TENSORS) {
                throw json.failure("more than " + MOST_TENSORS + " tensors");
            } else {
                tensors.add(Described.read(json, name));
            }
        }
        json.expectEnd();
        return tensors;
    }

    // Strings for strings; none of them matters here.
    private static void readMetadata(JsonCursor json) {
        json.expect(JsonToken.START_OBJECT, "the object of " + METADATA);
        while (json.next() != JsonToken.END_OBJECT) {
            json.text("the value of " + quoted(json.name()) + " in " + METADATA);
        }
    }

    // The tensors lie one after the other, without gaps, to the end of the file.
    private static void requireWhole(
            Path file, List<Described> tensors, long dataStart, long fileBytes) {
        List<Described> byPlace =
                tensors.stream()
                        .sorted(
                                Comparator.comparingLong(Described::begin)
                                        .thenComparingLong(Described::end))
                        .toList();
        long end = 0;
        for (Described tensor : byPlace) {
            if (tensor.begin() != end) {
                throw new MalformedFolderException(
                        file,
                        tensor.offset(),
                        "tensor %s begins at byte %d of the data, but %d bytes come before it: %s"
                                .formatted(
                                        quoted(tensor.name()),
                                        tensor.begin(),
                                        end,
                                        tensor.begin() < end ? "they overlap" : "a gap"));
            }
            end = tensor.end();
            if (end > fileBytes - dataStart) {
                throw new MalformedFolderException(
                        file,
                        tensor.offset(),
                        "tensor %s ends at byte %d of the data, which has %d; %s"
                                .formatted(
                                        quoted(tensor.name()),
                                        end,
                                        fileBytes - dataStart,
                                        MalformedModelException.INCOMPLETE));
            }
        }
        if (end != fileBytes - dataStart) {
            throw new MalformedFolderException(
                    file,
                    dataStart + end,
                    "the tensors end here, but %d bytes follow; the file is damaged"
                            .formatted(fileBytes - dataStart - end));
        }
    }

    /// One tensor as the header describes it.
    ///
    /// @param offset of the description, for messages
    private record Described(
            String name,
            SafetensorsType type,
            List<Long> shape,
            long begin,
            long end,
            long offset) {

        static Described read(JsonCursor json, String name) {
            String tensor = "tensor " + quoted(name);
            long offset = json.offset();
            Optional<SafetensorsType> type = Optional.empty();
            Optional<List<Long>> shape = Optional.empty();
            Optional<List<Long>> offsets = Optional.empty();
            Set<String> seen = new HashSet<>();
            json.expect(JsonToken.START_OBJECT, "the object of " + tensor);
            while (json.next() != JsonToken.END_OBJECT) {
                String key = json.name();
                if (!seen.add(key)) {
                    throw json.failure(tensor + ": " + quoted(key) + " appears twice");
                }
                switch (key) {
                    case "dtype" -> type = Optional.of(type(json, tensor));
                    case "shape" -> shape = Optional.of(numbers(json, tensor + ": shape"));
                    case "data_offsets" -> {
                        offsets = Optional.of(numbers(json, tensor + ": data_offsets"));
                    }
                    // Later versions may say more; the reference implementation passes over it.
                    default -> {
                        json.next();
                        json.skip();
                    }
                }
            }
            if (type.isEmpty() || shape.isEmpty() || offsets.isEmpty()) {
                throw json.failure(tensor + " lacks one of dtype, shape and data_offsets");
            }
            requireRange(json, tensor, offsets.get());
            long begin = offsets.get().getFirst();
            long end = offsets.get().getLast();
            Described described = new Described(name, type.get(), shape.get(), begin, end, offset);
            described.requireSize(json, tensor);
            return described;
        }

        private static void requireRange(JsonCursor json, String tensor, List<Long> offsets) {
            if (offsets.size() != 2 || offsets.getFirst() > offsets.getLast()) {
                throw json.failure(
                        "%s: data_offsets %s are not a beginning and an end"
                                .formatted(tensor, offsets));
            }
        }

        private void requireSize(JsonCursor json, String tensor) {
            long bits;
            try {
                bits = shape.stream().reduce((long) type.bits(), Math::multiplyExact);
            } catch (ArithmeticException e) {
                throw json.failure(
                        "%s: shape %s of %s exceeds 2^63 bits".formatted(tensor, shape, type));
            }
            if (bits % 8 != 0 || bits / 8 != end - begin) {
                throw json.failure(
                        "%s: shape %s of %s takes %d bits, but its data_offsets span %d bytes"
                                .formatted(tensor, shape, type, bits, end - begin));
            }
        }

        private static SafetensorsType type(JsonCursor json, String tensor) {
            String name = json.text("the dtype of " + tensor);
            return SafetensorsType.named(name)
                    .orElseThrow(() ->
                            json.failure(
                                    "%s: dtype %s is unknown".formatted(tensor, quoted(name))));
        }

        private static List<Long> numbers(JsonCursor json, String what) {
            List<Long> numbers = new ArrayList<>();
            json.expect(JsonToken.START_ARRAY, "the array of " + what);
            while (json.next() != JsonToken.END_ARRAY) {
                if (numbers.size() == MOST_DIMENSIONS) {
                    throw json.failure(what + " has more than " + MOST_DIMENSIONS + " entries");
                }
                numbers.add(json.count(what));
            }
            return numbers;
        }

        SafetensorsTensor placed(Path file, long dataStart) {
            return new SafetensorsTensor(file, name, type, shape, dataStart + begin, end - begin);
        }
    }
}
