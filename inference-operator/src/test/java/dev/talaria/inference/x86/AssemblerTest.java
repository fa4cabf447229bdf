package dev.talaria.inference.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;

/// Labels, and what the assembler refuses because no processor could run it as meant.
class AssemblerTest {

    private final Assembler code = new Assembler();

    private String hex() {
        return HexFormat.of().formatHex(code.code());
    }

    @Test
    void jumpsReachLabelsBehindAndBefore() {
        Label again = new Label();
        Label done = new Label();
        code.bind(again);
        code.j(Condition.EQUAL, done);
        code.jmp(again);
        code.bind(done);
        code.ret();

        assertThat(hex()).isEqualTo("0f8405000000" + "e9f5ffffff" + "c3");
    }

    @Test
    void everyConditionHasItsNumber() {
        for (Condition condition : Condition.values()) {
            Assembler one = new Assembler();
            Label here = new Label();
            one.bind(here);
            one.j(condition, here);
            assertThat(one.code()[1]).isEqualTo((byte) (0x80 + condition.ordinal()));
        }
        assertThat(Condition.GREATER.suffix()).isEqualTo("g");
        assertThat(Condition.GREATER.ordinal()).isEqualTo(15);
    }

    @Test
    void alignmentIsFilledUp() {
        code.ret();
        code.align(8);
        assertThat(code.code()).hasSize(8);
        code.align(8);
        assertThat(code.code()).hasSize(8);
    }

    @Test
    void aLabelThatStandsNowhereIsRefused() {
        code.jmp(new Label());
        assertThatThrownBy(code::code).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLabelStandsAtOnePlace() {
        Label label = new Label();
        code.bind(label);
        assertThatThrownBy(() -> code.bind(label)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void registersOfDifferentWidthsAreRefused() {
        VectorRegister wide = VectorRegister.zmm(1);
        VectorRegister narrow = VectorRegister.ymm(1);
        assertThatThrownBy(() -> code.vpaddd(wide, narrow, wide))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ymm1 where 512 bits are wanted");
        assertThatThrownBy(() -> code.vpaddd(wide, wide, narrow))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> code.vcvtph2ps(wide, wide))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInstructionOfBytesCannotBroadcast() {
        Broadcast broadcast = Address.at(Gpr.RAX).broadcast();
        VectorRegister register = VectorRegister.zmm(1);
        assertThatThrownBy(() -> code.vpshufb(register, register, broadcast))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this instruction cannot broadcast");
    }

    @Test
    void registersThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> VectorRegister.zmm(32))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VectorRegister(64, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Address.at(Gpr.RAX).plus(Gpr.RSP, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rsp cannot be an index");
        assertThatThrownBy(() -> Address.at(Gpr.RAX).plus(Gpr.RBX, 3))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theMaskThatMeansNoMaskIsRefused() {
        assertThatThrownBy(
                        () -> code.vmovups(Address.at(Gpr.RAX), Opmask.K0, VectorRegister.zmm(0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tilesNeedRowsAndAProductThreeTiles() {
        assertThatThrownBy(() -> code.tileloadd(Tile.TMM0, Address.at(Gpr.RAX)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> code.tdpbssd(Tile.TMM0, Tile.TMM1, Tile.TMM1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
