package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * CPU time of an estimate, reading included, against that of slicing the same part with PrusaSlicer
 * 2.5.0, whose times lie beside the corpus.
 */
public final class EstimateSpeed {
  private static final Path CORPUS =
      Path.of(System.getProperty("ktizo.root", "."), "..", "shared", "corpus", "mesh");
  private static final int PASSES = 3;

  private EstimateSpeed() {}

  /** A part and how long slicing it took. */
  private record Part(Path file, double sliceSeconds) {}

  /** The figures as lines of a table; one line that says so if the corpus is not there. */
  public static List<String> table() throws IOException {
    if (!Files.isDirectory(CORPUS)) {
      return List.of("The corpus of real parts was not beside the project.");
    }
    List<String> lines = new ArrayList<>();
    lines.add("| estimate, warm, reading included | parts | slicing | estimating | ratio | goal |");
    lines.add("|---|---|---|---|---|---|");
    for (String profile : List.of("A", "B", "C")) {
      lines.add(line(profile));
    }
    return lines;
  }

  private static String line(String name) throws IOException {
    PrintProfile profile = profile(name);
    List<Part> parts = parts(name);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    double[] fastest = new double[parts.size()];
    Arrays.fill(fastest, Double.POSITIVE_INFINITY);
    for (int pass = 0; pass <= PASSES; pass++) {
      for (int i = 0; i < parts.size(); i++) {
        long start = threads.getCurrentThreadCpuTime();
        new LayerEstimator().estimate(read(parts.get(i).file), profile);
        double seconds = 1e-9 * (threads.getCurrentThreadCpuTime() - start);
        // The first pass warms up.
        if (pass > 0) {
          fastest[i] = Math.min(fastest[i], seconds);
        }
      }
    }
    double slicing = parts.stream().mapToDouble(Part::sliceSeconds).sum();
    double estimating = Arrays.stream(fastest).sum();
    return String.format(
        Locale.ROOT,
        "| profile %s | %d | %.0f s | %.2f s | %.0f | 150 |",
        name,
        parts.size(),
        slicing,
        estimating,
        slicing / estimating);
  }

  private static Mesh read(Path file) throws IOException {
    return switch (MeshReader.withLimits(MeshLimits.DEFAULT).read(file)) {
      case MeshReading.Accepted accepted -> accepted.model().mesh();
      case MeshReading.Refused refused -> throw new IllegalStateException(refused.toString());
    };
  }

  private static PrintProfile profile(String name) throws IOException {
    String text = Files.readString(CORPUS.resolve("slicer").resolve("profile_" + name + ".ini"));
    return switch (PrusaSlicerProfile.read(name, text)) {
      case ProfileReading.Accepted accepted -> accepted.profile();
      case ProfileReading.Refused refused -> throw new IllegalStateException(refused.toString());
    };
  }

  /** Those that were sliced as they are: four were scaled before, two are slicer projects. */
  private static List<Part> parts(String profile) throws IOException {
    List<String> asTheyAre = new ArrayList<>();
    for (String line : Files.readAllLines(CORPUS.resolve("MANIFEST.tsv"))) {
      String[] column = line.split("\t", -1);
      if (column[7].equals("1.0") && !column[0].startsWith("odd/")) {
        asTheyAre.add(column[0]);
      }
    }
    asTheyAre.remove("3d-printing__diamine-30ml-rising-stand-tier-1-and-2.3mf");
    asTheyAre.remove("3d-printing__am8_prusa_mk_2.3_extruder_assembly.3mf");
    List<Part> parts = new ArrayList<>();
    Path times = CORPUS.resolve("slicer").resolve("prusaslicer-2.5.0_profile_" + profile + ".tsv");
    for (String line : Files.readAllLines(times)) {
      String[] column = line.split("\t", -1);
      if (asTheyAre.contains(column[1])) {
        parts.add(
            new Part(CORPUS.resolve("parts").resolve(column[1]), Double.parseDouble(column[5])));
      }
    }
    return parts;
  }
}
