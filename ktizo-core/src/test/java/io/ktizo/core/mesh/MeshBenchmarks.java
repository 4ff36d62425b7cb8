package io.ktizo.core.mesh;

import io.ktizo.core.print.EstimateSpeed;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link MeshBenchmark}, {@link MeshMemory} and {@link EstimateSpeed}, and writes the figures
 * into docs/benchmarks/mesh.md between two marks; the words around them stay. The command stands in
 * CONTRIBUTING.md. Arguments, all optional: forks, warm-up shots, measured shots.
 */
public final class MeshBenchmarks {
  private static final String BEGIN = "<!-- figures -->";
  private static final String END = "<!-- end of figures -->";

  /** Nanoseconds per triangle of one benchmark, ascending. */
  private record Shots(List<Double> nanos) {
    double fastest() {
      return nanos.getFirst();
    }

    double share(double part) {
      return nanos.get((int) (part * (nanos.size() - 1)));
    }
  }

  /** What is held against what, and the goal. */
  private record Row(String what, String name, String baseline, String goal) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "checksum of the bytes, binary STL", "binaryChecksum", "binaryChecksum", "baseline"),
          new Row("bare floats, binary STL", "binaryBareFloats", "binaryChecksum", "baseline"),
          new Row("measure and closed, binary STL", "binaryMeasure", "binaryBareFloats", "25 ns"),
          new Row("read and weld, binary STL", "binaryRead", "binaryBareFloats", ""),
          new Row(
              "checksum of the bytes, ASCII STL %e",
              "textChecksum 6", "textChecksum 6", "baseline"),
          new Row(
              "measure and closed, ASCII STL %e", "textMeasure 6", "textChecksum 6", "1.2 GB/s"),
          new Row(
              "checksum of the bytes, ASCII STL %.8e",
              "textChecksum 8", "textChecksum 8", "baseline"),
          new Row(
              "measure and closed, ASCII STL %.8e", "textMeasure 8", "textChecksum 8", "1.2 GB/s"),
          new Row("bare corners of a mesh", "meshBareFloats", "meshBareFloats", "baseline"),
          new Row("full report", "meshReport", "meshBareFloats", "120 ns"),
          new Row(
              "bare corners, shuffled",
              "meshBareFloatsShuffled",
              "meshBareFloatsShuffled",
              "baseline"),
          new Row(
              "full report, shuffled", "meshReportShuffled", "meshBareFloatsShuffled", "350 ns"));

  private MeshBenchmarks() {}

  public static void main(String[] args) throws RunnerException, IOException, InterruptedException {
    ChainedOptionsBuilder options = new OptionsBuilder().include(MeshBenchmark.class.getName());
    if (args.length == 3) {
      options
          .forks(Integer.parseInt(args[0]))
          .warmupIterations(Integer.parseInt(args[1]))
          .measurementIterations(Integer.parseInt(args[2]));
    }
    double loadBefore = load();
    Map<String, Shots> shots = shots(new Runner(options.build()).run());
    List<String> lines = new ArrayList<>();
    lines.add(BEGIN);
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "%s, %d cores, Java %s, load average %.1f before and %.1f after.",
            LocalDate.now(ZoneOffset.UTC),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version(),
            loadBefore,
            load()));
    lines.add("");
    lines.add("| | fastest | median | p90 | GB/s | times its baseline | goal |");
    lines.add("|---|---|---|---|---|---|---|");
    for (Row row : ROWS) {
      lines.add(line(row, shots));
    }
    lines.add("");
    lines.addAll(MeshMemory.table());
    lines.add("");
    lines.addAll(EstimateSpeed.table());
    lines.add("");
    lines.add(END);
    write(lines);
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String line(Row row, Map<String, Shots> shots) {
    Shots measured = shot(shots, row.name);
    Shots baseline = shot(shots, row.baseline);
    double bytes = bytes(row.name);
    return String.format(
        Locale.ROOT,
        "| %s | %.1f ns | %.1f ns | %.1f ns | %s | %.2f | %s |",
        row.what,
        measured.fastest(),
        measured.share(0.5),
        measured.share(0.9),
        bytes > 0 ? String.format(Locale.ROOT, "%.2f", bytes / measured.fastest()) : "",
        measured.fastest() / baseline.fastest(),
        row.goal);
  }

  private static Shots shot(Map<String, Shots> shots, String name) {
    Shots found = shots.get(name);
    if (found == null) {
      throw new IllegalStateException("was not measured: " + name + ", only " + shots.keySet());
    }
    return found;
  }

  /** Bytes of the file for each triangle; 0 for meshes in memory. */
  private static double bytes(String name) {
    if (name.startsWith("binary")) {
      return 50;
    }
    if (name.startsWith("text")) {
      // As the files are written: a sample is enough, as all lines are of nearly equal length.
      Mesh sample = Solids.roughSphere(50, 100, 100, 1);
      int decimals = Integer.parseInt(name.substring(name.indexOf(' ') + 1));
      return (double) MeshFiles.asciiStl(sample, decimals).length / sample.triangleCount();
    }
    return 0;
  }

  private static Map<String, Shots> shots(Collection<RunResult> results) {
    Map<String, Shots> shots = new TreeMap<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      String method = params.getBenchmark().replaceAll(".*\\.", "");
      StringBuilder name = new StringBuilder(method);
      params.getParamsKeys().forEach(key -> name.append(' ').append(params.getParam(key)));
      int triangles =
          method.startsWith("text") ? MeshBenchmark.TEXT_TRIANGLES : MeshBenchmark.TRIANGLES;
      List<Double> nanos =
          result.getBenchmarkResults().stream()
              .map(BenchmarkResult::getIterationResults)
              .flatMap(Collection::stream)
              .map(iteration -> iteration.getPrimaryResult().getScore() / triangles)
              .sorted()
              .toList();
      shots.put(name.toString(), new Shots(nanos));
    }
    return shots;
  }

  private static void write(List<String> figures) throws IOException {
    Path page = Path.of(System.getProperty("ktizo.root", "."), "docs", "benchmarks", "mesh.md");
    List<String> lines = new ArrayList<>(Files.readAllLines(page));
    int begin = lines.indexOf(BEGIN);
    int end = lines.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException("the page has no place for figures: " + page.getFileName());
    }
    lines.subList(begin, end + 1).clear();
    lines.addAll(begin, figures);
    Files.write(page, lines);
  }
}
