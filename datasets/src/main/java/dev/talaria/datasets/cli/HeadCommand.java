package dev.talaria.datasets.cli;

import dev.talaria.datasets.json.JsonWriting;
import dev.talaria.datasets.record.RecordCursor;
import dev.talaria.datasets.record.RecordSource;
import dev.talaria.datasets.record.Row;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;

/// Prints the first records.
@Command(
        name = "head",
        mixinStandardHelpOptions = true,
        description = "Print the first records of a file or folder, one line of JSON each.")
final class HeadCommand implements Callable<Integer> {

    @Mixin private InputOptions input;

    @Option(
            names = {"-n", "--rows"},
            paramLabel = "N",
            defaultValue = "10",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private long rows;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (rows < 0) {
            throw new ParameterException(spec.commandLine(), "-n: " + rows + " is below 0");
        }
        PrintWriter out = spec.commandLine().getOut();
        try (RecordSource source = input.open(rows);
                RecordCursor cursor = source.read()) {
            for (long i = 0; i < rows; i++) {
                Row row = cursor.next();
                if (row == null) {
                    break;
                }
                out.println(JsonWriting.text(row));
            }
            out.flush();
        }
        return 0;
    }
}
