package dev.talaria.pipeline.hostile;

import org.apache.kafka.common.header.Headers;

import java.util.Optional;

/// A record that means harm, or looks like it.
///
/// @param kind what is wrong with it, in words; no two have the same
/// @param schema the text to register under the name the record asks for, where that is the trouble
/// @param fate what has to become of it
record HostileRecord(
        String kind,
        byte[] key,
        byte[] value,
        Headers headers,
        Optional<String> schema,
        Fate fate) {

    /// What becomes of a record.
    enum Fate {
        /// There is something wrong with it.
        REJECTED,
        /// However it looks, it is a document like any other.
        EXTRACTED,
        /// Damaged at random: nobody can say.
        ANSWERED
    }
}
