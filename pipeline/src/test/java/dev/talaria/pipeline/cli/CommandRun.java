package dev.talaria.pipeline.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One run of the command line: what it wrote and its exit code.
record CommandRun(int code, String out, String err) {

    static CommandRun of(String... arguments) {
        return withInput("", arguments);
    }

    static CommandRun withInput(String input, String... arguments) {
        InputStream stdin = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        List<Object> commands = new ArrayList<>(Talaria.commands());
        commands.replaceAll(
                command -> command instanceof ProduceCommand ? new ProduceCommand(stdin) : command);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        commands,
                        arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
