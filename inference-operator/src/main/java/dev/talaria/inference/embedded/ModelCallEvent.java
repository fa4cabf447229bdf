package dev.talaria.inference.embedded;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// One prompt's way through the engine, from submission to the end.
@Name("dev.talaria.ModelCall")
@Label("Model Call")
@Category("Talaria")
@Description("A prompt read and an answer written, from submission to the end")
@StackTrace(false)
final class ModelCallEvent extends Event {

    @Label("Finish")
    @Description("Why the answer ended, or the failure")
    String finish;

    @Label("Prompt Tokens")
    int promptTokens;

    @Label("Cached Tokens")
    @Description("Prompt tokens known already")
    int cachedTokens;

    @Label("Written Tokens")
    int writtenTokens;

    @Label("Until Admitted")
    @Timespan(Timespan.NANOSECONDS)
    long untilAdmitted;

    @Label("Until First Token")
    @Timespan(Timespan.NANOSECONDS)
    long untilFirstToken;
}
