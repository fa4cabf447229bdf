package dev.talaria.eval.peer;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The npm package with llama.cpp in it, kept in a cache folder: fetched once, used without a
/// network from then on.
///
/// Only the package, the compiled binaries for this machine's processor, and what the package needs
/// are fetched: not the binaries for GPUs, which are optional to it. No scripts of packages are
/// run.
final class NodePackage {

    /// Its name in the registry.
    static final String NAME = "node-llama-cpp";

    /// The one version whose inside the script knows.
    static final String VERSION = "3.22.1";

    private static final int MINUTES = 15;
    private static final int SHOWN_BYTES = 600;

    private final Path folder;

    /// @param cache where to keep it
    NodePackage(Path cache) {
        this.folder = cache.resolve(NAME + "-" + VERSION);
    }

    /// The folder with the package, fetched now where it was not there.
    ///
    /// @throws PeerException where npm is absent or fails, or the folder cannot be written
    Path installed(Node node, Consumer<String> progress) {
        if (isWhole(folder)) {
            return folder;
        }
        Path npm =
                node.npm()
                        .orElseThrow(() ->
                                new PeerException(
                                        "'npm' is not on the PATH; install it once to fetch %s %s, or leave --vs out"
                                                .formatted(NAME, VERSION)));
        String binaries = binaries(System.getProperty("os.name"), System.getProperty("os.arch"));
        progress.accept(
                "downloading %s %s and %s %s with npm to %s (about 100 MB, once; no network is needed afterwards)"
                        .formatted(NAME, VERSION, binaries, VERSION, folder));
        try {
            Files.createDirectories(folder.getParent());
            Path partial = Files.createTempDirectory(folder.getParent(), NAME);
            try {
                install(npm, binaries, partial);
                putInPlace(partial);
            } finally {
                delete(partial);
            }
        } catch (IOException e) {
            throw new PeerException(
                    folder + ": cannot be written: " + e + "; make room, or set XDG_CACHE_HOME", e);
        }
        return folder;
    }

    private static boolean isWhole(Path folder) {
        Path manifest = folder.resolve("node_modules").resolve(NAME).resolve("package.json");
        if (!Files.isRegularFile(manifest)) {
            return false;
        }
        try {
            String text = Files.readString(manifest);
            return JsonMapper.shared().readTree(text).path("version").asString("").equals(VERSION);
        } catch (IOException | JacksonException e) {
            return false;
        }
    }

    // Another process may have been faster; one that is not whole gives way.
    private void putInPlace(Path partial) throws IOException {
        if (isWhole(folder)) {
            return;
        }
        delete(folder);
        Files.move(partial, folder);
    }

    /// The package with the binaries for a machine.
    ///
    /// @throws PeerException where there are none that do without a GPU
    static String binaries(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system =
                os.startsWith("linux")
                        ? "linux"
                        : os.startsWith("mac") ? "mac" : os.startsWith("windows") ? "win" : os;
        String processor =
                switch (osArch) {
                    case "amd64", "x86_64" -> "x64";
                    case "aarch64" -> "arm64";
                    default -> osArch;
                };
        String name = system + "-" + processor;
        if (!List.of("linux-x64", "linux-arm64", "mac-x64", "win-x64", "win-arm64")
                .contains(name)) {
            throw new PeerException(
                    "%s has no binaries for %s that compute without a GPU; leave --vs out"
                            .formatted(NAME, name));
        }
        return "@node-llama-cpp/" + name;
    }

    private static void install(Path npm, String binaries, Path into) throws IOException {
        Files.writeString(into.resolve("package.json"), "{\"private\":true}\n");
        List<String> command = new ArrayList<>(List.of(npm.toString(), "install"));
        command.addAll(
                List.of("--omit=optional", "--ignore-scripts", "--save-exact", "--no-audit"));
        command.addAll(List.of("--no-fund", "--no-progress", "--loglevel=error"));
        command.addAll(List.of(NAME + "@" + VERSION, binaries + "@" + VERSION));
        Path log = into.resolve("npm.log");
        Process process =
                new ProcessBuilder(command)
                        .directory(into.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        process.getOutputStream().close();
        int code = await(process);
        if (code != 0 || !isWhole(into)) {
            throw new PeerException(
                    "npm cannot install %s %s: %s; check the network and 'npm config get registry', or leave --vs out"
                            .formatted(NAME, VERSION, end(log)));
        }
    }

    private static int await(Process process) {
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new PeerException(
                        "npm did not finish within %d minutes; try again, or leave --vs out"
                                .formatted(MINUTES));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new PeerException("interrupted while npm was installing", e);
        }
    }

    private static String end(Path log) throws IOException {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
        String oneLine = String.join(" / ", text.lines().map(String::strip).toList());
        return oneLine.length() <= SHOWN_BYTES ? oneLine : oneLine.substring(0, SHOWN_BYTES) + "…";
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path each, IOException failure)
                            throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(each);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
