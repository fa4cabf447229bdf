package dev.talaria.datasets.file;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.io.IOException;

/// Any bytes at all as JSON, a record on each line or in any other layout.
///
/// In an ordinary build the seeds run, those under `src/test/resources` in `JsonFuzzTestInputs`;
/// how to fuzz for new ones is in `CONTRIBUTING.md`.
class JsonFuzzTest {

    @FuzzTest
    void anyBytesAreReadOrATypedError(byte[] bytes) throws IOException {
        AnyBytes.read(".jsonl", bytes);
        AnyBytes.read(".json", bytes);
    }
}
