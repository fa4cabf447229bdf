package dev.talaria.datasets.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.datasets.bytes.Compression;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.ReadOptions;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Row;
import dev.talaria.datasets.record.Rows;
import dev.talaria.datasets.record.Samples;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;
import dev.talaria.datasets.record.WriteOptions;

import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

/// Arrow's own Java library reads what is written here, and writes what is read here. What it takes
/// of memory is given back, or closing its allocator fails.
class ArrowLibraryTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"NONE", "ZSTD"})
    void theLibraryPassesOnWhatItReadsOfOurFiles(Compression compression) throws IOException {
        RecordType type = ArrowRoundTripTest.everything();
        List<Row> rows = Samples.rows(type, 200, new Random(7));
        Path ours = folder.resolve("ours.arrow");
        WriteOptions options =
                WriteOptions.DEFAULT.withCompression(compression).withRowsPerGroup(60);
        Rows.write(ArrowSink.file(ours, type, options), rows);
        for (CodecType codec : CodecType.values()) {
            Path theirs = folder.resolve("theirs-" + codec + ".arrow");
            copy(ours, theirs, codec);
            try (ArrowSource source = ArrowSource.open(theirs, ReadOptions.DEFAULT)) {
                assertThat(source.type()).isEqualTo(type);
                assertThat(Rows.all(source)).as(codec.name()).isEqualTo(rows);
            }
        }
    }

    private static void copy(Path from, Path to, CodecType codec) throws IOException {
        try (BufferAllocator allocator = new RootAllocator();
                FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out =
                        FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                ArrowFileReader reader =
                        new ArrowFileReader(in, allocator, CommonsCompressionFactory.INSTANCE)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            try (ArrowFileWriter writer =
                    new ArrowFileWriter(
                            root,
                            new MapDictionaryProvider(),
                            out,
                            null,
                            IpcOption.DEFAULT,
                            codec == CodecType.NO_COMPRESSION
                                    ? NoCompressionCodec.Factory.INSTANCE
                                    : CommonsCompressionFactory.INSTANCE,
                            codec)) {
                writer.start();
                while (reader.loadNextBatch()) {
                    writer.writeBatch();
                }
                writer.end();
            }
        }
    }

    @Test
    void aStreamWithADictionaryIsRead() throws IOException {
        Path file = folder.resolve("dictionary.arrows");
        try (BufferAllocator allocator = new RootAllocator();
                VarCharVector words = new VarCharVector("words", allocator);
                VarCharVector plain = new VarCharVector("word", allocator);
                FileChannel out =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            fill(words, "one", "two", "three");
            fill(plain, "two", "one", null, "two", "three");
            Dictionary dictionary = new Dictionary(words, new DictionaryEncoding(9, false, null));
            MapDictionaryProvider provider = new MapDictionaryProvider(dictionary);
            try (FieldVector indices = (FieldVector) DictionaryEncoder.encode(plain, dictionary);
                    VectorSchemaRoot root = VectorSchemaRoot.of(indices);
                    ArrowStreamWriter writer = new ArrowStreamWriter(root, provider, out)) {
                root.setRowCount(5);
                writer.start();
                writer.writeBatch();
                writer.end();
            }
            try (ArrowSource source = ArrowSource.open(file, ReadOptions.DEFAULT)) {
                assertThat(source.type()).hasToString("{word text}");
                assertThat(Rows.all(source))
                        .extracting(row -> row.value("word"))
                        .containsExactly(
                                new Value.Text("two"),
                                new Value.Text("one"),
                                Value.Null.NULL,
                                new Value.Text("two"),
                                new Value.Text("three"));
            }
        }
    }

    @Test
    void aRequiredFieldHasNoNullsWithinAStructThatIsNull() throws IOException {
        RecordType type =
                RecordType.of(
                        Field.nullable(
                                "s",
                                ValueType.Struct.of(
                                        Field.required("n", ValueType.Int.INT32),
                                        Field.required("t", new ValueType.Text()))));
        Path file = folder.resolve("structs.arrow");
        Rows.write(
                ArrowSink.file(file, type, WriteOptions.DEFAULT),
                List.of(Row.of(type, Value.Null.NULL), Row.of(type, Value.Null.NULL)));
        try (BufferAllocator allocator = new RootAllocator();
                FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                ArrowFileReader reader = new ArrowFileReader(in, allocator)) {
            reader.loadNextBatch();
            FieldVector struct = reader.getVectorSchemaRoot().getVector("s");
            assertThat(struct.getNullCount()).isEqualTo(2);
            assertThat(struct.getChildrenFromFields())
                    .extracting(FieldVector::getNullCount)
                    .containsExactly(0, 0);
        }
    }

    private static void fill(VarCharVector vector, @Nullable String... words) {
        for (int i = 0; i < words.length; i++) {
            if (words[i] != null) {
                vector.setSafe(i, words[i].getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(words.length);
    }
}
