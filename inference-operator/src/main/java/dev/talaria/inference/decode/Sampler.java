package dev.talaria.inference.decode;

import dev.talaria.schemas.task.SamplingOptions;

import java.util.Arrays;

/// Chooses the next token of one request from its logits.
///
/// Its random numbers are its own and belong to places in the answer: what it chooses there depends
/// on the seed, the place, the logits, the mask and the tokens before, and on nothing else that is
/// going on, nor on how often it was asked at other places. Used by one thread at a time.
public final class Sampler {

    // 2^64 divided by the golden ratio, made odd: its multiples are spread evenly.
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final SamplingOptions options;
    private final long seed;
    private final TokenPenalties penalties;
    private long place;
    private long draws;
    private int[] candidates = new int[64];
    private float[] probabilities = new float[64];

    public Sampler(SamplingOptions options) {
        this(options, new int[0]);
    }

    /// @param prompt what the answer follows: its tokens count as repeated
    public Sampler(SamplingOptions options, int[] prompt) {
        this.options = options;
        this.seed = mix(options.seed());
        this.penalties =
                options.penalties().areNone()
                        ? null
                        : new TokenPenalties(options.penalties(), prompt);
    }

    /// Chooses a token for the place after those that were accepted. Asked again, it chooses anew.
    ///
    /// @param logits of the whole vocabulary, from `offset`; not changed
    /// @param vocabulary how many tokens there are; logits beyond (padding) are not looked at
    /// @param mask which tokens may be chosen; null for all
    /// @throws IllegalArgumentException where the mask allows none
    public int sample(float[] logits, int offset, int vocabulary, TokenMask mask) {
        if (penalties == null) {
            return choose(logits, offset, vocabulary, mask);
        }
        return choose(penalties.apply(logits, offset, vocabulary), 0, vocabulary, mask);
    }

    /// Takes a token into the answer, chosen here or not.
    public void accept(int token) {
        if (penalties != null) {
            penalties.add(token);
        }
        place++;
        draws = 0;
    }

    private int choose(float[] logits, int offset, int vocabulary, TokenMask mask) {
        if (options.temperature() == 0f) {
            return mostProbable(logits, offset, vocabulary, mask);
        }
        int count = collect(vocabulary, mask);
        count = keepTopK(logits, offset, count);
        weigh(logits, offset, count);
        return draw(keepMinP(keepTopP(count)));
    }

    private static int mostProbable(float[] logits, int offset, int vocabulary, TokenMask mask) {
        int best = -1;
        for (int token = first(mask); token >= 0 && token < vocabulary; token = next(mask, token)) {
            if (best < 0 || logits[offset + token] > logits[offset + best]) {
                best = token;
            }
        }
        if (best < 0) {
            throw new IllegalArgumentException("the mask allows no token");
        }
        return best;
    }

    private static int first(TokenMask mask) {
        return mask == null ? 0 : mask.nextAllowed(0);
    }

    private static int next(TokenMask mask, int token) {
        return mask == null ? token + 1 : mask.nextAllowed(token + 1);
    }

    private int collect(int vocabulary, TokenMask mask) {
        int count = 0;
        for (int token = first(mask); token >= 0 && token < vocabulary; token = next(mask, token)) {
            if (count == candidates.length) {
                candidates = Arrays.copyOf(candidates, count * 2);
                probabilities = new float[count * 2];
            }
            candidates[count++] = token;
        }
        if (count == 0) {
            throw new IllegalArgumentException("the mask allows no token");
        }
        return count;
    }

    // A heap of the k best whose root is the worst; ties keep the lower token.
    private int keepTopK(float[] logits, int offset, int count) {
        int k = options.topK();
        if (k == 0 || k >= count) {
            return count;
        }
        for (int i = k / 2 - 1; i >= 0; i--) {
            sink(logits, offset, i, k);
        }
        for (int i = k; i < count; i++) {
            if (isWorse(logits, offset, candidates[0], candidates[i])) {
                candidates[0] = candidates[i];
                sink(logits, offset, 0, k);
            }
        }
        return k;
    }

    private void sink(float[] logits, int offset, int from, int size) {
        int at = from;
        int child = 2 * at + 1;
        while (child < size) {
            if (child + 1 < size
                    && isWorse(logits, offset, candidates[child + 1], candidates[child])) {
                child++;
            }
            if (!isWorse(logits, offset, candidates[child], candidates[at])) {
                return;
            }
            int swapped = candidates[at];
            candidates[at] = candidates[child];
            candidates[child] = swapped;
            at = child;
            child = 2 * at + 1;
        }
    }

    private static boolean isWorse(float[] logits, int offset, int a, int b) {
        float difference = logits[offset + a] - logits[offset + b];
        return difference < 0 || difference == 0 && a > b;
    }

    private void weigh(float[] logits, int offset, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, logits[offset + candidates[i]]);
        }
        for (int i = 0; i < count; i++) {
            double scaled = (logits[offset + candidates[i]] - max) / options.temperature();
            probabilities[i] = (float) Math.exp(scaled);
        }
    }

    // Whole rounds of heap selection: the most probable come first until their sum suffices.
    private int keepTopP(int count) {
        if (options.topP() == 1f) {
            return count;
        }
        double enough = options.topP() * sum(count);
        for (int i = count / 2 - 1; i >= 0; i--) {
            sinkProbability(i, count);
        }
        int left = count;
        double taken = 0;
        while (left > 0 && taken < enough) {
            taken += probabilities[0];
            left--;
            swap(0, left);
            sinkProbability(0, left);
        }
        int kept = count - left;
        for (int i = 0; i < Math.min(kept, count / 2); i++) {
            swap(i, count - 1 - i);
        }
        return kept;
    }

    private void sinkProbability(int from, int size) {
        int at = from;
        int child = 2 * at + 1;
        while (child < size) {
            if (child + 1 < size && isMoreProbable(child + 1, child)) {
                child++;
            }
            if (!isMoreProbable(child, at)) {
                return;
            }
            swap(at, child);
            at = child;
            child = 2 * at + 1;
        }
    }

    private boolean isMoreProbable(int a, int b) {
        return probabilities[a] > probabilities[b]
                || probabilities[a] == probabilities[b] && candidates[a] < candidates[b];
    }

    private void swap(int a, int b) {
        int candidate = candidates[a];
        candidates[a] = candidates[b];
        candidates[b] = candidate;
        float probability = probabilities[a];
        probabilities[a] = probabilities[b];
        probabilities[b] = probability;
    }

    private double sum(int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += probabilities[i];
        }
        return sum;
    }

    // The most probable of all has the weight 1.
    private int keepMinP(int count) {
        if (options.minP() == 0f) {
            return count;
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (probabilities[i] >= options.minP()) {
                candidates[kept] = candidates[i];
                probabilities[kept++] = probabilities[i];
            }
        }
        return Math.max(kept, 1);
    }

    private int draw(int count) {
        double left = nextDouble() * sum(count);
        for (int i = 0; i < count - 1; i++) {
            left -= probabilities[i];
            if (left < 0) {
                return candidates[i];
            }
        }
        return candidates[count - 1];
    }

    private double nextDouble() {
        long bits = mix(mix(seed + place * GOLDEN_GAMMA) + ++draws * GOLDEN_GAMMA);
        return (bits >>> 11) * 0x1p-53;
    }

    // Stafford's variant 13 of MurmurHash3's finalizer, as SplittableRandom has it: any bit of the
    // number changes every bit of the result.
    private static long mix(long number) {
        long z = (number ^ number >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
