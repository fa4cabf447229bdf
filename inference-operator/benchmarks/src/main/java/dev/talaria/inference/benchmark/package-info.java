/// What the parts of the inference operator cost one by one, measured with JMH.
///
/// Compiled with every build, run by hand:
///
/// ```
/// ./mvnw -q -Pjmh -pl inference-operator/benchmarks -am -DskipTests verify \
///     -Djmh.args="MultiplyBenchmark -p type=Q4_0 -p rows=1,512"
/// ```
///
/// `jmh.args` are those of JMH: which benchmarks (`-l` lists them), `-p` for parameters, `-t` for
/// threads, `-f`, `-wi`, `-i`, `-r` for forks, iterations and seconds, `-rf json -rff FILE` for a
/// file of results, `-prof gc` to see that nothing is allocated. Secondary results are rates of
/// their own: `gigaMultiplyAdds`, `gigaBytes`, `gigaElements` or `tokens` a second.
///
/// Each benchmark runs on one thread where `-t` does not say otherwise; a figure belongs beside the
/// machine's ceilings, which `./talaria bench` prints: there for all threads together.
package dev.talaria.inference.benchmark;
