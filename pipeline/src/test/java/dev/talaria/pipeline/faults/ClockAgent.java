package dev.talaria.pipeline.faults;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Lets every class of the class path, Kafka's among them, ask [JumpingClock] for the time of day.
/// Classes of the JDK ask the machine as before; their waits go by `nanoTime` anyway.
public final class ClockAgent {

    private static final String METHOD = "currentTimeMillis";
    private static final ClassDesc CLOCK = ClassDesc.of(JumpingClock.class.getName());
    private static final MethodTypeDesc MILLIS = MethodTypeDesc.of(ConstantDescs.CD_long);

    private ClockAgent() {}

    /// Called before `main`.
    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new Transformer());
    }

    /// A jar that names this class as an agent; the class itself is on the class path.
    static Path jar(Path folder) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(new Attributes.Name("Premain-Class"), ClockAgent.class.getName());
        Path jar = folder.resolve("clock-agent.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    private static final class Transformer implements ClassFileTransformer {

        @Override
        public byte[] transform(
                ClassLoader loader,
                String name,
                Class<?> redefined,
                ProtectionDomain domain,
                byte[] bytes) {
            boolean isOurs =
                    loader == ClassLoader.getSystemClassLoader()
                            && !name.equals(JumpingClock.class.getName().replace('.', '/'));
            if (!isOurs || !new String(bytes, StandardCharsets.ISO_8859_1).contains(METHOD)) {
                return null;
            }
            try {
                ClassFile file = ClassFile.of();
                CodeTransform calls =
                        (code, element) -> {
                            if (asksForTheTime(element)) {
                                code.invokestatic(CLOCK, METHOD, MILLIS);
                            } else {
                                code.with(element);
                            }
                        };
                return file.transformClass(
                        file.parse(bytes), ClassTransform.transformingMethodBodies(calls));
            } catch (RuntimeException e) {
                // An agent that throws is ignored silently.
                System.out.println("clock agent: " + name + ": " + e);
                return null;
            }
        }

        private static boolean asksForTheTime(CodeElement element) {
            return element instanceof InvokeInstruction call
                    && call.opcode() == Opcode.INVOKESTATIC
                    && call.name().equalsString(METHOD)
                    && call.owner().asInternalName().equals("java/lang/System");
        }
    }
}
