package dev.talaria.eval.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Brings code to the compiler before it is measured.
///
/// Code that uses the Vector API runs about a hundred times slower until HotSpot's optimizing
/// compiler (C2) has made machine code of it, and it compiles in the background, so a number of
/// repetitions says nothing. What does is the JVM's own account of the time its compilers have
/// spent: a pass is repeated until that has not changed for a second, and for two passes at least.
/// Because other code of the process can keep the compilers busy for ever, there is an end to it.
final class WarmUp {

    private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LIMIT_NANOS = Duration.ofSeconds(90).toNanos();
    private static final int LEAST_PASSES = 3;
    private static final int QUIET_PASSES = 2;

    private final LongSupplier compilationMillis;
    private final LongSupplier nanoTime;

    WarmUp(LongSupplier compilationMillis, LongSupplier nanoTime) {
        this.compilationMillis = compilationMillis;
        this.nanoTime = nanoTime;
    }

    /// With the clocks of this JVM. One that does not account for its compilers is warm after the
    /// least number of passes and a second.
    static WarmUp ofThisJvm() {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        boolean accounts = compilers != null && compilers.isCompilationTimeMonitoringSupported();
        return new WarmUp(
                accounts ? compilers::getTotalCompilationTime : () -> 0L, System::nanoTime);
    }

    /// Repeats the pass until the compilers rest.
    ///
    /// @return how many passes it took
    int run(Runnable pass) {
        long start = nanoTime.getAsLong();
        long compiled = compilationMillis.getAsLong();
        long quietSince = start;
        int quiet = 0;
        for (int passes = 1; ; passes++) {
            pass.run();
            long now = nanoTime.getAsLong();
            long total = compilationMillis.getAsLong();
            if (total == compiled) {
                quiet++;
            } else {
                compiled = total;
                quietSince = now;
                quiet = 0;
            }
            boolean rests = quiet >= QUIET_PASSES && now - quietSince >= QUIET_NANOS;
            if (passes >= LEAST_PASSES && (rests || now - start >= LIMIT_NANOS)) {
                return passes;
            }
        }
    }
}
