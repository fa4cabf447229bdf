package dev.talaria.inference.tokenizer;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any bytes at all as a tokenizer's file.
///
/// In an ordinary build the seeds run, those under `src/test/resources` in
/// `TokenizerFuzzTestInputs`; how to fuzz for new ones is in `CONTRIBUTING.md`.
class TokenizerFuzzTest {

    @FuzzTest
    void anyBytesAreATokenizerOrATypedError(byte[] bytes) {
        TokenizerFuzz.fuzzerTestOneInput(bytes);
    }
}
