package io.ktizo.core.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The least heap in which a file can be worked on, for each triangle: found by halving, each try in
 * a process of its own. What the process needs without a file is taken off. Nothing is sampled, so
 * no peak can be missed.
 */
final class MeshMemory {
  private static final int MEGABYTE = 1 << 20;

  private MeshMemory() {}

  /** In the process: does the one thing, and ends well if the heap was large enough. */
  public static void main(String[] args) throws IOException {
    MeshReader reader = MeshReader.withLimits(MeshLimits.DEFAULT);
    Path file = Path.of(args[1]);
    boolean done =
        switch (args[0]) {
          case "nothing" -> Files.isRegularFile(file);
          case "measure" -> reader.measure(file) instanceof MeshMeasuring.Measured;
          case "read" -> reader.read(file) instanceof MeshReading.Accepted;
          case "report" ->
              reader.read(file) instanceof MeshReading.Accepted accepted
                  && MeshReport.of(accepted.model().mesh()).watertight();
          default -> throw new IllegalArgumentException("no such work: " + args[0]);
        };
    System.exit(done ? 0 : 2);
  }

  /** The figures as lines of a table. */
  static List<String> table() throws IOException, InterruptedException {
    Path file = Files.createTempFile("mesh-memory", ".stl");
    try {
      Mesh mesh = Solids.roughSphere(50, MeshBenchmark.RINGS, MeshBenchmark.SEGMENTS, 1);
      Files.write(file, MeshFiles.binaryStl(mesh));
      int nothing = leastHeap("nothing", file);
      List<String> lines = new ArrayList<>();
      lines.add(
          "| binary STL of "
              + mesh.triangleCount()
              + " triangles | least heap | bytes a triangle | goal |");
      lines.add("|---|---|---|---|");
      lines.add("| no file at all | " + nothing + " MiB | | |");
      for (String work : List.of("measure", "read", "report")) {
        int least = leastHeap(work, file);
        double bytes = (double) (least - nothing) * MEGABYTE / mesh.triangleCount();
        lines.add(
            String.format(
                Locale.ROOT,
                "| %s | %d MiB | %.0f | %s |",
                work.equals("report") ? "read and report" : work,
                least,
                bytes,
                work.equals("report") ? "100" : ""));
      }
      return lines;
    } finally {
      Files.delete(file);
    }
  }

  private static int leastHeap(String work, Path file) throws IOException, InterruptedException {
    int tooSmall = 2;
    int enough = 1024;
    while (enough - tooSmall > 2) {
      int middle = (tooSmall + enough) / 2;
      if (succeeds(work, file, middle)) {
        enough = middle;
      } else {
        tooSmall = middle;
      }
    }
    return enough;
  }

  private static boolean succeeds(String work, Path file, int megabytes)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                // Else the old generation, in which large arrays lie, would be two thirds of it.
                "-XX:NewSize=1m",
                "-XX:MaxNewSize=1m",
                "-cp",
                System.getProperty("java.class.path"),
                MeshMemory.class.getName(),
                work,
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0 && !said.contains("OutOfMemoryError") && !said.contains("heap")) {
      throw new IllegalStateException("ended for another reason than memory: " + said);
    }
    return code == 0;
  }
}
