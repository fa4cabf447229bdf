package dev.talaria.pipeline.dialogue;

import dev.talaria.schemas.extraction.Extraction;
import dev.talaria.schemas.extraction.Provenance;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts what a listener of requests hears.
public final class DialogueTally implements DialogueListener {

    public final AtomicInteger open = new AtomicInteger();
    public final AtomicInteger answered = new AtomicInteger();
    public final AtomicInteger rejected = new AtomicInteger();
    public final AtomicInteger calls = new AtomicInteger();

    @Override
    public void open(int change) {
        open.addAndGet(change);
    }

    @Override
    public void answered(Provenance provenance) {
        answered.incrementAndGet();
    }

    @Override
    public void rejected(Extraction.Rejected refusal) {
        rejected.incrementAndGet();
    }

    @Override
    public void called(int count) {
        calls.addAndGet(count);
    }
}
