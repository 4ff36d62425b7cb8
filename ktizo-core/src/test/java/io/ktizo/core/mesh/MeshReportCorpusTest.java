package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Real parts against what an independent program measured. */
class MeshReportCorpusTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("ktizo.root"), "..", "shared", "corpus", "mesh");

  /**
   * Four edges between wrongly turned faces; all other parts were judged closed by the slicer too.
   */
  private static final String NOT_ORIENTED = "3d-printing__Telefonhalter.obj";

  private record Part(String file, double scale, double volume, double area) {}

  @TestFactory
  Stream<DynamicTest> volume_area_and_soundness_agree_with_the_manifest() throws IOException {
    return parts()
        .map(
            part ->
                DynamicTest.dynamicTest(
                    part.file,
                    () -> {
                      MeshReport report = MeshReport.of(read(part));
                      // The manifest has three decimals, which is coarse for models of one unit.
                      double digits = 0.0005;
                      assertThat(report.volume())
                          .isEqualTo(part.volume, within(0.001 * part.volume + digits));
                      assertThat(report.area())
                          .isEqualTo(part.area, within(0.001 * part.area + digits));
                      assertThat(report.closed()).isTrue();
                      assertThat(report.quotable()).isEqualTo(!part.file.equals(NOT_ORIENTED));
                    }));
  }

  /**
   * Files whose meaning differs from what the loader of the manifest took them for; what they are
   * is tested where the reader is: {@link ThreeMfConformanceTest}.
   */
  private static final Map<String, String> NOT_LIKE_THE_LOADER =
      Map.of(
          "3d-printing__diamine-30ml-rising-stand-tier-1-and-2.3mf", "has a modifier volume",
          "3d-printing__am8_prusa_mk_2.3_extruder_assembly.3mf", "has a support hint",
          "3mf-samples__MUSTPASS_Chapter4.1_ExplicitSupport.3mf", "has a drawn support",
          "assimp__space_in_material_name.obj", "has a concave polygon, which a fan gets wrong",
          "assimp__test9.amf", "places its objects twelve times, the loader once");

  /** A line of the manifest; sizes are what it gives, to three and two decimals. */
  private record Measured(
      Path file,
      int triangles,
      double volume,
      double area,
      double sizeX,
      double sizeY,
      double sizeZ) {
    double longestSide() {
      return Math.max(sizeX, Math.max(sizeY, sizeZ));
    }
  }

  @Test
  void every_file_that_is_read_measures_what_the_manifest_says() throws IOException {
    int compared = 0;
    for (Measured expected : manifest()) {
      MeshReading reading = MeshReader.withLimits(MeshLimits.DEFAULT).read(expected.file);
      if (!(reading instanceof MeshReading.Accepted accepted)) {
        continue; // OddFilesTest knows which these are.
      }
      String name = expected.file.getFileName().toString();
      MeshReport report = MeshReport.of(accepted.model().mesh());
      // Half a step of the last decimal, and what single precision does to coordinates: each may
      // be off by 2^-24 of its size, in both programs, and shifts the surface by that much.
      double rounding = 0x1p-22 * expected.longestSide();
      double volume = 0.0005 + 1e-5 * Math.abs(expected.volume) + rounding * expected.area;
      double area = 0.0005 + 1e-5 * expected.area;
      assertThat(report.faces()).as(name).isEqualTo(expected.triangles);
      assertThat(report.volume()).as(name).isEqualTo(expected.volume, within(volume));
      assertThat(report.area()).as(name).isEqualTo(expected.area, within(area));
      Offset<Double> decimals = within(0.0051 + rounding);
      assertThat(report.bounds().sizeX()).as(name).isEqualTo(expected.sizeX, decimals);
      assertThat(report.bounds().sizeY()).as(name).isEqualTo(expected.sizeY, decimals);
      assertThat(report.bounds().sizeZ()).as(name).isEqualTo(expected.sizeZ, decimals);
      compared++;
    }
    assertThat(compared).isGreaterThanOrEqualTo(170);
  }

  @Test
  void a_concave_polygon_has_the_area_within_its_outline() throws IOException {
    assumeTrue(Files.isDirectory(CORPUS), "the corpus of real parts is not beside this project");
    Path file = CORPUS.resolve("odd").resolve("assimp__space_in_material_name.obj");
    List<double[]> vertices = new ArrayList<>();
    List<double[]> outline = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] word = line.trim().split("\\s+", -1);
      if (word[0].equals("v")) {
        vertices.add(Arrays.stream(word).skip(1).mapToDouble(Double::parseDouble).toArray());
      } else if (word[0].equals("f")) {
        assertThat(outline).as("the file has one polygon").isEmpty();
        Arrays.stream(word)
            .skip(1)
            .forEach(
                corner ->
                    outline.add(vertices.get(Integer.parseInt(corner.split("/", -1)[0]) - 1)));
      }
    }
    // It stands in a plane of constant x; Gauss's formula for the area of a polygon.
    double twofold = 0;
    for (int i = 0; i < outline.size(); i++) {
      double[] from = outline.get(i);
      double[] to = outline.get((i + 1) % outline.size());
      twofold += from[1] * to[2] - to[1] * from[2];
    }

    MeshReading reading = MeshReader.withLimits(MeshLimits.DEFAULT).read(file);

    assertThat(reading).isInstanceOf(MeshReading.Accepted.class);
    MeshReport report = MeshReport.of(((MeshReading.Accepted) reading).model().mesh());
    assertThat(report.area()).isEqualTo(Math.abs(twofold) / 2, within(1e-5));
  }

  private static List<Measured> manifest() throws IOException {
    assumeTrue(Files.isDirectory(CORPUS), "the corpus of real parts is not beside this project");
    List<Measured> files = new ArrayList<>();
    for (String line : Files.readAllLines(CORPUS.resolve("MANIFEST.tsv"))) {
      String[] column = line.split("\t", -1);
      boolean odd = column[0].startsWith("odd/");
      String name = odd ? column[0].substring(4) : column[0];
      // The loader could not read a few; it then wrote -1 triangles.
      if (name.equals("file")
          || NOT_LIKE_THE_LOADER.containsKey(name)
          || column[3].startsWith("-")) {
        continue;
      }
      String[] size = column[11].split("x", -1);
      files.add(
          new Measured(
              CORPUS.resolve(odd ? "odd" : "parts").resolve(name),
              Integer.parseInt(column[3]),
              Double.parseDouble(column[9]),
              Double.parseDouble(column[10]),
              Double.parseDouble(size[0]),
              Double.parseDouble(size[1]),
              Double.parseDouble(size[2])));
    }
    return files;
  }

  @Test
  void units_are_certain_for_real_parts_and_a_question_for_scaled_models() throws IOException {
    for (Part part : parts().toList()) {
      UnitGuess guess = guess(part);
      boolean drawnToScale = part.scale == 1;
      assertThat(guess.certain()).as(part.file).isEqualTo(drawnToScale);
      assertThat(guess.best().unit() == LengthUnit.MILLIMETRE)
          .as(part.file)
          .isEqualTo(drawnToScale);
    }
  }

  @Test
  void parts_of_several_shells_and_touching_bodies_are_seen() throws IOException {
    List<MeshReport> reports = parts().map(part -> MeshReport.of(read(part))).toList();

    // Counted by the independent loader: 3 of the parts have edges of four or more faces.
    assertThat(reports.stream().filter(report -> report.touchingEdges() > 0)).hasSize(3);
    assertThat(reports)
        .allSatisfy(
            report ->
                assertThat(report.touchingEdges()).isEqualTo(report.nonManifoldEdges().count()));
  }

  private static UnitGuess guess(Part part) {
    Mesh mesh = read(part);
    return UnitGuess.of(mesh, MeshReport.of(mesh));
  }

  private static Mesh read(Part part) {
    try {
      MeshReading reading =
          MeshReader.withLimits(MeshLimits.DEFAULT)
              .read(CORPUS.resolve("parts").resolve(part.file));
      assertThat(reading).as(part.file).isInstanceOf(MeshReading.Accepted.class);
      return ((MeshReading.Accepted) reading).model().mesh();
    } catch (IOException e) {
      throw new AssertionError(part.file, e);
    }
  }

  /** Those whose format has no unit; slicer projects leave out bodies that the manifest counts. */
  private static Stream<Part> parts() throws IOException {
    assumeTrue(Files.isDirectory(CORPUS), "the corpus of real parts is not beside this project");
    return Files.readAllLines(CORPUS.resolve("MANIFEST.tsv")).stream()
        .skip(1)
        .map(line -> line.split("\t", -1))
        .filter(column -> !column[0].startsWith("odd/") && !column[0].endsWith(".3mf"))
        .map(
            column ->
                new Part(
                    column[0],
                    Double.parseDouble(column[7]),
                    Double.parseDouble(column[9]),
                    Double.parseDouble(column[10])));
  }
}
