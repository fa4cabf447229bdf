package dev.talaria.inference.engine;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One step of the engine: a forward pass and what was chosen from it.
@Name("dev.talaria.EngineStep")
@Label("Engine Step")
@Category("Talaria")
@Description("A forward pass of the model, and the choice of tokens after it")
@StackTrace(false)
final class StepEvent extends Event {

    @Label("Sequences")
    @Description("Requests that run")
    int sequences;

    @Label("Rows")
    @Description("Tokens read, written and guessed")
    int rows;

    @Label("Prompt Rows")
    @Description("Of these, tokens of prompts")
    int promptRows;
}
