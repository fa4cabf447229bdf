package dev.talaria.inference;

/// Names of prompt wordings: another wording has another name.
public final class PromptVersion {

    /// Of extractions.
    public static final String EXTRACTION = "hermes-json-1";

    private PromptVersion() {}
}
