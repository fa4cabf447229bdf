package dev.talaria.eval.python;

/// Which texts are taken for values.
public enum PythonReader {
    /// JSON as `json.loads` takes it, else a literal as `ast.literal_eval` takes it.
    LENIENT,
    /// JSON as `json.loads` takes it.
    STRICT;

    /// The value of a text.
    ///
    /// @throws PythonSyntaxException where it is none; of two attempts, what the last one found
    public PythonValue read(String text) throws PythonSyntaxException {
        return switch (this) {
            case STRICT -> PythonJson.loads(text);
            case LENIENT -> lenient(text);
        };
    }

    private static PythonValue lenient(String text) throws PythonSyntaxException {
        try {
            return PythonJson.loads(text);
        } catch (PythonSyntaxException e) {
            try {
                return PythonLiteral.parse(text);
            } catch (PythonSyntaxException second) {
                second.addSuppressed(e);
                throw second;
            }
        }
    }
}
