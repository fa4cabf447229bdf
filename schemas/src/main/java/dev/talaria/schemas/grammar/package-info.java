/// JSON Schema to a byte-level recognizer: bytes only, no token, no model.
///
/// The way of a schema: `SchemaDocument` and `KeywordReader` read it, keyword by keyword, and
/// refuse by name what is not enforced. `Expansion` writes the schemas that apply to one value as a
/// union of conjunctions, `ValueCompiler` merges each conjunction into shapes, `Costs` settles the
/// shortest spelling of every value. `StreamingRecognizer` then reads bytes: each `Branch` is one
/// reading that can still be completed, its `State` one stack frame.
///
/// Enforced exactly: `type`, `enum`, `const`, `minimum`, `maximum`, `exclusiveMinimum`,
/// `exclusiveMaximum` (numbers, and draft-04's booleans), `multipleOf`, `minLength`, `maxLength`,
/// `pattern` (all of ECMA-262 without references back to groups, flags, and what looks elsewhere
/// inside a lookbehind), `format` (all that validation asserts), `properties`, `required`,
/// `additionalProperties`, `items`, `prefixItems`, `additionalItems` and `items` lists up to
/// 2019-09, `minItems`, `maxItems`, `uniqueItems`, `contains`, `minContains`, `maxContains`,
/// `unevaluatedItems`, `patternProperties`, `propertyNames`, `minProperties`, `maxProperties`,
/// `unevaluatedProperties`, `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else`,
/// `dependentRequired`, `dependentSchemas`, `dependencies`, `$ref`, `$dynamicRef` and
/// `$recursiveRef` by pointer, `$id` and anchor, schemas that are `true` or `false`; in any
/// combination, but for the opposites of `unevaluatedProperties`, `unevaluatedItems` and
/// `uniqueItems`. Up to draft-07 what stands beside a `$ref` is not read, as those drafts have it.
/// Keys never repeat.
///
/// References lead into the document, to the drafts' meta-schemas and to what a `SchemaSource` has;
/// nothing is fetched. `SchemaLibrary` knows the resources by their URIs, `ReferenceReader` follows
/// references, `DynamicScope` says what dynamic anchors mean on the way to a schema.
///
/// Elements counted by `contains` are of a kind for each set of counts, see `ArrayCompiler`. An
/// element of an array whose elements differ is read apart from its array, see `DistinctItemState`.
///
/// Alternatives that exclude each other by constants and types are never combined, see
/// `Contradictions`; members that need others are kept beside an object's members, see
/// `MemberNeeds`.
///
/// `not`, `else` and `oneOf` where branches overlap are read by the opposites of schemas, see
/// `Negation`. Members whose names are not declared are divided into classes of keys, one for each
/// set of patterns that match, see `ObjectCompiler`; members that must be there whatever their name
/// are obligations of the object.
///
/// `GrammarOptions` say what white space there is between tokens and in which order members come;
/// `Gaps` is the white space as the states read it. Searches for a value look at one order and no
/// more white space than there has to be. By default a value has one spelling. Left out are
/// - unless members come in any order: another than `properties` (of a schema, then of what its
///   `$ref`, `allOf` and `anyOf` apply), then names that are required only, then others;
/// - numbers with an exponent, with more than 19 integer digits or 17 fraction digits unless a
///   bound needs more, integers written with a fraction, `-0`;
/// - free-form values nested more than 64 deep;
/// - strings on which ECMA-262 and Java, whose expressions validation uses, differ: by what `.`,
///   `\s`, `\v`, `\p` and lower-case `\c` stand for, by marks on letters beside `\b`, by characters
///   beyond U+FFFF beside a lookbehind; neither the expression nor its opposite has them;
/// - of the formats zones more than 18 hours away, leap seconds in those of odd minutes, fractions
///   of a second of more than 18 digits, quoted names and uncommon endings of addresses, `#` in
///   JSON pointers, host names in Punycode, letters of most scripts in international names,
///   expressions with groups more than three deep.
///
/// Numbers are read by automata, see `NumberAutomaton`; multiples of factors with many remainders
/// by arithmetic with the digits so far, see `CalculatedNumbers`.
///
/// Sets of strings and numbers have an algebra of their own: `StringSet`, regular sets with the
/// length kept beside the smallest automaton (`StringAutomaton`, `StringPart`), written as bytes by
/// `TextAutomaton` and `CountedText`; and `NumberSet`.
///
/// A format that validation does not assert is an annotation. So are the names no draft knows,
/// except those that look like a slip of the pen, which are refused.
package dev.talaria.schemas.grammar;
