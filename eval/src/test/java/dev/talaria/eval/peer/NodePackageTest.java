package dev.talaria.eval.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// With programs named `node` and `npm` that are scripts of ours: nothing is downloaded.
class NodePackageTest {

    @TempDir Path folder;

    private final List<String> progress = new ArrayList<>();

    @Test
    void nodeThatIsNotThereIsSaidWithTheRemedy() {
        assertThatThrownBy(() -> Node.find(folder.toString()))
                .isInstanceOf(PeerException.class)
                .hasMessageContainingAll("'node' is not on the PATH", "leave --vs out");
        assertThatThrownBy(() -> Node.find(null)).isInstanceOf(PeerException.class);
    }

    @Test
    void nodeThatIsTooOldIsNamedWithItsVersion() throws IOException {
        program("node", "echo v18.19.1");

        assertThatThrownBy(() -> Node.find(folder.toString()))
                .isInstanceOf(PeerException.class)
                .hasMessageContainingAll("v18.19.1", "install 20 or later");
    }

    @Test
    void aProgramThatOnlyIsNamedNodeIsNoNode() throws IOException {
        program("node", "echo hello");

        assertThatThrownBy(() -> Node.find(folder.toString()))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("'hello'");
    }

    @Test
    void nodeIsFoundWithItsVersionAndNpm() throws IOException {
        program("node", "echo v24.0.0");
        program("npm", "exit 0");

        Node node = Node.find(folder.resolve("absent") + ":" + folder);

        assertThat(node.version()).isEqualTo("v24.0.0");
        assertThat(node.npm()).contains(folder.resolve("npm"));
    }

    @Test
    void whatIsFetchedIsSaidAndKept() throws IOException {
        Node node = node(install("3.22.1"));

        Path installed = new NodePackage(cache()).installed(node, progress::add);

        assertThat(installed).isEqualTo(cache().resolve("node-llama-cpp-3.22.1"));
        assertThat(installed.resolve("node_modules/node-llama-cpp/package.json")).exists();
        assertThat(Files.readString(installed.resolve("arguments")))
                .contains("--ignore-scripts", "--omit=optional", "node-llama-cpp@3.22.1")
                .doesNotContain("cuda", "vulkan");
        assertThat(progress).singleElement().asString().contains("downloading", "with npm");
    }

    @Test
    void onceFetchedNeitherNpmNorANetworkIsNeeded() throws IOException {
        new NodePackage(cache()).installed(node(install("3.22.1")), progress::add);
        progress.clear();
        Node withoutNpm = new Node(folder.resolve("node"), "v24.0.0", Optional.empty());

        assertThat(new NodePackage(cache()).installed(withoutNpm, progress::add)).isDirectory();
        assertThat(progress).isEmpty();
    }

    @Test
    void npmThatIsNotThereIsSaidOnlyWhenItIsNeeded() {
        Node withoutNpm = new Node(folder.resolve("node"), "v24.0.0", Optional.empty());

        assertThatThrownBy(() -> new NodePackage(cache()).installed(withoutNpm, progress::add))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("'npm' is not on the PATH");
    }

    @Test
    void npmThatFailsIsQuotedAndLeavesNothingBehind() throws IOException {
        Node node = node("echo 'npm error code ENOTFOUND' >&2; exit 1");

        assertThatThrownBy(() -> new NodePackage(cache()).installed(node, progress::add))
                .isInstanceOf(PeerException.class)
                .hasMessageContainingAll("npm error code ENOTFOUND", "check the network");
        try (Stream<Path> left = Files.list(cache())) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void npmThatInstallsSomethingElseHasFailed() throws IOException {
        Node node = node(install("3.0.0"));

        assertThatThrownBy(() -> new NodePackage(cache()).installed(node, progress::add))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("npm cannot install");
    }

    @Test
    void aFolderThatIsNotWholeIsReplaced() throws IOException {
        Path damaged = cache().resolve("node-llama-cpp-3.22.1/node_modules/node-llama-cpp");
        Files.createDirectories(damaged);
        Files.writeString(damaged.resolve("package.json"), "{\"version\":");

        Path installed = new NodePackage(cache()).installed(node(install("3.22.1")), progress::add);

        assertThat(Files.readString(installed.resolve("node_modules/node-llama-cpp/package.json")))
                .contains("3.22.1");
    }

    @Test
    void binariesAreThoseOfTheMachineAndNeverOfAGpu() {
        assertThat(NodePackage.binaries("Linux", "amd64")).isEqualTo("@node-llama-cpp/linux-x64");
        assertThat(NodePackage.binaries("Linux", "aarch64"))
                .isEqualTo("@node-llama-cpp/linux-arm64");
        assertThat(NodePackage.binaries("Windows 11", "amd64"))
                .isEqualTo("@node-llama-cpp/win-x64");
        assertThat(NodePackage.binaries("Mac OS X", "x86_64")).isEqualTo("@node-llama-cpp/mac-x64");
        assertThatThrownBy(() -> NodePackage.binaries("Mac OS X", "aarch64"))
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("mac-arm64");
        assertThatThrownBy(() -> NodePackage.binaries("Linux", "s390x"))
                .isInstanceOf(PeerException.class);
    }

    private Path cache() {
        return folder.resolve("cache");
    }

    private static String install(String version) {
        return """
        echo "$@" > arguments
        mkdir -p node_modules/node-llama-cpp
        echo '{"version":"%s"}' > node_modules/node-llama-cpp/package.json
        """
                .formatted(version);
    }

    private Node node(String npmScript) throws IOException {
        return new Node(folder.resolve("node"), "v24.0.0", Optional.of(program("npm", npmScript)));
    }

    private Path program(String name, String script) throws IOException {
        assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
                "skipped: no shell scripts here");
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
