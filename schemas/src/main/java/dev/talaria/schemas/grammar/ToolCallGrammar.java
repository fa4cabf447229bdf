package dev.talaria.schemas.grammar;

import dev.talaria.schemas.chat.ToolDefinition;
import dev.talaria.schemas.validation.InvalidSchemaException;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a model with tools may answer: calls of tools, each with arguments that satisfy the schema
/// of the tool it names, or free text instead.
///
/// A call is, as Hermes models write it, the opening mark, a line break, an object with `name` and
/// `arguments` in either order, a line break and the closing mark; calls are a line break apart.
/// Free text does not contain the opening mark. Immutable and safe for use by many threads.
public final class ToolCallGrammar implements Grammar {

    private static final int MAX_TOOLS = 128;

    private final List<Call> calls;
    private final FreeText.Mark mark;
    private final boolean text;
    private final int most;
    private final ValueGrammar grammar;

    /// What stands around calls.
    ///
    /// @param open in front of a call, such as `<tool_call>`; a vocabulary's tag is written as a
    ///   byte FF and its name, which no text contains
    /// @param close behind it
    public record Marks(byte[] open, byte[] close) {

        /// The marks of Hermes models, written as text.
        public static final Marks HERMES = new Marks(octets("<tool_call>"), octets("</tool_call>"));

        /// The marks of Hermes models where they are tokens of their own.
        public static final Marks HERMES_TAGS = new Marks(tag("<tool_call>"), tag("</tool_call>"));

        /// How a tag with a token of its own is written: no UTF-8 text contains a byte FF.
        public static byte[] tag(String name) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(0xFF);
            out.writeBytes(octets(name));
            return out.toByteArray();
        }

        public Marks {
            if (open.length == 0 || close.length == 0) {
                throw new IllegalArgumentException("a mark is empty; write <tool_call>");
            }
            open = open.clone();
            close = close.clone();
        }
    }

    /// One layout of one tool's call.
    ///
    /// @param first what stands before the arguments of the first call
    /// @param further the same with the line break that parts calls
    /// @param after what stands behind the arguments
    record Call(byte[] first, byte[] further, Value arguments, byte[] after) {

        long cost() {
            return first.length + arguments.cost() + after.length;
        }
    }

    /// @param tools at least one, where any may be called
    /// @param text whether free text is allowed instead
    /// @param most calls in one answer; 0, for nothing but text, only where text is allowed
    /// @throws UnsupportedSchemaException where a tool's schema is not enforced; names the tool
    /// @throws InvalidSchemaException where it is no schema; names the tool
    public ToolCallGrammar(List<ToolDefinition> tools, Marks marks, boolean text, int most) {
        if (tools.isEmpty() && most > 0 || tools.size() > MAX_TOOLS) {
            throw new IllegalArgumentException(
                    tools.size() + " tools are not within 1 to " + MAX_TOOLS);
        }
        if (most < (text ? 0 : 1)) {
            throw new IllegalArgumentException(most + " calls are below " + (text ? 0 : 1));
        }
        this.calls = most == 0 ? List.of() : calls(tools, marks);
        this.mark = new FreeText.Mark(marks.open());
        this.text = text;
        this.most = most;
        CallState start = new CallState(this, 0);
        this.grammar = new ValueGrammar(start, start.cost(null));
    }

    private static List<Call> calls(List<ToolDefinition> tools, Marks marks) {
        List<Call> calls = new ArrayList<>();
        List<SchemaProblem> problems = new ArrayList<>();
        for (ToolDefinition tool : tools) {
            try {
                Value arguments = GrammarCompiler.value(ToolArguments.schema(tool));
                addCalls(calls, tool, arguments, marks);
            } catch (UnsupportedSchemaException e) {
                e.problems().forEach(problem -> problems.add(of(tool, problem)));
            } catch (InvalidSchemaException e) {
                throw new InvalidSchemaException(
                        "tool '" + tool.name() + "': " + e.getMessage(), e);
            }
        }
        if (!problems.isEmpty()) {
            throw new UnsupportedSchemaException(problems);
        }
        return List.copyOf(calls);
    }

    private static SchemaProblem of(ToolDefinition tool, SchemaProblem problem) {
        return new SchemaProblem(
                problem.keyword(),
                problem.pointer(),
                "tool '" + tool.name() + "': " + problem.reason(),
                problem.suggestion());
    }

    private static void addCalls(
            List<Call> calls, ToolDefinition tool, Value arguments, Marks marks) {
        byte[] characters = CanonicalJson.characters(tool.name());
        if (characters == null) {
            throw new IllegalArgumentException("a tool's name holds a lone surrogate; rename it");
        }
        String name = "\"name\": \"" + new String(characters, StandardCharsets.UTF_8) + "\"";
        calls.add(call("{" + name + ", \"arguments\": ", arguments, "}", marks));
        calls.add(call("{\"arguments\": ", arguments, ", " + name + "}", marks));
    }

    private static Call call(String before, Value arguments, String after, Marks marks) {
        byte[] first = joined(marks.open(), octets("\n" + before));
        byte[] further = joined(octets("\n"), first);
        return new Call(first, further, arguments, joined(octets(after + "\n"), marks.close()));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] a, byte[] b) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(a);
        out.writeBytes(b);
        return out.toByteArray();
    }

    List<Call> calls() {
        return calls;
    }

    FreeText.Mark mark() {
        return mark;
    }

    boolean allowsText() {
        return text;
    }

    /// Calls in one answer at most; 0 where there is nothing but text.
    public int mostCalls() {
        return most;
    }

    @Override
    public Recognizer start() {
        return grammar.start();
    }

    /// Length of the shortest answer, in bytes; 0 where free text is allowed, which may be empty.
    @Override
    public int minimumBytes() {
        return grammar.minimumBytes();
    }
}
