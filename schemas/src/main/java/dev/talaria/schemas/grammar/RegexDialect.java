package dev.talaria.schemas.grammar;

/// Whose reading of a regular expression it is.
@SuppressWarnings("ImmutableEnumChecker") // code points do not change
enum RegexDialect {
    ECMA_262(
            "\n\r\u2028\u2029",
            CodePoints.of("\t\n\u000B\f\r \u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF")
                    .union(CodePoints.range(0x2000, 0x200A)),
            "\u000B"),
    JAVA(
            "\n\r\u0085\u2028\u2029",
            CodePoints.of("\t\n\u000B\f\r "),
            "\n\u000B\f\r\u0085\u2028\u2029");

    private final CodePoints dot;
    private final CodePoints space;
    private final CodePoints verticalTab;

    RegexDialect(String lineEnds, CodePoints space, String verticalTab) {
        this.dot = CodePoints.of(lineEnds).complement();
        this.space = space;
        this.verticalTab = CodePoints.of(verticalTab);
    }

    /// What `.` matches.
    CodePoints dot() {
        return dot;
    }

    /// What `\s` matches.
    CodePoints space() {
        return space;
    }

    /// What `\v` matches.
    CodePoints verticalTab() {
        return verticalTab;
    }

    /// What `\c` and a letter match.
    CodePoints control(int letter) {
        int control = this == JAVA ? letter ^ 64 : letter & 31;
        return CodePoints.range(control, control);
    }

    /// What `\p{…}` matches; null where there is no property of that name.
    CodePoints property(String name) {
        CodePoints inJava = this == JAVA ? UnicodeProperties.namedInJava(name) : null;
        return inJava == null ? UnicodeProperties.named(name) : inJava;
    }
}
