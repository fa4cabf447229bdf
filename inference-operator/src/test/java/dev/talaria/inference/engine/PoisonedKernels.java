package dev.talaria.inference.engine;

import dev.talaria.inference.kernel.KernelProvider;
import dev.talaria.inference.kernel.Kernels;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// The vector kernels, which fail at steps that hold one token: it is known by its embedding, the
/// first thing that is normed.
final class PoisonedKernels implements InvocationHandler {

    private static final int X = 0;
    private static final int X_OFFSET = 1;
    private static final int LENGTH = 6;

    private final Kernels kernels = KernelProvider.choose("vector");
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean learns;
    private volatile float[] poison;
    private volatile Supplier<Throwable> failure;
    private volatile int most;

    Kernels kernels() {
        return (Kernels)
                Proxy.newProxyInstance(
                        Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, this);
    }

    /// Takes the only token of a step that the caller computes now as the poison.
    void learn(Runnable step) {
        poison = null;
        learns = true;
        step.run();
    }

    /// Fails from now on, at most so often, with the token of [#learn].
    void failWith(Supplier<Throwable> thrown, int times) {
        failures.set(0);
        most = times;
        failure = thrown;
    }

    int failures() {
        return failures.get();
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("rmsNorm")) {
            look(arguments);
        }
        try {
            return method.invoke(kernels, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void look(Object[] arguments) throws Throwable {
        float[] x = (float[]) arguments[X];
        int from = (int) arguments[X_OFFSET];
        int to = from + (int) arguments[LENGTH];
        if (learns) {
            learns = false;
            poison = Arrays.copyOfRange(x, from, to);
        } else if (failure != null && Arrays.equals(x, from, to, poison, 0, poison.length)) {
            if (failures.get() < most) {
                failures.incrementAndGet();
                throw failure.get();
            }
        }
    }
}
