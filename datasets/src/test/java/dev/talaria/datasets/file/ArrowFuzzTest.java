package dev.talaria.datasets.file;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.io.IOException;

/// Any bytes at all as an Arrow file or stream.
///
/// In an ordinary build the seeds run, those under `src/test/resources` in `ArrowFuzzTestInputs`;
/// how to fuzz for new ones is in `CONTRIBUTING.md`.
class ArrowFuzzTest {

    @FuzzTest
    void anyBytesAreReadOrATypedError(byte[] bytes) throws IOException {
        AnyBytes.read(".arrow", bytes);
    }
}
