package dev.talaria.datasets.cli;

import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordSource;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;

/// Prints the columns.
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Print the columns of a file or folder with their types, and how many rows there are"
                    + " in how many groups.",
            "Text files are read whole for that, since their types are those of all values."
        })
final class SchemaCommand implements Callable<Integer> {

    @Mixin private InputOptions input;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (RecordSource source = input.open(Long.MAX_VALUE)) {
            int width = source.type().names().stream().mapToInt(String::length).max().orElse(0);
            for (Field field : source.type().fields()) {
                String name = field.name() + " ".repeat(width - field.name().length());
                out.printf("%s  %s%s%n", name, field.type(), field.nullable() ? "" : " not null");
            }
            out.printf("%d rows in %d groups%n", source.rows(), source.groups().size());
            out.flush();
        }
        return 0;
    }
}
