package dev.talaria.inference.embedded;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// The weights of a model are in memory.
@Name("dev.talaria.ModelLoad")
@Label("Model Load")
@Category("Talaria")
@Description("The weights of a model read and brought into the kernels' order")
@StackTrace(false)
final class ModelLoadEvent extends Event {

    @Label("Path")
    String path;

    @Label("Weights")
    @DataAmount
    long weights;
}
