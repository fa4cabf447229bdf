package dev.talaria.connectors.kafka;

/// Why a record cannot be read. Stays inside this package: readers answer with
/// [DocumentRecord.Unreadable].
final class UnreadableRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String errorClass;

    UnreadableRecordException(String errorClass, String message) {
        super(message, null, false, false);
        this.errorClass = errorClass;
    }

    String errorClass() {
        return errorClass;
    }
}
