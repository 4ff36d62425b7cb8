package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.core.mesh.Refusal.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broken, unusual, hostile and conformance files that nobody in the project wrote, each read and
 * reported on in a process whose heap is too small for 256 MB. Skipped where the corpus is not.
 */
class OddFilesTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("ktizo.root", "."), "..", "shared", "corpus");
  private static final List<String> FOLDERS =
      List.of("mesh/odd", "3mf/conformance", "3mf/samples", "3mf/hostile");

  /** Leaves the virtual machine itself, without its heap, 64 MB of the 256. */
  private static final String HEAP = "-Xmx192m";

  private static final long MOST_MILLIS = 2_000;

  /** The rule in a file's name, the code that fits it, and words that name the rule. */
  private record Rule(String name, Code code, String words) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("DuplicatedColorGroupId", Code.MALFORMED, "same id, 3"),
          new Rule("DuplicatedIdAcrossGroup", Code.MALFORMED, "same id, 2"),
          new Rule("MissingColorValue", Code.MALFORMED, "color lacks its attribute color"),
          new Rule("MissingTexId", Code.MALFORMED, "lacks its attribute texid"),
          new Rule("DuplicatedTexture2DGroup", Code.MALFORMED, "same id, 4"),
          new Rule("DuplicatedCompositeMaterials", Code.MALFORMED, "same id, 5"),
          new Rule("MissingMatidMatIndices", Code.MALFORMED, "lacks its attribute matid"),
          new Rule("MultipleReferenceToBaseMatterials", Code.MALFORMED, "more than one material"),
          new Rule("ReferToAnotherMultiProperties", Code.MALFORMED, "other multiproperties"),
          new Rule("MultipleReferenceToColorgroup", Code.MALFORMED, "more than one color group"),
          new Rule(
              "MultipleReferenceToCompositeMaterials", Code.MALFORMED, "more than one material"),
          new Rule("5e_ReferenceToMultiProperties", Code.MALFORMED, "other multiproperties"),
          new Rule("2DTexture_MissingPath", Code.MALFORMED, "texture2d lacks its attribute path"),
          new Rule("NonExist3DModelPart", Code.INVALID_PACKAGE, "which of its parts is the 3D"),
          new Rule("LinkToExternal", Code.INVALID_PACKAGE, "outside itself"),
          new Rule("MoreThanOne3DModelPart", Code.INVALID_PACKAGE, "more than one 3D model part"),
          new Rule("NonExistThumbnailPart", Code.INVALID_PACKAGE, "thumbnail"),
          new Rule("MoreThanOnePrintTicket", Code.INVALID_PACKAGE, "more than one print ticket"),
          new Rule("NonUTF_Encoding", Code.MALFORMED, "encoding UTF-8"),
          new Rule("DataTypeDefinitionInXMLMarkup", Code.MALFORMED, "DTD"),
          new Rule("UndefinedNameSpaceInXDS", Code.MALFORMED, "no specification defines"),
          new Rule("WhiteSpace", Code.MALFORMED, "xml:space"),
          new Rule("MissingMetadataName", Code.MALFORMED, "metadata has no name"),
          new Rule("DuplicatedMetadataName", Code.MALFORMED, "metadata have the same name"),
          new Rule("NotMatchingObjectIdInBuildItem", Code.DANGLING_REFERENCE, "object 14"),
          new Rule("BuildItemReferToObjectOfTypeOther", Code.MALFORMED, "type other"),
          new Rule("MoreThanOneModel", Code.MALFORMED, "exactly one model element"),
          new Rule("MissingResourceElement", Code.MALFORMED, "lacks its resources"),
          new Rule("InvalidObjectType", Code.MALFORMED, "object's type is none of"),
          new Rule("PID_IsNotSpecified", Code.MALFORMED, "pid is not specified"),
          new Rule("DuplicatedBaseMaterials", Code.MALFORMED, "same id, 1"));

  /** Other files without a usable mesh, and why they have none. */
  private static final Map<String, Code> WITHOUT_MESH =
      Map.ofEntries(
          // States 353,535,235,358 vertices in 300 bytes.
          Map.entry("assimp__OutOfMemory.off", Code.TRUNCATED),
          Map.entry("openscad__invalidvertex.stl", Code.BAD_COORDINATE),
          // Points and lines only.
          Map.entry("assimp__point_cloud.obj", Code.EMPTY),
          Map.entry("assimp__testline.obj", Code.EMPTY),
          Map.entry("trimesh__ply_empty_ascii.ply", Code.EMPTY),
          Map.entry("trimesh__stl_empty_ascii.stl", Code.EMPTY),
          Map.entry("trimesh__points_ascii.ply", Code.UNSUPPORTED_FEATURE),
          Map.entry("trimesh__points_ascii_with_lists.ply", Code.UNSUPPORTED_FEATURE),
          Map.entry("trimesh__points_bin.ply", Code.UNSUPPORTED_FEATURE),
          Map.entry("trimesh__points_emptyface.ply", Code.UNSUPPORTED_FEATURE),
          // Beams, slices and volumetric data: the triangles are not the shape.
          Map.entry("3mf-samples__pyramid.3mf", Code.UNSUPPORTED_FEATURE),
          Map.entry("pyramid.3mf", Code.UNSUPPORTED_FEATURE),
          Map.entry("lib3mf__2ProductionBoxes.3mf", Code.UNSUPPORTED_FEATURE),
          Map.entry("lib3mf__MultiSliceStack_NoFile.3mf", Code.UNSUPPORTED_FEATURE),
          Map.entry("lib3mf__SphereInACage.3mf", Code.UNSUPPORTED_FEATURE),
          Map.entry("DOS-FUZ-SLIC3R-0.3mf", Code.UNSUPPORTED_FEATURE),
          Map.entry("lib3mf__BeamSet_Not_Unique.3mf", Code.EMPTY),
          Map.entry("lib3mf__negative_keystore_missing_attributes.3mf", Code.ENCRYPTED),
          // Break rules of the 3MF core specification: 3.4 required extensions, 4.1 a mesh of
          // fewer than four triangles, 3.4.1 a metadata name whose namespace is not declared.
          Map.entry("lib3mf__NotListed.3mf", Code.MALFORMED),
          Map.entry("lib3mf__MustWarnOrFail.3mf", Code.MALFORMED),
          Map.entry("lib3mf__Box_Attributes_Negative_1.3mf", Code.MALFORMED),
          Map.entry("lib3mf__MetaData_Object_VendorNS_Fail.3mf", Code.MALFORMED),
          Map.entry("DOS-FUZ-LIB3MF.3mf", Code.MALFORMED),
          Map.entry("ZIP-CBR_capitalization-both-referenced.3mf", Code.INVALID_PACKAGE),
          Map.entry("ZIP-SFT_same-file-twice.3mf", Code.INVALID_PACKAGE),
          Map.entry("ZIP-SL-C_symbolic-link-circle.3mf", Code.INVALID_PACKAGE),
          // Archives within archives, and overlapping entries, without any model; never inflated.
          Map.entry("ZIP-10.3mf", Code.UNKNOWN_FORMAT),
          Map.entry("ZIP-20.3mf", Code.UNKNOWN_FORMAT),
          Map.entry("ZIP-zbsm.3mf", Code.UNKNOWN_FORMAT));

  /** What the process said of one file. */
  private record Answer(long cpuMillis, String outcome, String location, String message) {
    boolean read() {
      return outcome.equals("read");
    }

    Optional<Code> code() {
      return Stream.of(Code.values()).filter(code -> code.name().equals(outcome)).findAny();
    }
  }

  private static final Map<Path, Answer> ANSWERS = new TreeMap<>();

  @BeforeAll
  static void read_everything_in_a_small_process(@TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(Files.isDirectory(CORPUS), "the corpus of odd files is not beside this project");
    ANSWERS.clear();
    ANSWERS.putAll(answers(files(), folder));
  }

  @Test
  void every_file_has_a_typed_answer() throws IOException {
    assertThat(ANSWERS.keySet()).containsExactlyInAnyOrderElementsOf(files());
    assertThat(ANSWERS)
        .allSatisfy(
            (file, answer) ->
                assertThat(answer.read() || answer.code().isPresent())
                    .as("%s: %s", file.getFileName(), answer)
                    .isTrue());
  }

  @Test
  void no_file_takes_two_seconds() {
    assertThat(ANSWERS)
        .allSatisfy(
            (file, answer) -> assertThat(answer.cpuMillis).as(name(file)).isLessThan(MOST_MILLIS));
  }

  @Test
  void every_file_that_must_fail_is_refused_for_its_own_rule() {
    Map<Path, Answer> mustFail = named("MUSTFAIL");

    assertThat(mustFail).hasSizeGreaterThanOrEqualTo(31);
    mustFail.forEach(
        (file, answer) -> {
          Rule rule = rule(file);
          assertThat(answer.code()).as(name(file)).contains(rule.code);
          assertThat(answer.message).as(name(file)).contains(rule.words);
          assertThat(answer.location).as(name(file)).isNotEmpty();
        });
  }

  @Test
  void every_file_that_must_pass_is_read() {
    Map<Path, Answer> mustPass = named("MUSTPASS");

    assertThat(mustPass).hasSizeGreaterThanOrEqualTo(10);
    assertThat(mustPass)
        .allSatisfy((file, answer) -> assertThat(answer.read()).as(name(file)).isTrue());
  }

  @Test
  void every_other_file_is_read_or_refused_for_what_it_lacks() {
    ANSWERS.forEach(
        (file, answer) -> {
          if (!name(file).contains("MUST")) {
            assertThat(answer.code())
                .as("%s: %s", name(file), answer)
                .isEqualTo(Optional.ofNullable(WITHOUT_MESH.get(name(file))));
          }
        });
  }

  private static Rule rule(Path file) {
    return RULES.stream()
        .filter(rule -> name(file).endsWith(rule.name + ".3mf"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no rule is known for " + name(file)));
  }

  private static Map<Path, Answer> named(String part) {
    Map<Path, Answer> found = new LinkedHashMap<>(ANSWERS);
    found.keySet().removeIf(file -> !name(file).contains(part));
    return found;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static List<Path> files() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
        all.addAll(files.sorted().toList());
      }
    }
    return all;
  }

  private static Map<Path, Answer> answers(List<Path> files, Path folder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(HEAP, "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=16m", "-cp"));
    command.add(
        classes(MeshReader.class) + java.io.File.pathSeparator + classes(OddFilesTest.class));
    command.add(OddFilesProcess.class.getName());
    files.forEach(file -> command.add(file.toString()));
    Path lines = folder.resolve("answers.tsv");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(lines.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("the process ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(lines)).isZero();
    Map<Path, Answer> answers = new TreeMap<>();
    for (String line : Files.readAllLines(lines)) {
      String[] field = line.split("\t", -1);
      assertThat(field).as(line).hasSize(5);
      answers.put(
          Path.of(field[0]), new Answer(Long.parseLong(field[1]), field[2], field[3], field[4]));
    }
    return answers;
  }

  private static Path classes(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
