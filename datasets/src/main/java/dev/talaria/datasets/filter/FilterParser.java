package dev.talaria.datasets.filter;

import dev.talaria.datasets.filter.FilterLexer.Kind;
import dev.talaria.datasets.filter.FilterLexer.Token;
import dev.talaria.datasets.record.Field;
import dev.talaria.datasets.record.RecordType;
import dev.talaria.datasets.record.Value;
import dev.talaria.datasets.record.ValueType;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// Reads a filter; what it names is looked up at once, so that every error has its place.
final class FilterParser {

    private static final int MAX_DEPTH = 200;

    private final FilterLexer lexer;
    private final RecordType type;
    private Token token;
    private int depth;

    FilterParser(String text, RecordType type) {
        this.lexer = new FilterLexer(text);
        this.type = type;
        this.token = lexer.next();
    }

    Condition parse() {
        Condition whole = any();
        if (token.kind() != Kind.END) {
            throw unexpected("'and', 'or' or the end");
        }
        return whole;
    }

    private Condition any() {
        List<Condition> parts = new ArrayList<>();
        parts.add(all());
        while (takesWord("or")) {
            parts.add(all());
        }
        return parts.size() == 1 ? parts.getFirst() : new Condition.Any(List.copyOf(parts));
    }

    private Condition all() {
        List<Condition> parts = new ArrayList<>();
        parts.add(not());
        while (takesWord("and")) {
            parts.add(not());
        }
        return parts.size() == 1 ? parts.getFirst() : new Condition.All(List.copyOf(parts));
    }

    private Condition not() {
        if (++depth > MAX_DEPTH) {
            throw new FilterException(
                    token.position(), "nested deeper than " + MAX_DEPTH + "; simplify the filter");
        }
        Condition condition;
        if (takesWord("not")) {
            condition = new Condition.Not(not());
        } else if (takesSymbol("(")) {
            condition = any();
            require(")");
        } else {
            condition = onColumn();
        }
        depth--;
        return condition;
    }

    private Condition onColumn() {
        Token name = token;
        if (!name.isName()) {
            throw unexpected("a column");
        }
        int column = type.indexOf(name.text());
        if (column < 0) {
            throw new FilterException(
                    name.position(),
                    "there is no column '%s'; there are %s"
                            .formatted(name.text(), String.join(", ", type.names())));
        }
        advance();
        if (takesWord("is")) {
            return isNull(column);
        }
        if (takesWord("not")) {
            return new Condition.Not(likeOrIn(column, "'like' or 'in'"));
        }
        Comparison comparison =
                token.kind() == Kind.SYMBOL ? Comparison.written(token.text()) : null;
        if (comparison == null) {
            return likeOrIn(column, "a comparison, 'is', 'like' or 'in'");
        }
        advance();
        return new Condition.Compare(column, comparison, literal(column));
    }

    private Condition isNull(int column) {
        boolean negated = takesWord("not");
        if (!takesWord("null")) {
            throw unexpected("'null'");
        }
        Condition isNull = new Condition.IsNull(column);
        return negated ? new Condition.Not(isNull) : isNull;
    }

    private Condition likeOrIn(int column, String expected) {
        if (takesWord("like")) {
            return like(column);
        }
        if (!takesWord("in")) {
            throw unexpected(expected);
        }
        require("(");
        List<Value> literals = new ArrayList<>();
        do {
            literals.add(literal(column));
        } while (takesSymbol(","));
        require(")");
        return new Condition.In(column, List.copyOf(literals));
    }

    private Condition like(int column) {
        Token pattern = token;
        if (pattern.kind() != Kind.TEXT) {
            throw unexpected("a 'text'");
        }
        Field field = type.fields().get(column);
        if (!(field.type() instanceof ValueType.Text || field.type() instanceof ValueType.Json)) {
            throw new FilterException(
                    pattern.position(),
                    "column '%s' is %s; like is for texts".formatted(field.name(), field.type()));
        }
        advance();
        return new Condition.Like(column, new TextPattern(pattern.text()));
    }

    private Value literal(int column) {
        Token at = token;
        Value literal =
                switch (at.kind()) {
                    case NUMBER -> new Value.Decimal(number(at));
                    case TEXT -> new Value.Text(at.text());
                    case WORD -> bool(at);
                    case QUOTED, SYMBOL, END -> throw unexpected("a number or a 'text'");
                };
        Field field = type.fields().get(column);
        Value fitting = Literals.fitting(field, literal);
        if (fitting == null) {
            throw new FilterException(
                    at.position(),
                    "column '%s' is %s; compare it with %s"
                            .formatted(field.name(), field.type(), Literals.wanted(field.type())));
        }
        advance();
        return fitting;
    }

    private Value bool(Token at) {
        if (at.text().equalsIgnoreCase("null")) {
            throw new FilterException(
                    at.position(), "nothing is equal to null; write 'is null' or 'is not null'");
        }
        if (at.text().equalsIgnoreCase("true") || at.text().equalsIgnoreCase("false")) {
            return new Value.Bool(at.text().equalsIgnoreCase("true"));
        }
        throw new FilterException(
                at.position(),
                "'%s' is no value; texts stand in single quotes".formatted(at.text()));
    }

    private static BigDecimal number(Token at) {
        try {
            return new BigDecimal(at.text());
        } catch (NumberFormatException _) {
            throw new FilterException(at.position(), "'" + at.text() + "' is no number");
        }
    }

    private boolean takesWord(String word) {
        boolean is = token.kind() == Kind.WORD && token.text().equalsIgnoreCase(word);
        if (is) {
            advance();
        }
        return is;
    }

    private boolean takesSymbol(String symbol) {
        boolean is = token.kind() == Kind.SYMBOL && token.text().equals(symbol);
        if (is) {
            advance();
        }
        return is;
    }

    private void require(String symbol) {
        if (!takesSymbol(symbol)) {
            throw unexpected("'" + symbol + "'");
        }
    }

    private void advance() {
        token = lexer.next();
    }

    private FilterException unexpected(String expected) {
        String found = token.kind() == Kind.END ? "the end" : "'" + token.text() + "'";
        return new FilterException(
                token.position(), "expected %s, found %s".formatted(expected, found));
    }
}
