package dev.talaria.inference.benchmark;

/// The weight matrices of a 7B model, as (outputs × inputs).
public enum MatrixShape {
    /// 4096 × 4096.
    QUERY("attn_q"),
    /// 14336 × 4096.
    UP("ffn_up"),
    /// 4096 × 14336.
    DOWN("ffn_down");

    private final String tensor;

    MatrixShape(String tensor) {
        this.tensor = tensor;
    }

    /// What a GGUF file calls it in the first layer.
    String tensorName() {
        return "blk.0." + tensor + ".weight";
    }
}
