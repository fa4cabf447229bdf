package dev.talaria.pipeline.batch;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// A split of a batch job is written and counts.
@Name("dev.talaria.SplitCommit")
@Label("Split Commit")
@Category("Talaria")
@Description("Rows of a batch job committed to its folder")
@StackTrace(false)
final class SplitCommitEvent extends Event {

    @Label("Split")
    long split;

    @Label("Rows")
    long rows;

    @Label("Rejected")
    long rejected;
}
