package dev.talaria.inference.x86;

import java.util.function.Consumer;

/// One instruction: as a line for the reference assembler, and the bytes of ours.
record Encoding(String source, byte[] bytes) {

    static Encoding of(String source, Consumer<Assembler> call) {
        Assembler assembler = new Assembler();
        call.accept(assembler);
        return new Encoding(source, assembler.code());
    }

    static Encoding ofAvx2(String source, Consumer<Avx2Assembler> call) {
        Avx2Assembler assembler = new Avx2Assembler();
        call.accept(assembler);
        return new Encoding(source, assembler.code());
    }
}
