package dev.talaria.pipeline.load;

import java.util.BitSet;

/// Which documents have an answer, and whether one has two. For one thread.
final class Ledger {

    private final BitSet answered;
    private final int documents;
    private int records;
    private int twice;
    private int foreign;
    private int wrong;
    private int rejected;

    /// @param documents numbered from 0
    Ledger(int documents) {
        this.documents = documents;
        this.answered = new BitSet(documents);
    }

    /// A document has been extracted from.
    ///
    /// @param isRight whether the answer is the one it has to be
    void extracted(String id, boolean isRight) {
        wrong += isRight ? 0 : 1;
        mark(id);
    }

    /// A document was rejected.
    void rejected(String id) {
        rejected++;
        mark(id);
    }

    private void mark(String id) {
        records++;
        int number = LoadDocuments.number(id);
        if (number < 0 || number >= documents) {
            foreign++;
        } else if (answered.get(number)) {
            twice++;
        } else {
            answered.set(number);
        }
    }

    /// Documents with an answer.
    int answered() {
        return records - twice - foreign;
    }

    /// How it stands.
    Balance balance() {
        return new Balance(
                documents, records, documents - answered(), twice, foreign, wrong, rejected);
    }

    /// What became of the documents.
    ///
    /// @param documents that were sent
    /// @param records that were read of both outputs
    /// @param missing documents without a record
    /// @param twice records beyond a document's first
    /// @param foreign records of no document that was sent
    /// @param wrong extractions that are not the answer their document has
    /// @param rejected documents without an extraction
    record Balance(
            int documents,
            int records,
            int missing,
            int twice,
            int foreign,
            int wrong,
            int rejected) {

        /// Whether each document was answered exactly once.
        boolean isExact() {
            return missing == 0 && twice == 0 && foreign == 0;
        }
    }
}
