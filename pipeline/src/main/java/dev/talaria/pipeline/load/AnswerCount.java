package dev.talaria.pipeline.load;

import dev.talaria.pipeline.admin.OutputReader;
import dev.talaria.pipeline.config.PipelineConfig;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.nio.charset.StandardCharsets;

/// Reads what the pipeline answers into a ledger.
final class AnswerCount implements AutoCloseable {

    private final OutputReader outputs;
    private final String extractions;
    private final Ledger ledger;
    private final boolean knowsAnswers;

    /// @param knowsAnswers whether extractions are those of [LoadDocuments#answer]
    AnswerCount(PipelineConfig config, Ledger ledger, boolean knowsAnswers) {
        this.ledger = ledger;
        this.knowsAnswers = knowsAnswers;
        extractions = config.topics().extractions();
        outputs = new OutputReader(config);
    }

    /// Takes what has come since, waiting a moment for it; how many records.
    int poll() {
        return outputs.poll(this::take);
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(extractions)) {
            ledger.extracted(record.key(), isRight(record));
        } else {
            ledger.rejected(record.key());
        }
    }

    private boolean isRight(ConsumerRecord<String, byte[]> record) {
        return !knowsAnswers
                || new String(record.value(), StandardCharsets.UTF_8)
                        .equals(LoadDocuments.answer(record.key()));
    }

    /// Takes everything up to where the topics end now.
    void readToEnd() {
        outputs.toEnd(this::take);
    }

    @Override
    public void close() {
        outputs.close();
    }
}
