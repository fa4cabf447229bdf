package dev.talaria.inference.benchmark;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Work done, which JMH reports by the second beside the calls.
///
/// The fields are public and not final because JMH wants them so.
public class Work {

    /// Of a product.
    @AuxCounters
    @State(Scope.Thread)
    public static class Product {

        /// Multiply-adds, in units of 10⁹.
        public double gigaMultiplyAdds;

        /// Bytes of weights that were read, in units of 10⁹.
        public double gigaBytes;
    }

    /// Of something that is read or written once.
    @AuxCounters
    @State(Scope.Thread)
    public static class Bytes {

        /// In units of 10⁹.
        public double gigaBytes;
    }

    /// Of something done to every element.
    @AuxCounters
    @State(Scope.Thread)
    public static class Elements {

        /// In units of 10⁹.
        public double gigaElements;
    }

    /// Of text.
    @AuxCounters
    @State(Scope.Thread)
    public static class Tokens {

        /// Tokens made.
        public double tokens;

        /// Bytes of text, in units of 10⁶.
        public double megaBytes;
    }

    private Work() {}
}
