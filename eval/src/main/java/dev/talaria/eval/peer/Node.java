package dev.talaria.eval.peer;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The Node of this machine.
///
/// @param program its path
/// @param version such as `v20.20.2`
/// @param npm its package manager; empty where that is not installed
record Node(Path program, String version, Optional<Path> npm) {

    /// The oldest that will do.
    static final int LEAST_MAJOR = 20;

    private static final Pattern VERSION = Pattern.compile("v(\\d{1,4})\\.\\S*");
    private static final int SECONDS = 20;

    /// Looks for it.
    ///
    /// @param path folders, as the variable PATH lists them; null for none
    /// @throws PeerException where it is absent or too old
    static Node find(String path) {
        Path program =
                onPath(path, "node")
                        .orElseThrow(() ->
                                new PeerException(
                                        "'node' is not on the PATH; install Node %d or later with npm, or leave --vs out"
                                                .formatted(LEAST_MAJOR)));
        String version = version(program);
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < LEAST_MAJOR) {
            throw new PeerException(
                    "%s: is Node '%s'; install %d or later, or leave --vs out"
                            .formatted(program, version, LEAST_MAJOR));
        }
        return new Node(program, version, onPath(path, "npm"));
    }

    private static Optional<Path> onPath(String path, String program) {
        return Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .flatMap(folder ->
                        Stream.of(program, program + ".exe", program + ".cmd")
                                .map(name -> Path.of(folder, name)))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private static String version(Path program) {
        try {
            Process process =
                    new ProcessBuilder(List.of(program.toString(), "--version"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new PeerException(program + ": does not say its version; is it Node?");
            }
            byte[] said = process.getInputStream().readNBytes(100);
            return new String(said, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new PeerException(program + ": cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException(program + ": interrupted while waiting for it", e);
        }
    }
}
