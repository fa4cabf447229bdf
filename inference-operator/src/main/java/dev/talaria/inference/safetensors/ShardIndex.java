package dev.talaria.inference.safetensors;

import static dev.talaria.inference.safetensors.JsonCursor.quoted;

import tools.jackson.core.JsonToken;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Which tensor is in which file: `model.safetensors.index.json`.
///
/// @param file the index itself
/// @param shards by tensor name, in the file's order
record ShardIndex(Path file, Map<String, Shard> shards) {

    private static final long LONGEST = 64 << 20;
    private static final int MOST_TENSORS = 65_536;
    private static final int MOST_SHARDS = 4096;

    // No separator and no leading dot, so that the name cannot lead out of the folder.
    private static final Pattern PLAIN_NAME = Pattern.compile("[\\w-][\\w.-]{0,250}");

    /// A file named in the index, and where the index names it.
    record Shard(String name, long offset) {}

    static ShardIndex read(Path file) throws IOException {
        SafetensorsFile.requireRegular(file);
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > LONGEST) {
                throw new MalformedFolderException(
                        file,
                        LONGEST,
                        "an index of %d bytes is too long".formatted(channel.size()));
            }
            MemorySegment text =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return read(file, text);
        }
    }

    static ShardIndex read(Path file, MemorySegment text) {
        try (JsonCursor json = new JsonCursor(file, text, 0)) {
            return new ShardIndex(file, read(json));
        }
    }

    private static Map<String, Shard> read(JsonCursor json) {
        Map<String, Shard> shards = new LinkedHashMap<>();
        boolean found = false;
        json.expect(JsonToken.START_OBJECT, "the index's object");
        while (json.next() != JsonToken.END_OBJECT) {
            if (!json.name().equals("weight_map")) {
                json.next();
                json.skip();
            } else if (found) {
                throw json.failure("'weight_map' appears twice");
            } else {
                found = true;
                readMap(json, shards);
            }
        }
        if (shards.isEmpty()) {
            throw json.failure("the index names no tensors in a 'weight_map'");
        }
        json.expectEnd();
        return shards;
    }

    private static void readMap(JsonCursor json, Map<String, Shard> shards) {
        json.expect(JsonToken.START_OBJECT, "the object of 'weight_map'");
        while (json.next() != JsonToken.END_OBJECT) {
            String tensor = json.name();
            if (shards.containsKey(tensor)) {
                throw json.failure("tensor " + quoted(tensor) + " appears twice");
            }
            if (shards.size() == MOST_TENSORS) {
                throw json.failure("more than " + MOST_TENSORS + " tensors");
            }
            String shard = json.text("the file of tensor " + quoted(tensor));
            if (!PLAIN_NAME.matcher(shard).matches()) {
                throw json.failure(
                        "tensor %s is mapped to %s; a shard is a file in the index's own folder"
                                .formatted(quoted(tensor), quoted(shard)));
            }
            shards.put(tensor, new Shard(shard, json.offset()));
        }
        long files = shards.values().stream().map(Shard::name).distinct().count();
        if (files > MOST_SHARDS) {
            throw json.failure(files + " shards are more than " + MOST_SHARDS);
        }
    }
}
