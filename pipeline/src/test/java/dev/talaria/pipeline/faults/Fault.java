package dev.talaria.pipeline.faults;

/// What is done to a running pipeline.
enum Fault {
    PIPELINE_KILLED("`kill -9` of an instance, started again at once or a moment later"),
    BROKER_RESTARTED("a broker is killed (`kill -9`) or stopped, and started again in its folder"),
    LEADERS_MOVED("every partition, Kafka's own too, gets another replica as its leader"),
    NETWORK_PAUSED(
            "nothing passes between clients and one or all brokers for up to 3 s, or all"
                    + " connections are cut"),
    REBALANCED("a third instance joins, works, and is stopped or killed"),
    CONSUMER_SLOW(
            "an instance stands still (`SIGSTOP`) for longer than its session, and wakes up"
                    + " fenced"),
    DISK_FULL(
            "the state folder's file system (tmpfs of its own) is filled to the last byte, in every"
                + " second case with a `kill -9` of an instance that then starts on a full disk"),
    CLOCK_JUMPED(
            "an instance's time of day jumps by up to a day, forwards or backwards, for all classes"
                    + " of Kafka and of the project (an agent replaces System.currentTimeMillis);"
                    + " timestamps of records jump by up to a month"),
    INPUT_DISORDERED("a burst of documents twice or three times each, shuffled, out of time order");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    /// What happens, in a line.
    String text() {
        return text;
    }
}
