package io.ktizo.core.print;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What PrusaSlicer 2.5.0 answered for real parts: for profiles A, B and C as recorded beside the
 * parts, for other profiles as recorded in this project's test resources.
 */
final class Reference {
  static final Path CORPUS =
      Path.of(System.getProperty("ktizo.root", "."), "..", "shared", "corpus", "mesh");

  /** Cross-section of a filament of 1.75 mm. */
  private static final double FILAMENT = Math.PI * 1.75 * 1.75 / 4;

  /**
   * Two slicer projects whose answer includes modifier volumes, and one part that is not closed:
   * not comparable.
   */
  static final Set<String> LEFT_OUT =
      Set.of(
          "3d-printing__diamine-30ml-rising-stand-tier-1-and-2.3mf",
          "3d-printing__am8_prusa_mk_2.3_extruder_assembly.3mf",
          "3d-printing__Telefonhalter.obj");

  /** Profiles beside those of the corpus. */
  static final List<String> OTHERS = List.of("coarse", "fast", "supported", "defaults", "raft");

  private Reference() {}

  /**
   * One answer.
   *
   * @param cpuSeconds what the slicer took, 0 if not recorded
   */
  record Answer(String file, double filamentMm3, double seconds, double cpuSeconds) {}

  static void assumeCorpus() {
    assumeTrue(
        Files.isDirectory(CORPUS.resolve("slicer")),
        "the corpus of real parts is not beside this project");
  }

  static List<Answer> answers(String profile) throws IOException {
    if (OTHERS.contains(profile)) {
      return resource("answers.tsv")
          .lines()
          .skip(1)
          .map(line -> line.split("\t"))
          .filter(column -> column[0].equals(profile))
          .map(
              column ->
                  new Answer(
                      column[1], Double.parseDouble(column[2]), Double.parseDouble(column[3]), 0))
          .toList();
    }
    return Files.readAllLines(
            CORPUS.resolve("slicer").resolve("prusaslicer-2.5.0_profile_" + profile + ".tsv"))
        .stream()
        .skip(1)
        .map(line -> line.split("\t"))
        .filter(column -> !LEFT_OUT.contains(column[1]))
        .map(
            column ->
                new Answer(
                    column[1],
                    Double.parseDouble(column[8]) * FILAMENT,
                    Double.parseDouble(column[7]),
                    Double.parseDouble(column[5])))
        .toList();
  }

  static PrintProfile profile(String name) throws IOException {
    String text =
        OTHERS.contains(name)
            ? resource(name + ".ini")
            : Files.readString(CORPUS.resolve("slicer").resolve("profile_" + name + ".ini"));
    if (PrusaSlicerProfile.read(name, text) instanceof ProfileReading.Accepted accepted) {
      return accepted.profile();
    }
    throw new AssertionError("profile " + name + " is refused");
  }

  static Mesh mesh(String file) throws IOException {
    Map<String, Double> scales = scales();
    MeshReading reading =
        MeshReader.withLimits(MeshLimits.DEFAULT).read(CORPUS.resolve("parts").resolve(file));
    if (reading instanceof MeshReading.Accepted accepted) {
      Mesh mesh = accepted.model().mesh();
      double scale = scales.getOrDefault(file, 1.0);
      return scale == 1 ? mesh : mesh.scaled(scale);
    }
    throw new AssertionError(file + " is refused: " + reading);
  }

  /** Factors by which parts were scaled before they were sliced. */
  private static Map<String, Double> scales() throws IOException {
    Map<String, Double> scales = new HashMap<>();
    for (String line : Files.readAllLines(CORPUS.resolve("MANIFEST.tsv"))) {
      String[] column = line.split("\t", -1);
      if (!column[0].equals("file") && !column[7].isEmpty()) {
        scales.put(column[0], Double.parseDouble(column[7]));
      }
    }
    return scales;
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = Reference.class.getResourceAsStream("holdout/" + name)) {
      if (stream == null) {
        throw new AssertionError("no test resource " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
