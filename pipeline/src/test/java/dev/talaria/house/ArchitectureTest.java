package dev.talaria.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Who may use whom: between modules, within the inference module, and of outside libraries.
class ArchitectureTest {

    private static final Path ROOT = Path.of(System.getProperty("talaria.root", ".."));

    /// Each module's package, and the packages of the modules it may use.
    private static final Map<String, List<String>> MODULES =
            Map.of(
                    "schemas", List.of(),
                    "inference", List.of("schemas"),
                    "datasets", List.of("schemas"),
                    "connectors", List.of("schemas", "datasets"),
                    "eval", List.of("schemas", "datasets", "inference"),
                    "pipeline", List.of("schemas", "datasets", "inference", "connectors"));

    /// The inference module from the bottom up: each may use those before it.
    private static final List<String> INFERENCE_LAYERS =
            List.of(
                    "tensor",
                    "x86",
                    "kernel",
                    "repack",
                    "gguf",
                    "safetensors",
                    "tokenizer",
                    "decode",
                    "model",
                    "engine");

    /// The datasets module from the bottom up: each may use those before it.
    private static final List<String> DATASET_LAYERS =
            List.of(
                    "bytes",
                    "record",
                    "filter",
                    "json",
                    "csv",
                    "parquet",
                    "arrow",
                    "file",
                    "synthetic",
                    "cli");

    /// The suites of the eval module from the bottom up, those of one line not knowing each other.
    private static final List<List<String>> EVAL_LAYERS =
            List.of(
                    List.of("python", "statistics"),
                    List.of("suite"),
                    List.of(
                            "functioncalling",
                            "jsonmode",
                            "choice",
                            "bfcl",
                            "extraction",
                            "report"),
                    List.of("cli"));

    /// What other modules may see of the inference module, besides its root package.
    private static final List<String> INFERENCE_DOORS =
            List.of("embedded", "scripted", "cached", "chunked", "report", "synthetic", "quantize");

    /// Measures the inside of the inference module from above, in a module of its own; nobody's
    /// door.
    private static final String BENCHMARKS = "benchmark";

    /// Outside packages, and the only places that may use them.
    private static final Map<String, List<String>> LIBRARIES =
            Map.ofEntries(
                    Map.entry("jdk.incubator..", List.of("dev.talaria.inference.kernel..")),
                    Map.entry(
                            "org.apache.kafka..",
                            List.of("dev.talaria.connectors..", "dev.talaria.pipeline..")),
                    Map.entry("kafka..", List.of("dev.talaria.pipeline.broker..")),
                    Map.entry("org.apache.arrow..", List.of("dev.talaria.datasets.arrow..")),
                    Map.entry("com.google.flatbuffers..", List.of("dev.talaria.datasets.arrow..")),
                    Map.entry("org.apache.parquet..", List.of("dev.talaria.datasets.parquet..")),
                    Map.entry("org.apache.hadoop..", List.of("dev.talaria.datasets.parquet..")),
                    Map.entry("blue.strategic..", List.of("dev.talaria.datasets.parquet..")),
                    Map.entry("com.github.luben..", List.of("dev.talaria.datasets.bytes..")),
                    Map.entry("org.xerial..", List.of("dev.talaria.datasets.bytes..")),
                    Map.entry("org.brotli..", List.of("dev.talaria.datasets.bytes..")),
                    Map.entry("com.networknt..", List.of("dev.talaria.schemas.validation..")),
                    Map.entry(
                            "picocli..",
                            List.of(
                                    "dev.talaria.pipeline.cli..",
                                    "dev.talaria.eval..",
                                    "dev.talaria.datasets.cli..")),
                    Map.entry("org.jsoup..", List.of("dev.talaria.connectors.text..")),
                    Map.entry("org.apache.tika..", List.of("dev.talaria.connectors.text..")),
                    Map.entry("org.apache.pdfbox..", List.of()),
                    Map.entry("org.apache.poi..", List.of()),
                    Map.entry(
                            "com.hubspot..",
                            List.of("dev.talaria.inference.tokenizer.chat.jinja..")),
                    Map.entry("jinjava..", List.of("dev.talaria.inference.tokenizer.chat.jinja..")),
                    Map.entry("io.micrometer..", List.of("dev.talaria.pipeline.metrics..")),
                    Map.entry("io.prometheus..", List.of("dev.talaria.pipeline.metrics..")),
                    Map.entry("com.sun.net.httpserver..", List.of("dev.talaria.pipeline.health..")),
                    Map.entry("org.openjdk.jmh..", List.of("dev.talaria.inference.benchmark..")));

    private static JavaClasses house;

    @BeforeAll
    static void readTheClasses() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Path module : Modules.under(ROOT)) {
            Path classes = module.resolve("target/classes");
            if (Files.isDirectory(classes)) {
                folders.add(classes);
            }
        }
        house = new ClassFileImporter().importPaths(folders);
    }

    @Test
    void theClassesOfTheHouseAreThere() {
        assertThat(house.containPackage("dev.talaria.schemas.task")).isTrue();
        assertThat(house.containPackage("dev.talaria.inference")).isTrue();
        assertThat(house.containPackage("dev.talaria.datasets.record")).isTrue();
        assertThat(house.containPackage("dev.talaria.connectors.kafka")).isTrue();
        assertThat(house.containPackage("dev.talaria.pipeline.cli")).isTrue();
    }

    @TestFactory
    Stream<DynamicTest> modulesUseOnlyThoseBelowThem() {
        return MODULES.entrySet().stream()
                .map(module -> {
                    List<String> forbidden = new ArrayList<>(MODULES.keySet());
                    forbidden.remove(module.getKey());
                    forbidden.removeAll(module.getValue());
                    return rule(
                            module.getKey(),
                            packages("dev.talaria.", List.of(module.getKey())),
                            packages("dev.talaria.", forbidden));
                });
    }

    @TestFactory
    Stream<DynamicTest> inferenceLayersUseOnlyThoseBelowThem() {
        Map<String, DynamicTest> rules = new LinkedHashMap<>();
        for (int i = 0; i < INFERENCE_LAYERS.size(); i++) {
            List<String> above =
                    new ArrayList<>(INFERENCE_LAYERS.subList(i + 1, INFERENCE_LAYERS.size()));
            above.addAll(INFERENCE_DOORS);
            above.add(BENCHMARKS);
            List<String> forbidden = new ArrayList<>(packages("dev.talaria.inference.", above));
            forbidden.add("dev.talaria.inference");
            String layer = INFERENCE_LAYERS.get(i);
            rules.put(
                    layer,
                    rule(layer, packages("dev.talaria.inference.", List.of(layer)), forbidden));
        }
        return rules.values().stream();
    }

    @TestFactory
    Stream<DynamicTest> layersOfDatasetsUseOnlyThoseBelowThem() {
        return IntStream.range(0, DATASET_LAYERS.size())
                .mapToObj(i ->
                        rule(
                                DATASET_LAYERS.get(i),
                                packages("dev.talaria.datasets.", List.of(DATASET_LAYERS.get(i))),
                                packages(
                                        "dev.talaria.datasets.",
                                        DATASET_LAYERS.subList(i + 1, DATASET_LAYERS.size()))));
    }

    @TestFactory
    Stream<DynamicTest> layersOfEvaluationsUseOnlyThoseBelowThem() {
        return IntStream.range(0, EVAL_LAYERS.size()).boxed().flatMap(ArchitectureTest::evalLayer);
    }

    private static Stream<DynamicTest> evalLayer(int layer) {
        return EVAL_LAYERS.get(layer).stream()
                .map(name -> {
                    List<String> forbidden = new ArrayList<>(EVAL_LAYERS.get(layer));
                    forbidden.remove(name);
                    EVAL_LAYERS.subList(layer + 1, EVAL_LAYERS.size()).forEach(forbidden::addAll);
                    return rule(
                            name,
                            packages("dev.talaria.eval.", List.of(name)),
                            packages("dev.talaria.eval.", forbidden));
                });
    }

    @Test
    void theContractOfInferenceKnowsNothingOfItsInside() {
        noClasses()
                .that()
                .resideInAPackage("dev.talaria.inference")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        packages("dev.talaria.inference.", INFERENCE_LAYERS).toArray(String[]::new))
                .allowEmptyShould(false)
                .check(house);
    }

    @Test
    void otherModulesSeeOnlyTheContractOfInferenceAndItsDoors() {
        noClasses()
                .that()
                .resideInAPackage("dev.talaria..")
                .and()
                .resideOutsideOfPackage("dev.talaria.inference..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        packages("dev.talaria.inference.", INFERENCE_LAYERS).toArray(String[]::new))
                .check(house);
    }

    @Test
    void anEngineToCompareWithKnowsNothingOfTheBench() {
        noClasses()
                .that()
                .resideInAPackage("dev.talaria.eval.peer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.talaria.eval.bench..")
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void jobsOnFilesKnowNothingOfKafka() {
        noClasses()
                .that()
                .resideInAPackage("dev.talaria.pipeline.batch..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "dev.talaria.connectors.kafka..",
                        "dev.talaria.pipeline.jobs..",
                        "dev.talaria.pipeline.app..")
                .check(house);
    }

    @TestFactory
    Stream<DynamicTest> outsideLibrariesHaveTheirPlaces() {
        return LIBRARIES.entrySet().stream()
                .map(library ->
                        DynamicTest.dynamicTest(
                                library.getKey(),
                                () ->
                                        noClasses()
                                                .that()
                                                .resideOutsideOfPackages(
                                                        library.getValue().toArray(String[]::new))
                                                .should()
                                                .dependOnClassesThat()
                                                .resideInAPackage(library.getKey())
                                                .check(house)));
    }

    // A module or layer may have no classes yet.
    private static DynamicTest rule(String name, List<String> users, List<String> forbidden) {
        return DynamicTest.dynamicTest(
                name,
                () ->
                        noClasses()
                                .that()
                                .resideInAnyPackage(users.toArray(String[]::new))
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(forbidden.toArray(String[]::new))
                                .allowEmptyShould(true)
                                .check(house));
    }

    private static List<String> packages(String prefix, List<String> names) {
        return names.stream().map(name -> prefix + name + "..").toList();
    }
}
