package dev.talaria.schemas.grammar;

import dev.talaria.schemas.grammar.ToolCallGrammar.Call;

/// Between the calls of tools, and in front of the first.
///
/// @param calls what may be called
/// @param count calls so far
record CallState(ToolCallGrammar calls, int count) implements State {

    @Override
    public void step(Branch at, int octet, Steps steps) {
        if (count == 0 && calls.allowsText()) {
            FreeText text = FreeText.begin(calls.mark());
            text.step(new Branch(text, at.returns()), octet, steps);
        }
        if (count == calls.mostCalls()) {
            return;
        }
        for (Call call : calls.calls()) {
            Verbatim before = new Verbatim(count == 0 ? call.first() : call.further(), 0);
            before.step(new Branch(before, arguments(call, at)), octet, steps);
        }
    }

    private Branch[] arguments(Call call, Branch at) {
        Branch[] next = {new Branch(new CallState(calls, count + 1), at.returns())};
        Branch[] after = {new Branch(new Verbatim(call.after(), 0), next)};
        return new Branch[] {new Branch(Before.nothing(call.arguments()), after)};
    }

    @Override
    public boolean mayEnd() {
        return count > 0 || calls.allowsText();
    }

    @Override
    public long cost(Steps steps) {
        return mayEnd() ? 0 : cheapest().cost();
    }

    @Override
    public int cheapest(Steps steps) {
        return cheapest().first()[0] & 0xFF;
    }

    private Call cheapest() {
        Call best = calls.calls().getFirst();
        for (Call call : calls.calls()) {
            best = call.cost() < best.cost() ? call : best;
        }
        return best;
    }
}
