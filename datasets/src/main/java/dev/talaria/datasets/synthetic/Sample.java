package dev.talaria.datasets.synthetic;

/// A document whose fields are known.
///
/// @param schema a JSON Schema
/// @param gold what a right extraction says: JSON that is valid under the schema
public record Sample(String kind, String document, String schema, String gold) {}
