package dev.talaria.pipeline.example;

/// Something that can be called.
interface Tool {

    /// The name it is called by.
    String name();

    /// As a request has it: name, description and parameters, in JSON.
    String definition();

    /// Carries a call out.
    ///
    /// @param arguments a JSON object that satisfies the parameters
    /// @return the result in JSON
    /// @throws ToolException where it cannot; the model is told why
    String call(String arguments) throws ToolException;

    /// Why a call cannot be carried out, in words for the model.
    final class ToolException extends Exception {

        private static final long serialVersionUID = 1L;

        ToolException(String message) {
            super(message);
        }
    }
}
