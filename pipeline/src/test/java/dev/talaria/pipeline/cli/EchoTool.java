package dev.talaria.pipeline.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.spi.ToolProvider;

/// A command of another module, as the command line finds it.
public final class EchoTool implements ToolProvider {

    /// What memory is not enough for.
    static final String TOO_MUCH = "too-much";

    @Override
    public String name() {
        return "talaria-echo";
    }

    @Override
    public Optional<String> description() {
        return Optional.of("Repeats what it is told.");
    }

    @Override
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        if (List.of(arguments).equals(List.of(TOO_MUCH))) {
            throw new OutOfMemoryError("Java heap space");
        }
        out.println(Arrays.toString(arguments));
        return 7;
    }
}
