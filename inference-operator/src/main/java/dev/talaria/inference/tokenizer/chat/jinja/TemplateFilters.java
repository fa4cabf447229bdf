package dev.talaria.inference.tokenizer.chat.jinja;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;

import dev.talaria.inference.tokenizer.chat.PythonText;
import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;

import java.util.List;
import java.util.Map;

/// The filters whose meaning here is that of transformers, not the library's.
final class TemplateFilters {

    private TemplateFilters() {}

    static List<Filter> all() {
        return List.of(new Trim(), new ToJson(), new Items());
    }

    /// White space off both ends; nothing for what is not defined.
    private static final class Trim implements Filter {

        @Override
        public String getName() {
            return "trim";
        }

        @Override
        public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
            if (value == null) {
                return "";
            }
            Concealment concealment = Rendering.current().concealment();
            String start = concealment.stripStart(String.valueOf(value), PythonText::stripStart);
            return concealment.stripEnd(start, PythonText::stripEnd);
        }
    }

    /// JSON as Python writes it, on one line or indented.
    private static final class ToJson implements Filter {

        @Override
        public String getName() {
            return "tojson";
        }

        @Override
        public Object filter(
                Object value,
                JinjavaInterpreter interpreter,
                Object[] arguments,
                Map<String, Object> named) {
            Object indent = named.get("indent");
            return new PythonJson(
                            Rendering.current(),
                            indent instanceof Number number ? number.intValue() : -1)
                    .write(value);
        }

        @Override
        public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
            return new PythonJson(Rendering.current(), -1).write(value);
        }
    }

    /// The entries of a dictionary, as pairs.
    private static final class Items implements Filter {

        @Override
        public String getName() {
            return "items";
        }

        @Override
        public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
            return switch (value) {
                case null -> List.of();
                case Map<?, ?> map -> PythonMethods.items(map);
                default -> throw new UnsupportedChatException("'items' takes a dictionary");
            };
        }
    }
}
