package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
