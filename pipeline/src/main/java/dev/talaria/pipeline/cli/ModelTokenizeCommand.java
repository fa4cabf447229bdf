package dev.talaria.pipeline.cli;

import dev.talaria.inference.embedded.ModelFiles;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Text to token ids, for comparing tokenizers.
@Command(
        name = "tokenize",
        description = {
            "Turn text from standard input into token ids: no control tokens, no begin token.",
            "Plain: all of the input is one text. With --jsonl: lines {\"text\": …} become lines"
                    + " {\"ids\": […]}."
        })
final class ModelTokenizeCommand implements Callable<Integer> {

    @Mixin private StandardOptions standard;

    @Parameters(
            paramLabel = "PATH",
            description =
                    "A GGUF file (its vocabulary is enough), a folder in Hugging Face's layout, a"
                            + " tokenizer.json or a tokenizer.model.")
    private Path model;

    @Option(names = "--jsonl", description = "Read and write JSON lines.")
    private boolean jsonl;

    @Option(
            names = "--template",
            description =
                    "Take the input as a template's own words: text that spells a control token or"
                            + " a tag becomes that token.")
    private boolean template;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Function<String, int[]> encoder = encoder(ModelPaths.model(model));
        PrintWriter out = spec.commandLine().getOut();
        if (jsonl) {
            encodeLines(encoder, out);
        } else {
            String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            out.println(joined(encoder.apply(text), " "));
        }
        out.flush();
        return 0;
    }

    private Function<String, int[]> encoder(Path path) throws IOException {
        return template ? ModelFiles.templateEncoder(path) : ModelFiles.textEncoder(path);
    }

    private static void encodeLines(Function<String, int[]> encoder, PrintWriter out)
            throws IOException {
        JsonMapper json = JsonMapper.shared();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int number = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            if (!line.isBlank()) {
                int[] ids = encoder.apply(text(json, line, number));
                out.println("{\"ids\": [" + joined(ids, ", ") + "]}");
            }
        }
    }

    private static String text(JsonMapper json, String line, int number) {
        try {
            JsonNode text = json.readTree(line).get("text");
            if (text != null && text.isString()) {
                return text.stringValue();
            }
            throw new CommandException(
                    "standard input, line "
                            + number
                            + ": has no string 'text'; write {\"text\": …}");
        } catch (JacksonException e) {
            throw new CommandException(
                    "standard input, line " + number + ": is not JSON: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static String joined(int[] ids, String separator) {
        return Arrays.stream(ids)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(separator));
    }
}
