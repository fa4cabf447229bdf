package dev.talaria.pipeline.processor;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A stream thread has taken answers over and asked for a commit.
@Name("dev.talaria.Drain")
@Label("Drain")
@Category("Talaria")
@Description("Answers forwarded by a task of the topology, before a commit")
@StackTrace(false)
final class DrainEvent extends Event {

    @Label("Task")
    String task;

    @Label("Documents")
    @Description("Documents answered, extracted or rejected")
    int documents;
}
