package dev.talaria.schemas.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class UsedKeysTest {

    /// Places in an object are looked up by them, and members come in any order.
    @Test
    void ordersOfTheSameKeysHaveHashesOfTheirOwn() {
        Set<Integer> hashes = new HashSet<>();
        addHashes(List.of("a", "b", "id", "name", "price", "total"), null, hashes);
        assertThat(hashes).hasSize(720);
    }

    private static void addHashes(List<String> left, UsedKeys used, Set<Integer> hashes) {
        if (left.isEmpty()) {
            hashes.add(used.hashCode());
        }
        for (String key : left) {
            List<String> others = new ArrayList<>(left);
            others.remove(key);
            byte[] text = key.getBytes(StandardCharsets.UTF_8);
            addHashes(others, new UsedKeys(null, text, used), hashes);
        }
    }
}
