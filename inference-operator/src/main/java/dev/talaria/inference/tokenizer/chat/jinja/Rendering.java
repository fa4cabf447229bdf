package dev.talaria.inference.tokenizer.chat.jinja;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateError.ErrorReason;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;

import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/// One run of a template, with its limits and what the template can reach.
///
/// Used by one thread, once.
final class Rendering {

    static final int MOST_OUTPUT = 4 << 20;
    private static final int MOST_ELEMENTS = 100_000;
    private static final int DEEPEST_MACRO = 40;
    private static final int DEEPEST_RENDER = 100;
    private static final String RUN = "rendering ";

    private static final Set<String> TAGS =
            Set.of(
                    "for",
                    "if",
                    "elif",
                    "else",
                    "set",
                    "macro",
                    "raw",
                    "endfor",
                    "endif",
                    "endset",
                    "endmacro",
                    "endraw");
    private static final Set<String> FUNCTIONS = Set.of(":namespace", ":range");
    private static final Set<String> FILTERS =
            Set.of(
                    "trim",
                    "tojson",
                    "items",
                    "abs",
                    "capitalize",
                    "count",
                    "d",
                    "default",
                    "dictsort",
                    "first",
                    "float",
                    "int",
                    "join",
                    "last",
                    "length",
                    "list",
                    "lower",
                    "map",
                    "reject",
                    "rejectattr",
                    "replace",
                    "reverse",
                    "round",
                    "safe",
                    "select",
                    "selectattr",
                    "sort",
                    "string",
                    "sum",
                    "title",
                    "unique",
                    "upper");

    private static final Set<String> TESTS =
            Set.of(
                    "boolean",
                    "defined",
                    "divisibleby",
                    "eq",
                    "equalto",
                    "even",
                    "false",
                    "float",
                    "ge",
                    "gt",
                    "in",
                    "integer",
                    "iterable",
                    "le",
                    "lower",
                    "lt",
                    "mapping",
                    "ne",
                    "none",
                    "number",
                    "odd",
                    "sameas",
                    "sequence",
                    "string",
                    "true",
                    "undefined",
                    "upper");

    private final LocalDateTime now;
    private final Concealment concealment;
    private final Budget budget = new Budget();
    private String raised;

    Rendering(LocalDateTime now, Concealment concealment) {
        this.now = now;
        this.concealment = concealment;
    }

    /// What the template writes.
    ///
    /// @throws UnsupportedChatException where it fails, refuses or exceeds a limit
    String render(String source, Map<String, Object> variables) {
        TemplateCheck.requireKnown(source, FILTERS, TESTS);
        Jinjava jinjava = new Jinjava(configuration());
        Context global = jinjava.getGlobalContext();
        global.registerTag(new LoopTag());
        TemplateFilters.all().forEach(global::registerFilter);
        global.registerFunction(
                new ELFunctionDefinition(
                        "", "raise_exception", Rendering.class, "raise", Object.class));
        global.registerFunction(
                new ELFunctionDefinition(
                        "", "range", Rendering.class, "range", Object.class, Object[].class));
        global.registerFunction(
                new ELFunctionDefinition(
                        "", "strftime_now", Rendering.class, "strftimeNow", String.class));
        jinjava.setResourceLocator((name, _, _) -> {
            throw new UnsupportedChatException("chat template: there is no " + name);
        });
        variables.put(RUN, this);
        try {
            return checked(jinjava.renderForResult(source, variables));
        } catch (StackOverflowError e) {
            throw new UnsupportedChatException("chat template: it nests too deeply", e);
        } catch (UnsupportedChatException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnsupportedChatException("chat template: it fails: " + e.getMessage(), e);
        }
    }

    private JinjavaConfig configuration() {
        return JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withLocale(Locale.ROOT)
                .withNestedInterpretationEnabled(false)
                .withEnableRecursiveMacroCalls(true)
                .withMaxMacroRecursionDepth(DEEPEST_MACRO)
                .withMaxRenderDepth(DEEPEST_RENDER)
                .withMaxOutputSize(MOST_OUTPUT)
                .withMaxStringLength(MOST_OUTPUT)
                .withMaxListSize(MOST_ELEMENTS)
                .withMaxMapSize(MOST_ELEMENTS)
                .withRangeLimit(MOST_ELEMENTS)
                .withInterperterFactory(new PythonInterpreters())
                .withProcessors(
                        JinjavaProcessors.newBuilder()
                                .withNodePreProcessor((_, _) -> budget.step())
                                .build())
                .withElResolver(new SandboxResolver(budget, concealment))
                .withDisabled(disabled())
                .withLegacyOverrides(
                        LegacyOverrides.newBuilder()
                                .withEvaluateMapKeys(true)
                                .withIterateOverMapKeys(true)
                                .withUsePyishObjectMapper(true)
                                .withUseTrimmingForNotesAndExpressions(true)
                                .withParseWhitespaceControlStrictly(true)
                                .withAllowAdjacentTextNodes(true)
                                .withKeepNullableLoopValues(true)
                                .build())
                .build();
    }

    // Everything the library brings that is not listed above.
    private static Map<Library, Set<String>> disabled() {
        Context usual = new Jinjava().getGlobalContext();
        Map<Library, Set<String>> disabled = new EnumMap<>(Library.class);
        disabled.put(Library.TAG, others(usual.getAllTags(), TAGS));
        disabled.put(Library.FILTER, others(usual.getAllFilters(), FILTERS));
        disabled.put(Library.FUNCTION, others(usual.getAllFunctions(), FUNCTIONS));
        return disabled;
    }

    private static Set<String> others(Collection<? extends Importable> all, Set<String> allowed) {
        Set<String> names = new HashSet<>();
        all.forEach(one -> names.add(one.getName()));
        names.removeAll(allowed);
        return names;
    }

    private String checked(RenderResult result) {
        if (raised != null) {
            throw new UnsupportedChatException(
                    "chat template: it refuses the conversation: " + raised);
        }
        budget.requireLeft();
        for (TemplateError error : result.getErrors()) {
            boolean isUndefined =
                    error.getSeverity() == ErrorType.WARNING
                            && error.getReason() == ErrorReason.UNKNOWN;
            if (!isUndefined) {
                throw new UnsupportedChatException(
                        "chat template, line %d: %s"
                                .formatted(error.getLineno(), error.getMessage()));
            }
        }
        return result.getOutput();
    }

    /// The run that the calling template belongs to.
    static Rendering current() {
        Object run = JinjavaInterpreter.getCurrent().getContext().get(RUN);
        if (run instanceof Rendering rendering) {
            return rendering;
        }
        throw new UnsupportedChatException("chat template: it hides what it runs in");
    }

    Concealment concealment() {
        return concealment;
    }

    Budget budget() {
        return budget;
    }

    /// What `raise_exception` is.
    public static Object raise(Object message) {
        Rendering rendering = current();
        if (rendering.raised == null) {
            rendering.raised = String.valueOf(message);
        }
        rendering.budget.end();
        throw new UnsupportedChatException(rendering.raised);
    }

    /// What `range` is: as in Python, with one to three whole numbers.
    public static List<Long> range(Object first, Object... others) {
        long start = others.length == 0 ? 0 : whole(first);
        long end = whole(others.length == 0 ? first : others[0]);
        long step = others.length > 1 ? whole(others[1]) : 1;
        long size = step == 0 ? -1 : Math.max(0, Math.ceilDiv(end - start, step));
        if (size < 0 || size > MOST_ELEMENTS) {
            throw new UnsupportedChatException("'range' of more than " + MOST_ELEMENTS);
        }
        return LongStream.range(0, size).map(i -> start + i * step).boxed().toList();
    }

    private static int whole(Object value) {
        if (value instanceof Number number && number.intValue() == number.longValue()) {
            return number.intValue();
        }
        throw new UnsupportedChatException("'range' takes whole numbers of 32 bits");
    }

    /// What `strftime_now` is: the date in the format of C.
    public static String strftimeNow(String format) {
        LocalDateTime now = current().now;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
            } else {
                text.append(field(format.charAt(++i), now));
            }
        }
        return text.toString();
    }

    private static String field(char field, LocalDateTime now) {
        String pattern =
                switch (field) {
                    case 'Y' -> "yyyy";
                    case 'y' -> "yy";
                    case 'm' -> "MM";
                    case 'd' -> "dd";
                    case 'H' -> "HH";
                    case 'I' -> "hh";
                    case 'M' -> "mm";
                    case 'S' -> "ss";
                    case 'B' -> "MMMM";
                    case 'b' -> "MMM";
                    case 'A' -> "EEEE";
                    case 'a' -> "EEE";
                    case 'p' -> "a";
                    case 'j' -> "DDD";
                    case '%' -> "'%'";
                    default ->
                            throw new UnsupportedChatException(
                                    "chat template: the date field %" + field + " is not known");
                };
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
    }

    @Override
    public String toString() {
        return "";
    }
}
