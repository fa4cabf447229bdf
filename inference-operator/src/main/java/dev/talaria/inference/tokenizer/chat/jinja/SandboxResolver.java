package dev.talaria.inference.tokenizer.chat.jinja;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;

import dev.talaria.inference.tokenizer.chat.UnsupportedChatException;

import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;

import java.beans.FeatureDescriptor;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What a template reaches with a dot or brackets: entries of maps, elements of lists, characters
/// of texts, and some of Python's methods. No property or method of any Java object.
final class SandboxResolver extends ELResolver {

    private static final Pattern INDEX = Pattern.compile("-?[0-9]{1,9}");

    private final Budget budget;
    private final PythonMethods methods;

    SandboxResolver(Budget budget, Concealment concealment) {
        this.budget = budget;
        this.methods = new PythonMethods(concealment);
    }

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        budget.step();
        if (base == null) {
            return null;
        }
        context.setPropertyResolved(true);
        return switch (base) {
            case Map<?, ?> map -> map.get(text(property));
            case List<?> list -> element(list, property);
            case String text -> character(text, property);
            default -> null;
        };
    }

    private static String text(Object property) {
        return String.valueOf(property);
    }

    private static Object element(List<?> list, Object property) {
        int index = index(property, list.size());
        return index < 0 ? null : list.get(index);
    }

    private static Object character(String text, Object property) {
        int index = index(property, text.length());
        return index < 0 ? null : String.valueOf(text.charAt(index));
    }

    // The library hands indices over as text. Negative ones count from the end, as in Python.
    private static int index(Object property, int size) {
        String digits = text(property);
        if (!INDEX.matcher(digits).matches()) {
            return -1;
        }
        int index = Integer.parseInt(digits);
        int at = index < 0 ? index + size : index;
        return at < 0 || at >= size ? -1 : at;
    }

    @Override
    public Object invoke(
            ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
        budget.step();
        if (base instanceof Filter || base instanceof ExpTest) {
            return JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY.invoke(
                    context, base, method, types, arguments);
        }
        context.setPropertyResolved(true);
        if (base instanceof String text) {
            return methods.ofText(text, text(method), arguments);
        }
        if (base instanceof Map<?, ?> map) {
            return methods.ofMap(map, text(method), arguments);
        }
        throw new UnsupportedChatException("there is no method '" + method + "' here");
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return Object.class;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new UnsupportedChatException("nothing can be changed with '" + property + "'");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return Collections.emptyIterator();
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }
}
