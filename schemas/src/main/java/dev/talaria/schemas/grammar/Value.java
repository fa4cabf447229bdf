package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.List;

/// The values one place of a document may have: a union of alternatives, by what they look like.
///
/// Filled while the schema is compiled and never changed after [#seal].
final class Value {

    /// The cost of a value that does not exist, or whose shortest spelling is not below 1 MiB.
    static final long UNREACHABLE = 1L << 20;

    private LiteralSet literals = LiteralSet.EMPTY;
    private List<StringShape> strings = new ArrayList<>();
    private List<Automaton> texts = new ArrayList<>();
    private List<CountedText> countedTexts = new ArrayList<>();
    private List<Automaton> numbers = new ArrayList<>();
    private List<CalculatedNumbers> calculated = new ArrayList<>();
    private List<ArrayShape> arrays = new ArrayList<>();
    private List<ObjectShape> objects = new ArrayList<>();
    private List<StringShape> openStrings = List.of();
    private List<CountedText> openCountedTexts = List.of();
    private List<ArrayShape> openArrays = List.of();
    private List<ObjectShape> openObjects = List.of();
    private long cost = UNREACHABLE;
    private int cheapest;

    void add(LiteralSet more) {
        literals = literals.union(more);
    }

    void add(StringShape string) {
        if (!strings.contains(string)) {
            strings.add(string);
        }
    }

    /// Adds strings whose automaton reads the quotes too.
    void addText(Automaton text) {
        if (!texts.contains(text)) {
            texts.add(text);
        }
    }

    /// Adds strings whose automaton reads the quotes too, and whose length counts.
    void addText(CountedText text) {
        if (!countedTexts.contains(text)) {
            countedTexts.add(text);
        }
    }

    void addNumber(Automaton number) {
        if (!numbers.contains(number)) {
            numbers.add(number);
        }
    }

    void addNumber(CalculatedNumbers number) {
        if (calculated.stream().noneMatch(number::isSameAs)) {
            calculated.add(number);
        }
    }

    void add(ArrayShape array) {
        if (arrays.stream().noneMatch(array::isSameAs)) {
            arrays.add(array);
        }
    }

    void add(ObjectShape object) {
        if (objects.stream().noneMatch(object::isSameAs)) {
            objects.add(object);
        }
    }

    /// Bytes of the shortest value; [#UNREACHABLE] where there is none.
    long cost() {
        return cost;
    }

    boolean isReachable() {
        return cost < UNREACHABLE;
    }

    /// The first byte of a shortest value.
    int cheapest() {
        return cheapest;
    }

    /// Roughly how much work [#lowerCost] is.
    int size() {
        int size = 1 + strings.size() + texts.size() + countedTexts.size() + numbers.size();
        size += calculated.size();
        for (ArrayShape array : arrays) {
            size += 1 + array.elements().size();
        }
        for (ObjectShape object : objects) {
            size += 1 + object.size();
        }
        return size;
    }

    /// In how many ways it may look, each listed value being one.
    int alternatives() {
        return literals.size()
                + strings.size()
                + texts.size()
                + countedTexts.size()
                + numbers.size()
                + calculated.size()
                + arrays.size()
                + objects.size();
    }

    /// The automata of its strings and numbers.
    List<Automaton> automata() {
        List<Automaton> automata = new ArrayList<>(texts);
        automata.addAll(numbers);
        countedTexts.forEach(text -> automata.add(text.automaton()));
        return automata;
    }

    /// The bytes of the values listed.
    long literalBytes() {
        long bytes = 0;
        for (int i = 0; i < literals.size(); i++) {
            bytes += literals.member(i).length;
        }
        return bytes;
    }

    List<ArrayShape> arrays() {
        return arrays;
    }

    List<ObjectShape> objects() {
        return objects;
    }

    /// Computes the cost anew from that of the parts.
    ///
    /// @return whether it has fallen
    boolean lowerCost() {
        long before = cost;
        offer(literals.cost(), literals.cheapest());
        strings.forEach(string -> offer(string.cost(), '"'));
        texts.forEach(text -> offer(text.cost(0), '"'));
        countedTexts.forEach(text -> offer(text.cost(0, 0), '"'));
        numbers.forEach(number -> offer(number.cost(0), number.cheapest(0)));
        calculated.forEach(number -> offer(number.cost(), number.cheapest()));
        arrays.forEach(array -> offer(array.cost(), '['));
        objects.forEach(object -> offer(object.cost(), '{'));
        return cost < before;
    }

    private void offer(long offered, int octet) {
        if (offered < cost) {
            cost = offered;
            cheapest = octet;
        }
    }

    /// Leaves aside the alternatives that do not exist. Again whenever costs have changed.
    void seal() {
        openStrings = strings.stream().filter(s -> s.cost() < UNREACHABLE).toList();
        openArrays = arrays.stream().filter(a -> a.cost() < UNREACHABLE).toList();
        openObjects = objects.stream().filter(o -> o.cost() < UNREACHABLE).toList();
        openCountedTexts = countedTexts.stream().filter(t -> t.cost(0, 0) < UNREACHABLE).toList();
        arrays.forEach(ArrayShape::seal);
        objects.forEach(ObjectShape::seal);
    }

    /// A lower bound of how many different values there are.
    long completions() {
        long most = literals.completions();
        for (StringShape string : openStrings) {
            most = Math.max(most, string.completions());
        }
        for (Automaton text : texts) {
            most = Math.max(most, text.words(0));
        }
        for (Automaton number : numbers) {
            most = Math.max(most, number.words(0));
        }
        for (CalculatedNumbers number : calculated) {
            most = Math.max(most, number.completions());
        }
        return openCountedTexts.isEmpty() ? most : Math.max(most, 1);
    }

    /// Whether it is strings, and every beginning of one of up to `octets` bytes has more than
    /// `many` completions.
    boolean isAnyStrings(int octets, long many) {
        boolean onlyStrings =
                literals.isEmpty()
                        && numbers.isEmpty()
                        && openCountedTexts.isEmpty()
                        && openArrays.isEmpty()
                        && openObjects.isEmpty();
        for (StringShape string : openStrings) {
            onlyStrings &= string.state(StringSpelling.PLAIN, 0).staysOpen(octets, many);
        }
        for (Automaton text : texts) {
            onlyStrings &= text.leastWords() > many;
        }
        return onlyStrings;
    }

    /// Reads a value's first byte.
    ///
    /// @param returns what goes on when the value is whole
    void open(int octet, Branch[] returns, Steps steps) {
        if (!literals.isEmpty()) {
            LiteralState.open(literals, octet, returns, steps);
        }
        switch (octet) {
            case '"' -> {
                for (StringShape string : openStrings) {
                    string.open(returns, steps);
                }
                for (Automaton text : texts) {
                    ScalarState.open(text, octet, returns, steps);
                }
                for (CountedText text : openCountedTexts) {
                    CountedState.open(text, octet, returns, steps);
                }
            }
            case '[' -> {
                for (ArrayShape array : openArrays) {
                    steps.emit(new Branch(array.opened(), returns));
                }
            }
            case '{' -> {
                for (ObjectShape object : openObjects) {
                    steps.emit(new Branch(object.opened(), returns));
                }
            }
            default -> {
                for (Automaton number : numbers) {
                    ScalarState.open(number, octet, returns, steps);
                }
                for (CalculatedNumbers number : calculated) {
                    CalculatedState.open(number, octet, returns, steps);
                }
            }
        }
    }
}
