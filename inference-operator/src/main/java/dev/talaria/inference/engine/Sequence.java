package dev.talaria.inference.engine;

import static dev.talaria.inference.kernel.Kernels.KV_BLOCK_TOKENS;

import dev.talaria.inference.model.Batch;
import dev.talaria.inference.model.KvCache;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One request on its way through its prompt: how far that is read, and which of its blocks are
/// others' as well.
///
/// Touched by the engine's thread alone, except for the future.
abstract sealed class Sequence permits WritingSequence, ScoringSequence {

    /// Of all sequences together.
    protected final EngineCounters counters;

    /// What is read, all of it rows of a prompt.
    protected final int[] prompt;

    // The row from which logits are wanted. What is before it can be shared: of these nobody needs
    // more than keys and values.
    private final int firstWanted;

    private PrefixIndex prefixes;
    private List<PrefixIndex.Node> nodes = List.of();
    private int published;

    /// Its room, from [#begin] to [#release].
    protected KvCache.Reservation cache;

    /// Keys and values of so many tokens are in the cache, and of the step under way.
    protected int computed;

    /// Tokens of the prompt that others had computed.
    protected int cachedTokens;

    // As they were before the step under way.
    private int computedBefore;
    private int cachedBefore;

    /// @param firstWanted the first token of the prompt whose logits are wanted; those of all
    ///   behind it are, too
    Sequence(int[] prompt, int firstWanted, EngineCounters counters) {
        this.prompt = prompt;
        this.firstWanted = firstWanted;
        this.counters = counters;
    }

    abstract CompletableFuture<?> future();

    /// Tokens it may come to.
    abstract int mostTokens();

    /// Whether nobody wants its tokens any more.
    abstract boolean isGone(long nowNanos);

    /// Ends it because it is gone.
    abstract void dismiss();

    /// Takes the place, among the step's logits, of the next row that wants any.
    abstract void awaitLogits(int index);

    /// Whether the step under way computes logits for it.
    abstract boolean awaitsLogits();

    /// Goes on by the step's logits.
    ///
    /// @return whether the sequence is finished
    abstract boolean advance(float[] logits, int width, int vocabulary);

    /// Forgets the step before.
    void beginStep() {
        computedBefore = computed;
        cachedBefore = cachedTokens;
    }

    /// Goes back to before the step under way, which failed: its keys and values are computed
    /// again.
    void rewind() {
        counters.cachedTokens -= cachedTokens - cachedBefore;
        computed = computedBefore;
        cachedTokens = cachedBefore;
    }

    int promptTokens() {
        return prompt.length;
    }

    /// Reserves its room, sharing the beginning of its prompt with others.
    ///
    /// @param index null where beginnings are not shared
    /// @return whether there was room
    boolean begin(KvCache memory, PrefixIndex index) {
        if (index == null) {
            if (!memory.hasRoom(mostTokens())) {
                return false;
            }
            cache = memory.reserve(mostTokens());
            return true;
        }
        List<PrefixIndex.Node> found = index.find(prompt, firstWanted / KV_BLOCK_TOKENS);
        int[] shared = found.stream().mapToInt(PrefixIndex.Node::block).toArray();
        long idle = Arrays.stream(shared).filter(memory::isIdle).count();
        int wanted = KvCache.blocks(mostTokens()) - shared.length;
        if (wanted > memory.availableBlocks() - idle) {
            return false;
        }
        cache = memory.reserve(shared, mostTokens());
        prefixes = index;
        int own = (firstWanted + 1) / KV_BLOCK_TOKENS;
        nodes = index.use(found, prompt, own, cache, this);
        return true;
    }

    boolean isReadingPrompt() {
        return computed < prompt.length;
    }

    /// Prompt tokens that are not in the cache yet.
    int unreadTokens() {
        return prompt.length - computed;
    }

    /// Skips what others have computed of its prompt.
    ///
    /// @return whether it can go on itself: the next block is nobody else's to compute
    boolean canRead() {
        while (computed % KV_BLOCK_TOKENS == 0 && computed / KV_BLOCK_TOKENS < nodes.size()) {
            PrefixIndex.Node node = nodes.get(computed / KV_BLOCK_TOKENS);
            if (node.claim(this)) {
                break;
            }
            if (!node.isComplete()) {
                return false;
            }
            skip(KV_BLOCK_TOKENS);
        }
        copyBeginning();
        return true;
    }

    private void skip(int tokens) {
        computed += tokens;
        cachedTokens += tokens;
        counters.cachedTokens += tokens;
    }

    // Of a block of its own that begins as another's: what follows the copied tokens is computed,
    // and nobody reads it before.
    private void copyBeginning() {
        int block = computed / KV_BLOCK_TOKENS;
        if (prefixes == null || computed % KV_BLOCK_TOKENS != 0 || block > nodes.size()) {
            return;
        }
        PrefixIndex.Node parent = block == 0 ? null : nodes.get(block - 1);
        int most = Math.clamp(firstWanted - computed, 0, KV_BLOCK_TOKENS);
        prefixes.mostAlike(parent, prompt, computed, most)
                .ifPresent(alike -> {
                    cache.copyBlock(alike.block(), computed);
                    skip(alike.tokens());
                });
    }

    /// Adds tokens of the prompt to the batch, up to `most` and to the next block that somebody
    /// else computes.
    ///
    /// @param mostLogits rows that may want logits
    void addPrompt(Batch batch, int most, int mostLogits) {
        int end = Math.min(prompt.length, computed + most);
        int logits = 0;
        while (computed < end && (computed % KV_BLOCK_TOKENS != 0 || canRead())) {
            boolean isWanted = computed >= firstWanted;
            if (isWanted && logits == mostLogits) {
                return;
            }
            int index = batch.addPrompt(prompt[computed], computed, cache, isWanted);
            if (isWanted) {
                logits++;
                awaitLogits(index);
            }
            computed++;
            counters.promptTokens++;
        }
    }

    /// Tells others what has been computed of the prompt.
    void publish() {
        while (published < nodes.size() && (published + 1) * KV_BLOCK_TOKENS <= computed) {
            PrefixIndex.Node node = nodes.get(published);
            if (node.claim(this)) {
                prefixes.complete(node);
            }
            published++;
        }
    }

    void fail(Throwable thrown) {
        release();
        future().completeExceptionally(thrown);
    }

    void release() {
        if (cache != null) {
            if (prefixes != null) {
                prefixes.release(nodes, this);
                nodes = List.of();
            }
            cache.close();
            cache = null;
        }
    }
}
