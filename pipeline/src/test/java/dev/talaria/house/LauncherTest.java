package dev.talaria.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The launcher in a house of its own: JDKs that print what they are told, and a build that is one
/// line.
class LauncherTest {

    private record Outcome(int code, String out, String err) {}

    @TempDir Path temp;

    private Path root;
    private Path home;
    private Path machineJvms;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void buildTheHouse() throws IOException {
        root = Files.createDirectories(temp.resolve("a house/talaria"));
        home = Files.createDirectories(temp.resolve("home"));
        machineJvms = Files.createDirectories(temp.resolve("jvms"));
        Path real = Path.of(System.getProperty("talaria.root", "..")).resolve("talaria");
        // Where this machine keeps its JDKs is not where the test's are.
        String script =
                Files.readString(real)
                        .replace("/usr/lib/jvm/", machineJvms + "/")
                        .replace("/opt/", machineJvms + "/opt/");
        executable(root.resolve("talaria"), script);
        executable(
                root.resolve("mvnw"),
                """
                #!/usr/bin/env bash
                [ -z "${FAILING_BUILD:-}" ] || { echo "no such artifact"; exit 1; }
                echo built >>builds
                mkdir -p pipeline/target && echo "/lib/a.jar:/lib/b.jar" >pipeline/target/classpath.txt
                touch pipeline/target/pipeline-1.jar
                """);
        Files.createDirectories(root.resolve("pipeline/src/main/java"));
        Files.writeString(root.resolve("pipeline/pom.xml"), "<project/>");
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Path bin = Files.createDirectories(temp.resolve("bin"));
        for (String tool :
                List.of(
                        "bash",
                        "env",
                        "sed",
                        "grep",
                        "head",
                        "cat",
                        "cksum",
                        "dirname",
                        "readlink",
                        "find",
                        "mkdir",
                        "rm",
                        "mv",
                        "touch",
                        "uname",
                        "sleep")) {
            executable(
                    bin.resolve(tool),
                    "#!%s\nexec %s \"$@\"\n".formatted(which("bash"), which(tool)));
        }
        environment.put("PATH", bin.toString());
        environment.put("HOME", home.toString());
    }

    @Test
    void itStartsTheCommandLineThroughASymbolicLinkFromAnyFolder() throws Exception {
        Path jdk = jdk(machineJvms.resolve("new"), 25, true);
        Path link = Files.createSymbolicLink(home.resolve("t"), root.resolve("talaria"));
        Path second = Files.createSymbolicLink(home.resolve("u"), Path.of("t"));
        environment.put("TALARIA_OPTS", "-Xmx3g -Da=b");

        Outcome outcome = run(temp, second, "demo", "two words");

        assertThat(outcome.err()).contains("building Talaria (once, about a minute) …");
        assertThat(outcome.out())
                .contains(
                        "java of " + jdk,
                        "[-Xmx3g]",
                        "[-Da=b]",
                        "[dev.talaria.pipeline.cli.Main]",
                        "[demo]",
                        "[two words]",
                        root + "/pipeline/target/pipeline-1.jar:/lib/a.jar:/lib/b.jar",
                        "[@" + root + "/pipeline/src/main/launcher/jvm.options]");
        assertThat(outcome.code()).isZero();
        assertThat(Files.exists(link)).isTrue();
    }

    @Test
    void aCommandKeepsItsClassesInTheUsersCache() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);

        Outcome demo = run(temp, root.resolve("talaria"), "demo");
        Outcome help = run(temp, root.resolve("talaria"), "--help");

        String folder = "[-XX:SharedArchiveFile=" + home + "/.cache/talaria/classes/";
        assertThat(demo.out()).contains("[-XX:+AutoCreateSharedArchive]", folder + "demo-");
        assertThat(help.out()).contains(folder + "other-");
    }

    @Test
    void classesThatNobodyHasUsedForMonthsMakeRoomForNewOnes() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);
        Path folder = Files.createDirectories(home.resolve(".cache/talaria/classes"));
        Path forgotten = Files.writeString(folder.resolve("demo-1-2.jsa"), "classes");
        Path recent = Files.writeString(folder.resolve("demo-3-4.jsa"), "classes");
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(90)));
        Files.getFileAttributeView(forgotten, BasicFileAttributeView.class)
                .setTimes(longAgo, longAgo, null);

        run(temp, root.resolve("talaria"), "demo");

        assertThat(forgotten).doesNotExist();
        assertThat(recent).exists();
    }

    @Test
    void classesOfJarsThatHaveBeenBuiltAnewSinceAreMadeAnew() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);
        Matcher option =
                Pattern.compile("\\[-XX:SharedArchiveFile=(.*)]")
                        .matcher(run(temp, root.resolve("talaria"), "demo").out());
        assertThat(option.find()).isTrue();
        Path classes = Files.writeString(Path.of(option.group(1)), "classes");
        Path ofStarts = Files.writeString(Path.of(classes + ".start"), "classes");

        run(temp, root.resolve("talaria"), "demo");
        assertThat(classes).exists();
        assertThat(ofStarts).exists();

        Files.setLastModifiedTime(
                root.resolve("pipeline/target/pipeline-1.jar"),
                FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
        run(temp, root.resolve("talaria"), "demo");
        assertThat(classes).doesNotExist();
        assertThat(ofStarts).doesNotExist();
    }

    @Test
    void anAssembledFolderThatKeepsClassesServesAllCommandsWithThem() throws Exception {
        Path folder = assembled(temp.resolve("opt/talaria"));
        jdk(machineJvms.resolve("new"), 25, true);
        Outcome before = run(temp, folder.resolve("talaria"), "demo");
        assertThat(before.out()).contains("[-XX:SharedArchiveFile=" + home + "/.cache/");

        Outcome kept = run(temp, folder.resolve("talaria"), "--keep-classes");

        assertThat(kept.err()).contains("talaria: " + folder + "/classes/");
        assertThat(kept.code()).isZero();
        Outcome demo = run(temp, folder.resolve("talaria"), "demo");
        Outcome help = run(temp, folder.resolve("talaria"), "--help");
        String option = "[-XX:SharedArchiveFile=" + folder + "/classes/";
        assertThat(demo.out()).contains(option).doesNotContain("AutoCreate");
        assertThat(help.out()).contains(option).doesNotContain("AutoCreate");
    }

    @Test
    void anotherJavaDoesNotUseTheClassesThatAFolderKeeps() throws Exception {
        Path folder = assembled(temp.resolve("opt/talaria"));
        jdk(machineJvms.resolve("new"), 25, true);
        run(temp, folder.resolve("talaria"), "--keep-classes");
        environment.put("TALARIA_JAVA_HOME", jdk(temp.resolve("own"), 25, true).toString());

        Outcome demo = run(temp, folder.resolve("talaria"), "demo");

        assertThat(demo.out()).contains("[-XX:SharedArchiveFile=" + home + "/.cache/");
    }

    @Test
    void classesThatCannotBeKeptAreAnErrorThatSaysWhy() throws Exception {
        Path spaced = assembled(temp.resolve("an opt/talaria"));
        Path silent = assembled(temp.resolve("opt/talaria"));
        Path jdk = jdk(machineJvms.resolve("new"), 25, true);

        Outcome house = run(temp, root.resolve("talaria"), "--keep-classes");
        Outcome unnameable = run(temp, spaced.resolve("talaria"), "--keep-classes");
        executable(jdk.resolve("bin/java"), "#!/usr/bin/env bash\n");
        Outcome unwritten = run(temp, silent.resolve("talaria"), "--keep-classes");

        assertThat(house.err()).contains("for a folder that deploy/assemble has made");
        assertThat(house.code()).isEqualTo(2);
        assertThat(unnameable.err()).contains("no JVM option can name it");
        assertThat(unnameable.code()).isEqualTo(1);
        assertThat(unwritten.err()).contains("the JVM has not written it");
        assertThat(unwritten.code()).isEqualTo(1);
    }

    /// What deploy/assemble makes, with one jar.
    private Path assembled(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("launcher"));
        Files.createDirectories(folder.resolve("lib"));
        Files.writeString(folder.resolve("lib/class-path.txt"), "a.jar\n");
        executable(folder.resolve("talaria"), Files.readString(root.resolve("talaria")));
        return folder;
    }

    @Test
    void withoutACacheThatCanBeWrittenItStartsAllTheSame() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);
        Files.writeString(home.resolve(".cache"), "a file where the folder should be");

        Outcome outcome = run(temp, root.resolve("talaria"), "demo");

        assertThat(outcome.out()).contains("[demo]").doesNotContain("SharedArchive");
        assertThat(outcome.code()).isZero();
    }

    @Test
    void classesAreLeftToWhoHasOptionsOfTheirOwnForThem() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);
        for (String own : List.of("-Xshare:off", "-javaagent:a.jar", "-XX:AOTCache=a")) {
            environment.put("TALARIA_OPTS", own);
            assertThat(run(temp, root.resolve("talaria"), "demo").out())
                    .contains("[" + own + "]")
                    .doesNotContain("AutoCreate");
        }
    }

    @Test
    void itBuildsOnceAndAgainWhereASourceIsNewer() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);

        run(root, root.resolve("talaria"), "one");
        Outcome second = run(root, root.resolve("talaria"), "two");
        assertThat(second.err()).doesNotContain("building");
        assertThat(root.resolve("builds")).hasContent("built");

        Path source =
                Files.writeString(root.resolve("pipeline/src/main/java/A.java"), "class A {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        run(root, root.resolve("talaria"), "three");

        assertThat(Files.readAllLines(root.resolve("builds"))).hasSize(2);
        assertThat(root.resolve("target/launcher/lock")).doesNotExist();
    }

    @Test
    void aBuildThatFailsShowsItsLog() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);
        environment.put("FAILING_BUILD", "yes");

        Outcome outcome = run(root, root.resolve("talaria"), "demo");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("no such artifact", "the build failed");
        assertThat(root.resolve("target/launcher/lock")).doesNotExist();
    }

    @Test
    void aLockWhoseProcessIsGoneDoesNotHoldUpTheBuild() throws Exception {
        jdk(machineJvms.resolve("new"), 25, true);
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path lock = Files.createDirectories(root.resolve("target/launcher/lock"));
        Files.writeString(lock.resolve("pid"), Long.toString(gone.pid()));

        Outcome outcome = run(root, root.resolve("talaria"), "demo");

        assertThat(outcome.code()).isZero();
    }

    @Test
    void withoutAFittingJdkItSaysWhatItSawAndHowToGetOne() throws Exception {
        jdk(machineJvms.resolve("old"), 17, true);
        jdk(machineJvms.resolve("small"), 26, false);

        Outcome outcome = run(root, root.resolve("talaria"), "demo");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err())
                .contains(
                        "no JDK 25 or later with the module jdk.incubator.vector",
                        machineJvms + "/old: is Java 17",
                        machineJvms + "/small: is Java 26 without the module",
                        "install");
    }

    @Test
    void withoutAnyJdkItSaysThatToo() throws Exception {
        Outcome outcome = run(root, root.resolve("talaria"), "demo");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("there is no JDK", "install");
    }

    @Test
    void theJdkThatIsNamedIsTheOneThatIsUsed() throws Exception {
        jdk(machineJvms.resolve("machine"), 26, true);
        environment.put("JAVA_HOME", jdk(temp.resolve("java-home"), 25, true).toString());
        Path named = jdk(temp.resolve("named"), 25, true);
        environment.put("TALARIA_JAVA_HOME", named.toString());

        Outcome outcome = run(root, root.resolve("talaria"), "--print-java-home");
        environment.remove("TALARIA_JAVA_HOME");
        Outcome unnamed = run(root, root.resolve("talaria"), "--print-java-home");

        assertThat(outcome.out().strip()).isEqualTo(named.toString());
        assertThat(unnamed.out().strip()).isEqualTo(temp.resolve("java-home").toString());
    }

    @Test
    void aNamedJdkThatDoesNotFitIsAnErrorThatSaysWhy() throws Exception {
        jdk(machineJvms.resolve("machine"), 25, true);
        environment.put("TALARIA_JAVA_HOME", jdk(temp.resolve("old"), 21, true).toString());

        Outcome outcome = run(root, root.resolve("talaria"), "demo");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("TALARIA_JAVA_HOME=", "is Java 21");
    }

    @Test
    void aJdkUnderTheHomeFolderIsFound() throws Exception {
        Path jdk = jdk(home.resolve(".sdkman/candidates/java/25-tem"), 25, true);

        Outcome outcome = run(root, root.resolve("talaria"), "--print-java-home");

        assertThat(outcome.out().strip()).isEqualTo(jdk.toString());
    }

    private static Path jdk(Path folder, int version, boolean vectorApi) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        executable(
                folder.resolve("bin/java"),
                """
                #!/usr/bin/env bash
                echo "java of %s"
                printf '[%%s]\\n' "$@"
                for option in "$@"; do
                    case $option in -XX:ArchiveClassesAtExit=*) echo >"${option#*=}" ;; esac
                done
                """
                        .formatted(folder));
        executable(folder.resolve("bin/javac"), "#!/usr/bin/env bash\n");
        Files.writeString(
                folder.resolve("release"),
                "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"%d.0.1\"\nMODULES=\"java.base%s java.xml\"\n"
                        .formatted(version, vectorApi ? " jdk.incubator.vector" : ""));
        return folder;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path which(String tool) {
        return Stream.of("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin")
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this machine has no " + tool));
    }

    private Outcome run(Path folder, Path script, String... arguments) throws Exception {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Stream.concat(Stream.of(script.toString()), Stream.of(arguments)).toList());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process =
                builder.directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IllegalStateException("no end: " + Files.readString(err));
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
