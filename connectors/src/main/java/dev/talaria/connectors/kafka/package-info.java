/// Records of Kafka as documents and tasks, and answers as records: serdes, headers, envelopes.
@NullMarked
package dev.talaria.connectors.kafka;

import org.jspecify.annotations.NullMarked;
