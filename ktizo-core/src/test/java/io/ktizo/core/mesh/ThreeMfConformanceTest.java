package io.ktizo.core.mesh;

import static io.ktizo.core.mesh.TestPackages.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the 3MF and AMF files of the test corpus mean, which nobody in the project wrote. That each
 * has a typed and cheap answer is {@link OddFilesTest}'s matter. Skipped where the corpus is not.
 */
class ThreeMfConformanceTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("ktizo.root", "."), "..", "shared", "corpus");
  private static final List<String> FOLDERS =
      List.of("3mf/conformance", "3mf/samples", "3mf/hostile", "mesh/odd", "mesh/parts");

  /** Sample: the beams are the shape, so there is nothing that could be measured. */
  private static final String BEAM_LATTICE = "pyramid.3mf";

  @BeforeAll
  static void corpus_is_there() {
    assumeTrue(Files.isDirectory(CORPUS), "the test corpus is not beside the project");
  }

  private static Path find(String name) throws IOException {
    for (String folder : FOLDERS) {
      try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
        for (Path file : files.toList()) {
          if (file.getFileName().toString().endsWith(name)) {
            return file;
          }
        }
      }
    }
    throw new AssertionError("not in the corpus: " + name);
  }

  private static MeshReading read(Path file) throws IOException {
    return MeshReader.withLimits(MeshLimits.DEFAULT).read(file);
  }

  private static Refusal refusal(Path file) throws IOException {
    if (read(file) instanceof MeshReading.Refused refused) {
      return refused.refusal();
    }
    throw new AssertionError("accepted: " + file.getFileName());
  }

  private static Model accepted(Path file) throws IOException {
    MeshReading reading = read(file);
    if (reading instanceof MeshReading.Accepted accepted) {
      return accepted.model();
    }
    throw new AssertionError(file.getFileName() + " was refused: " + reading);
  }

  // Volumes: boxes and the like by their closed form, scaled by the transforms in the files.
  @ParameterizedTest
  @CsvSource({
    "MUSTPASS_Chapter2.1_PartsRelationships.3mf, 12, 8000",
    "MUSTPASS_Chapter2.2_PartNaming.3mf, 12, 16387.064",
    "MUSTPASS_Chapter2.3a_IgnorableMarkup.3mf, 12, 1000",
    "MUSTPASS_Chapter3.2b_UnitsMeasurementMM.3mf, 12, 1000",
    "MUSTPASS_Chapter3.2c_MultipleItemsTransform.3mf, 60, 14000",
    "MUSTPASS_Chapter3.4.1c_MustIgnoreUndefinedMetadataName.3mf, 12, 8000",
    "MUSTPASS_Chapter4.2_Components.3mf, 60, 14000",
    "MUSTPASS_Chapter5.1a_MaterialResources_CompositeAndMultiProperties.3mf, 12, 1000",
    "MUSTPASS_Chapter5.1b_MaterialResources_MultiObjects_CompositeAndMultiProperties.3mf, 24, 2000",
    "F-B-COR_core.3mf, 12, 6000",
    "F-B-PRO_production.3mf, 12, 6000",
    "R-CUB_cube.3mf, 12, 63993.6",
    "box.3mf, 12, 6000",
    "box_prod.3mf, 12, 6000"
  })
  void a_file_that_must_pass_has_its_volume(String name, int triangles, double volume)
      throws IOException {
    Model model = accepted(find(name));

    assertThat(model.mesh().triangleCount()).isEqualTo(triangles);
    assertThat(volume(model.mesh())).isCloseTo(volume, within(1e-5 * volume));
  }

  @Test
  void a_drawn_support_is_not_part_of_the_model() throws IOException {
    Model model = accepted(find("MUSTPASS_Chapter4.1_ExplicitSupport.3mf"));

    // The manifest counts both objects: 484 triangles; the support alone has 80.
    assertThat(model.mesh().triangleCount()).isEqualTo(404);
    assertThat(model.notices())
        .extracting(Model.Notice::code)
        .containsExactly("3mf.support-left-out");
  }

  static List<Path> samples() throws IOException {
    Path folder = CORPUS.resolve("3mf/samples");
    if (!Files.isDirectory(folder)) {
      return List.of(Path.of("absent"));
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void every_sample_is_read_and_beams_are_said_to_be_unsupported(Path file) throws IOException {
    if (file.getFileName().toString().equals(BEAM_LATTICE)) {
      assertThat(refusal(file).code()).isEqualTo(Refusal.Code.UNSUPPORTED_FEATURE);
    } else {
      assertThat(volume(accepted(file).mesh())).isPositive();
    }
  }

  @Test
  void a_constellation_places_its_objects_as_often_as_it_says() throws IOException {
    Model model = accepted(find("test9.amf"));

    // The objects have 8 triangles and a volume of 2 together; twelve instances of them.
    assertThat(model.mesh().triangleCount()).isEqualTo(12 * 8);
    assertThat(volume(model.mesh())).isCloseTo(12 * 2, within(1e-3));
  }

  @Test
  void slicer_projects_come_without_the_volumes_that_are_not_printed() throws IOException {
    Model stand = accepted(find("diamine-30ml-rising-stand-tier-1-and-2.3mf"));
    Model extruder = accepted(find("am8_prusa_mk_2.3_extruder_assembly.3mf"));

    // 407,424.6 mm³ with the modifier, which is a box of 12 triangles.
    assertThat(volume(stand.mesh())).isCloseTo(202_000, within(1000.0));
    assertThat(stand.mesh().triangleCount()).isEqualTo(4084 - 12);
    assertThat(stand.notices())
        .extracting(Model.Notice::code)
        .containsExactly("3mf.modifier-volume-left-out");
    assertThat(extruder.mesh().triangleCount()).isEqualTo(55_982 - 12);
    assertThat(volume(extruder.mesh())).isLessThan(144_092);
    assertThat(extruder.notices())
        .extracting(Model.Notice::code)
        .containsExactly("3mf.support-volume-left-out");
  }

  @ParameterizedTest
  @CsvSource({
    "3mf-samples__box_sliced.3mf, 3mf.slices-ignored",
    "sphere_sliced.3mf, 3mf.slices-ignored",
    "openscad__sphere20face.amf, amf.curved-triangles-flattened"
  })
  void what_was_passed_over_is_said(String name, String notice) throws IOException {
    assertThat(accepted(find(name)).notices())
        .extracting(Model.Notice::code)
        .containsExactly(notice);
  }

  @ParameterizedTest
  @CsvSource({
    "lib3mf__negative_keystore_missing_attributes.3mf, ENCRYPTED",
    "lib3mf__SphereInACage.3mf, UNSUPPORTED_FEATURE",
    "lib3mf__2ProductionBoxes.3mf, UNSUPPORTED_FEATURE",
    "lib3mf__MultiSliceStack_NoFile.3mf, UNSUPPORTED_FEATURE",
    "lib3mf__NotListed.3mf, MALFORMED",
    "lib3mf__MustWarnOrFail.3mf, MALFORMED",
    "lib3mf__MetaData_Object_VendorNS_Fail.3mf, MALFORMED",
    "ZIP-CBR_capitalization-both-referenced.3mf, INVALID_PACKAGE",
    "ZIP-SFT_same-file-twice.3mf, INVALID_PACKAGE",
    "ZIP-SL-C_symbolic-link-circle.3mf, INVALID_PACKAGE",
    "ZIP-10.3mf, UNKNOWN_FORMAT",
    "ZIP-zbsm.3mf, UNKNOWN_FORMAT",
    "DOS-FUZ-SLIC3R-0.3mf, UNSUPPORTED_FEATURE",
    "DOS-FUZ-LIB3MF.3mf, MALFORMED"
  })
  void odd_and_hostile_files_get_a_typed_answer(String name, Refusal.Code code) throws IOException {
    assertThat(refusal(find(name)).code()).isEqualTo(code);
  }

  @Test
  void an_overlapping_bomb_is_refused_as_such_by_the_package_itself() throws IOException {
    try (Source source = Source.open(find("ZIP-zbsm.3mf"))) {
      MeshLimits manyEntries =
          new MeshLimits(
              1L << 30,
              Long.MAX_VALUE / 2,
              Integer.MAX_VALUE,
              1000,
              1000,
              32,
              MeshLimits.DEFAULT.cpuTime());
      Refusal.Code code = Refusal.Code.EMPTY;
      try {
        ZipPackage.open(source, manyEntries, Budget.startingNow(manyEntries));
      } catch (RefusedException refused) {
        code = refused.refusal().code();
      }
      assertThat(code).isEqualTo(Refusal.Code.ZIP_BOMB);
    }
  }
}
