package dev.talaria.inference.tokenizer.chat.jinja;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;

import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `for`, with all that Jinja's `loop` has: its neighbours (`previtem`, `nextitem`), a condition
/// after the list, and `else` for an empty one.
final class LoopTag implements Tag {

    private static final long serialVersionUID = 1L;

    private static final Pattern HEAD =
            Pattern.compile(
                    "\\s*\\(?\\s*([A-Za-z_]\\w*(?:\\s*,\\s*[A-Za-z_]\\w*)*)\\s*\\)?\\s+in\\s+(.+)",
                    Pattern.DOTALL);
    private static final String ELSE = "else";

    @Override
    public String getName() {
        return "for";
    }

    @Override
    public String getEndTagName() {
        return "endfor";
    }

    @Override
    public String interpret(TagNode tag, JinjavaInterpreter interpreter) {
        Matcher head = HEAD.matcher(tag.getHelpers());
        if (!head.matches()) {
            throw new UnsupportedChatException("'for' without 'in'");
        }
        List<String> names = Arrays.asList(head.group(1).split("\\s*,\\s*"));
        String list = head.group(2);
        int condition = condition(list);
        String expression = condition < 0 ? list : list.substring(0, condition);
        Object value = interpreter.resolveELExpression(expression, tag.getLineNumber());
        List<Object> items = items(value);
        if (condition >= 0) {
            String test = list.substring(condition + " if ".length());
            items = chosen(items, names, test, tag, interpreter);
        }
        return items.isEmpty() ? otherwise(tag, interpreter) : each(items, names, tag, interpreter);
    }

    // Where a condition of the loop begins: an 'if' outside of quotes and brackets without an
    // 'else'.
    private static int condition(String text) {
        int depth = 0;
        int found = -1;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            } else if (depth == 0 && text.startsWith(" if ", i)) {
                found = i;
            } else if (depth == 0 && text.startsWith(" else ", i)) {
                found = -1;
            }
        }
        return found;
    }

    private static List<Object> items(Object value) {
        return switch (value) {
            case null -> List.of();
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case Iterable<?> iterable -> {
                List<Object> items = new ArrayList<>();
                iterable.forEach(items::add);
                yield items;
            }
            case Object[] array -> Arrays.asList(array);
            case String text ->
                    new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
            default -> throw new UnsupportedChatException("'for' over what is no list");
        };
    }

    private static List<Object> chosen(
            List<Object> items,
            List<String> names,
            String test,
            TagNode tag,
            JinjavaInterpreter interpreter) {
        List<Object> chosen = new ArrayList<>();
        for (Object item : items) {
            Rendering.current().budget().step();
            try (var _ = interpreter.enterScope()) {
                bind(names, item, interpreter);
                Object result =
                        interpreter.resolveELExpression(
                                "(" + test + ") ? true : false", tag.getLineNumber());
                if (Boolean.TRUE.equals(result)) {
                    chosen.add(item);
                }
            }
        }
        return chosen;
    }

    private static String each(
            List<Object> items, List<String> names, TagNode tag, JinjavaInterpreter interpreter) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            Rendering.current().budget().step();
            try (var _ = interpreter.enterScope()) {
                bind(names, items.get(i), interpreter);
                interpreter.getContext().put("loop", loop(items, i));
                for (Node child : tag.getChildren()) {
                    if (isElse(child)) {
                        break;
                    }
                    out.append(child.render(interpreter).getValue());
                }
            }
            if (out.length() > Rendering.MOST_OUTPUT) {
                throw new UnsupportedChatException("a loop writes too much");
            }
        }
        return out.toString();
    }

    private static String otherwise(TagNode tag, JinjavaInterpreter interpreter) {
        StringBuilder out = new StringBuilder();
        boolean isReached = false;
        for (Node child : tag.getChildren()) {
            if (isReached) {
                out.append(child.render(interpreter).getValue());
            }
            isReached |= isElse(child);
        }
        return out.toString();
    }

    private static boolean isElse(Node node) {
        return node instanceof TagNode tag && tag.getName().equals(ELSE);
    }

    private static void bind(List<String> names, Object item, JinjavaInterpreter interpreter) {
        if (names.size() == 1) {
            interpreter.getContext().put(names.getFirst(), item);
            return;
        }
        if (!(item instanceof List<?> parts) || parts.size() != names.size()) {
            throw new UnsupportedChatException("'for' has more names than an element has parts");
        }
        for (int i = 0; i < names.size(); i++) {
            interpreter.getContext().put(names.get(i), parts.get(i));
        }
    }

    private static Map<String, Object> loop(List<Object> items, int at) {
        int size = items.size();
        Map<String, Object> loop = new LinkedHashMap<>();
        loop.put("index", (long) at + 1);
        loop.put("index0", (long) at);
        loop.put("revindex", (long) size - at);
        loop.put("revindex0", (long) size - at - 1);
        loop.put("first", at == 0);
        loop.put("last", at == size - 1);
        loop.put("length", (long) size);
        loop.put("previtem", at == 0 ? null : items.get(at - 1));
        loop.put("nextitem", at == size - 1 ? null : items.get(at + 1));
        return loop;
    }
}
