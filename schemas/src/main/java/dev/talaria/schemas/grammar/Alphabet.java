package dev.talaria.schemas.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The scalar values, divided into classes that an automaton does not tell apart. Immutable.
///
/// Classes are numbered by their first member, so equal divisions are equal.
final class Alphabet {

    /// The class of what is no scalar value.
    static final int NOTHING = -1;

    /// One class of all.
    static final Alphabet ONE = of(List.of());

    // Runs of one class: where each begins, and its class.
    private final int[] begins;
    private final int[] classes;
    private final int size;

    private Alphabet(int[] begins, int[] classes, int size) {
        this.begins = begins;
        this.classes = classes;
        this.size = size;
    }

    /// The coarsest division in which each of the sets is a union of classes.
    static Alphabet of(Collection<CodePoints> sets) {
        List<CodePoints> distinct = sets.stream().distinct().toList();
        TreeSet<Integer> begins = new TreeSet<>();
        begins.add(0);
        begins.add((int) Character.MIN_SURROGATE);
        begins.add(Character.MAX_SURROGATE + 1);
        for (CodePoints set : distinct) {
            for (int run = 0; run < set.runs(); run++) {
                begins.add(set.low(run));
                begins.add(set.high(run) + 1);
            }
        }
        begins.remove(Character.MAX_CODE_POINT + 1);
        int[] ordered = begins.stream().mapToInt(Integer::intValue).toArray();
        List<List<Integer>> members = new ArrayList<>();
        for (int i = 0; i < ordered.length; i++) {
            members.add(new ArrayList<>());
        }
        for (int number = 0; number < distinct.size(); number++) {
            CodePoints set = distinct.get(number);
            for (int run = 0; run < set.runs(); run++) {
                int from = Arrays.binarySearch(ordered, set.low(run));
                for (int i = from; i < ordered.length && ordered[i] <= set.high(run); i++) {
                    members.get(i).add(number);
                }
            }
        }
        Map<List<Integer>, Integer> numbers = new HashMap<>();
        int[] labels = new int[ordered.length];
        for (int i = 0; i < ordered.length; i++) {
            List<Integer> containing = members.get(i);
            labels[i] =
                    isSurrogate(ordered[i])
                            ? NOTHING
                            : numbers.computeIfAbsent(containing, none -> numbers.size());
        }
        return joined(ordered, labels);
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    // Joins neighbours of one class, and numbers the classes by their first member.
    private static Alphabet joined(int[] begins, int[] labels) {
        int[] joinedBegins = new int[begins.length];
        int[] joinedClasses = new int[begins.length];
        Map<Integer, Integer> numbers = new HashMap<>();
        int count = 0;
        for (int i = 0; i < begins.length; i++) {
            int octetClass =
                    labels[i] == NOTHING
                            ? NOTHING
                            : numbers.computeIfAbsent(labels[i], none -> numbers.size());
            if (count == 0 || joinedClasses[count - 1] != octetClass) {
                joinedBegins[count] = begins[i];
                joinedClasses[count++] = octetClass;
            }
        }
        return new Alphabet(
                Arrays.copyOf(joinedBegins, count),
                Arrays.copyOf(joinedClasses, count),
                numbers.size());
    }

    /// How many classes there are.
    int size() {
        return size;
    }

    /// The class of a code point; [#NOTHING] for a surrogate.
    int classOf(int codePoint) {
        int index = Arrays.binarySearch(begins, codePoint);
        return classes[index < 0 ? -index - 2 : index];
    }

    /// How many runs of one class there are.
    int runs() {
        return begins.length;
    }

    int low(int run) {
        return begins[run];
    }

    int high(int run) {
        return run + 1 < begins.length ? begins[run + 1] - 1 : Character.MAX_CODE_POINT;
    }

    int classOfRun(int run) {
        return classes[run];
    }

    /// The first member of each class, or its first printable one in ASCII.
    int[] examples() {
        int[] examples = new int[size];
        Arrays.fill(examples, -1);
        for (int codePoint = ' '; codePoint < 0x7F; codePoint++) {
            int number = classOf(codePoint);
            if (examples[number] < 0 && codePoint != '"' && codePoint != '\\') {
                examples[number] = codePoint;
            }
        }
        for (int run = 0; run < begins.length; run++) {
            if (classes[run] != NOTHING && examples[classes[run]] < 0) {
                examples[classes[run]] = begins[run];
            }
        }
        return examples;
    }

    /// Two divisions at once: the classes of both that each class of `both` is part of.
    record Common(Alphabet both, int[] left, int[] right) {}

    Common with(Alphabet other) {
        if (equals(other)) {
            int[] same = new int[size];
            Arrays.setAll(same, i -> i);
            return new Common(this, same, same);
        }
        int[] merged = new int[begins.length + other.begins.length];
        int[] labels = new int[merged.length];
        int count = 0;
        int a = 0;
        int b = 0;
        while (a < begins.length || b < other.begins.length) {
            int nextA = a < begins.length ? begins[a] : Integer.MAX_VALUE;
            int nextB = b < other.begins.length ? other.begins[b] : Integer.MAX_VALUE;
            merged[count] = Math.min(nextA, nextB);
            a += nextA == merged[count] ? 1 : 0;
            b += nextB == merged[count] ? 1 : 0;
            int first = classes[a - 1];
            labels[count++] =
                    first == NOTHING ? NOTHING : first * other.size + other.classes[b - 1];
        }
        Alphabet both = joined(Arrays.copyOf(merged, count), Arrays.copyOf(labels, count));
        int[] left = new int[both.size];
        int[] right = new int[both.size];
        for (int run = 0; run < both.begins.length; run++) {
            int number = both.classes[run];
            if (number != NOTHING) {
                left[number] = classOf(both.begins[run]);
                right[number] = other.classOf(both.begins[run]);
            }
        }
        return new Common(both, left, right);
    }

    /// The division in which classes with the same label are one; the labels are numbered anew in
    /// [#classOf]'s order.
    Alphabet joining(int[] labels) {
        int[] joined = new int[classes.length];
        for (int run = 0; run < classes.length; run++) {
            joined[run] = classes[run] == NOTHING ? NOTHING : labels[classes[run]];
        }
        return joined(begins, joined);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Alphabet other
                && Arrays.equals(begins, other.begins)
                && Arrays.equals(classes, other.classes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(begins) + Arrays.hashCode(classes);
    }
}
