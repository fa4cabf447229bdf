/// JSON Schema to a byte-level recognizer: bytes only, no token, no model.
///
/// The way of a schema: `SchemaDocument` and `KeywordReader` read it, keyword by keyword, and
/// refuse by name what is not enforced. `Expansion` writes the schemas that apply to one value as a
/// union of conjunctions, `ValueCompiler` merges each conjunction into shapes, `Costs` settles the
/// shortest spelling of every value. `StreamingRecognizer` then reads bytes: each `Branch` is one
/// reading that can still be completed, its `State` one stack frame.
///
/// Enforced exactly: `type`, `enum`, `const`, `minimum`, `maximum`, `exclusiveMinimum`,
/// `exclusiveMaximum` (numbers, and draft-04's booleans), `multipleOf` (up to 20,000 once its point
/// is moved away), `minLength`, `maxLength`, `pattern`, `format` (`date`, `time`, `date-time`,
/// `email`, `uuid`, `uri`, `ipv4`, `ipv6`, `hostname`), `properties`, `required`,
/// `additionalProperties`, `items`, `prefixItems`, `additionalItems` and `items` lists up to
/// 2019-09, `minItems`, `maxItems`, `patternProperties`, `propertyNames`, `minProperties`,
/// `maxProperties`, `unevaluatedProperties`, `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`,
/// `else`, `dependentRequired`, `dependentSchemas`, `dependencies`, `$ref` inside the document,
/// schemas that are `true` or `false`; in any combination, but for the opposite of
/// `unevaluatedProperties`. Up to draft-07 what stands beside a `$ref` is not read, as those drafts
/// have it. Keys never repeat.
///
/// `not`, `else` and `oneOf` where branches overlap are read by the opposites of schemas, see
/// `Negation`. Members whose names are not declared are divided into classes of keys, one for each
/// set of patterns that match, see `ObjectCompiler`; members that must be there whatever their name
/// are obligations of the object.
///
/// Of all values that satisfy a schema, the grammar has one spelling each, and leaves out:
/// - members in another order than `properties` (of a schema, then of what its `$ref`, `allOf` and
///   `anyOf` apply), then names that are required only, then others;
/// - numbers with an exponent, with more than 19 integer digits or 17 fraction digits unless a
///   bound needs more, integers written with a fraction, `-0`;
/// - free-form values nested more than 64 deep;
/// - characters that `.` or `\s` matches in only one of ECMA-262 and Java; `$` is the very end;
/// - of the formats leap seconds, offsets of 18 hours and more, lower-case `t` and `z`, fractions
///   of a second of more than nine digits, quoted local parts, address literals, uncommon domain
///   endings, user information in URIs, IPv4 inside IPv6, neighbouring hyphens in host names.
///
/// A format that validation does not assert is an annotation. So are the names no draft knows,
/// except those that look like a slip of the pen, which are refused.
package dev.talaria.schemas.grammar;
