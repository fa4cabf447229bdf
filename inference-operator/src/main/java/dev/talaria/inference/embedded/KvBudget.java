package dev.talaria.inference.embedded;

import dev.talaria.inference.OperatorConfig;
import dev.talaria.inference.kernel.Kernels;
import dev.talaria.inference.kernel.KvType;
import dev.talaria.inference.model.KvCache;
import dev.talaria.inference.model.MistralModel;
import dev.talaria.inference.model.ModelConfiguration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much memory the keys and values get, held against the memory there is.
final class KvBudget {

    private static final Logger LOG = LoggerFactory.getLogger(KvBudget.class);

    private KvBudget() {}

    /// Finds what is wrong before a model is loaded.
    ///
    /// @throws IllegalArgumentException where there is no such storage
    static void check(OperatorConfig config) {
        type(config);
    }

    /// The least that the cache of a model to be loaded will take: the budget that was set, or one
    /// block.
    static long leastBytes(ModelConfiguration shape, OperatorConfig config) {
        return config.kvCacheBytes() > 0
                ? config.kvCacheBytes()
                : KvCache.bytes(shape, type(config), Kernels.KV_BLOCK_TOKENS);
    }

    private static KvType type(OperatorConfig config) {
        try {
            return KvType.named(config.serving().kvType());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("inference.kv.type: " + e.getMessage(), e);
        }
    }

    /// The cache of an operator whose weights are in memory already.
    ///
    /// @throws IllegalArgumentException where the budget is more than the memory that is free, or
    ///   too small for a single block
    static KvCache cache(MistralModel model, OperatorConfig config, int contextTokens) {
        long free = Math.max(0, FreeMemory.bytes() - model.mappedBytes());
        return cache(model.shape(), config, contextTokens, free);
    }

    /// As above, with so many bytes free.
    static KvCache cache(
            ModelConfiguration shape, OperatorConfig config, int contextTokens, long freeBytes) {
        KvType type = type(config);
        long longest = KvCache.bytes(shape, type, contextTokens);
        long budget = budget(config, longest, freeBytes);
        KvCache cache = new KvCache(shape, type, budget);
        if (cache.capacityTokens() < contextTokens) {
            LOG.warn(
                    "key-value cache: {} bytes hold {} tokens, fewer than the context of {}, which"
                            + " takes {}; longer requests are refused. Raise inference.kv.bytes,"
                            + " lower inference.context.tokens or set inference.kv.type to int8",
                    budget,
                    cache.capacityTokens(),
                    contextTokens,
                    longest);
        }
        LOG.info(
                "key-value cache: {} tokens in {}, {} MiB",
                cache.capacityTokens(),
                type.text(),
                budget >> 20);
        return cache;
    }

    private static long budget(OperatorConfig config, long longest, long freeBytes) {
        if (config.kvCacheBytes() == 0) {
            return Math.min(saturatedProduct(longest, config.maxSequences()), freeBytes / 2);
        }
        if (config.kvCacheBytes() > freeBytes) {
            throw new IllegalArgumentException(
                    "inference.kv.bytes = %d is more than the %d bytes of memory that are free; lower it"
                            .formatted(config.kvCacheBytes(), freeBytes));
        }
        return config.kvCacheBytes();
    }

    private static long saturatedProduct(long a, int b) {
        return a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }
}
