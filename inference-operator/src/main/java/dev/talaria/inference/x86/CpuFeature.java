package dev.talaria.inference.x86;

/// What a processor may or may not be able to do, named as Linux names it.
public enum CpuFeature {
    AVX2("avx2"),
    FMA("fma"),
    F16C("f16c"),
    AVX512F("avx512f"),
    AVX512BW("avx512bw"),
    AVX512VL("avx512vl"),
    AVX512DQ("avx512dq"),
    AVX512_VNNI("avx512_vnni"),
    AVX512_BF16("avx512_bf16"),
    AMX_TILE("amx_tile"),
    AMX_INT8("amx_int8"),
    AMX_BF16("amx_bf16");

    private final String flag;

    CpuFeature(String flag) {
        this.flag = flag;
    }

    /// The name among the flags of `/proc/cpuinfo`.
    public String flag() {
        return flag;
    }
}
