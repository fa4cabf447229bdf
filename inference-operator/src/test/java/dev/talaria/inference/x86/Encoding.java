package dev.talaria.inference.x86;

import java.util.function.Consumer;

/// One instruction: as a line for the reference assembler, and as a call of ours.
record Encoding(String source, Consumer<Assembler> call) {

    byte[] bytes() {
        Assembler assembler = new Assembler();
        call.accept(assembler);
        return assembler.code();
    }
}
