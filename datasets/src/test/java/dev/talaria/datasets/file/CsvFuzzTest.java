package dev.talaria.datasets.file;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.io.IOException;

/// Any bytes at all as a CSV file.
///
/// In an ordinary build the seeds run, those under `src/test/resources` in `CsvFuzzTestInputs`; how
/// to fuzz for new ones is in `CONTRIBUTING.md`.
class CsvFuzzTest {

    @FuzzTest
    void anyBytesAreReadOrATypedError(byte[] bytes) throws IOException {
        AnyBytes.read(".csv", bytes);
    }
}
