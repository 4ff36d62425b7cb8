package io.ktizo.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.mesh.MeshReport;
import io.ktizo.core.print.PrintEstimate;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Tells results: as lines of JSON for programs, or as a table for people. */
sealed interface ResultWriter {
  void write(FileEstimation.Result result);

  void end();

  /** One JSON object a line. */
  final class Lines implements ResultWriter {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final PrintWriter out;

    Lines(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void write(FileEstimation.Result result) {
      ObjectNode line = MAPPER.createObjectNode();
      line.put("file", result.file().toString());
      switch (result) {
        case FileEstimation.Result.Estimated estimated -> {
          MeshReport report = estimated.report();
          PrintEstimate estimate = estimated.estimate();
          line.put("closed", report.closed());
          line.put("volumeMm3", report.volume());
          line.put("areaMm2", report.area());
          line.put("filamentMm3", estimate.filamentMm3());
          line.put("filamentGrams", estimate.filamentGrams());
          line.put("timeSeconds", estimate.time().toMillis() / 1000.0);
          line.put("layers", estimate.layers());
        }
        case FileEstimation.Result.Refused refused ->
            line.putObject("refusal").put("code", refused.code()).put("message", refused.message());
      }
      line.put("cpuMillis", Math.round(result.cpuMillis() * 1000) / 1000.0);
      try {
        out.println(MAPPER.writeValueAsString(line));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a tree can always be written", e);
      }
      out.flush();
    }

    @Override
    public void end() {}
  }

  /** Aligned columns. */
  final class Table implements ResultWriter {
    private static final int WIDEST_NAME = 48;

    private final PrintWriter out;
    private final int nameWidth;
    private boolean begun;

    Table(PrintWriter out, List<Path> files) {
      this.out = out;
      this.nameWidth =
          files.stream()
              .mapToInt(file -> Math.min(WIDEST_NAME, file.toString().length()))
              .max()
              .orElse(4);
    }

    @Override
    public void write(FileEstimation.Result result) {
      if (!begun) {
        out.printf(
            "%-" + nameWidth + "s %6s %12s %11s %10s %10s %10s %7s%n",
            "file",
            "closed",
            "volume cm³",
            "area cm²",
            "filament g",
            "time",
            "P90",
            "layers");
        begun = true;
      }
      String name = shortened(result.file().toString());
      switch (result) {
        case FileEstimation.Result.Estimated estimated -> {
          MeshReport report = estimated.report();
          PrintEstimate estimate = estimated.estimate();
          out.printf(
              Locale.ROOT,
              "%-" + nameWidth + "s %6s %12.2f %11.1f %10.2f %10s %10s %7d%n",
              name,
              report.closed() ? "yes" : "NO",
              report.volume() / 1000,
              report.area() / 100,
              estimate.filamentGrams(),
              clock(estimate.time()),
              clock(estimate.timeP90()),
              estimate.layers());
        }
        case FileEstimation.Result.Refused refused ->
            out.printf(
                "%-" + nameWidth + "s refused: %s [%s]%n", name, refused.message(), refused.code());
      }
      out.flush();
    }

    @Override
    public void end() {}

    private static String shortened(String name) {
      return name.length() <= WIDEST_NAME
          ? name
          : "…" + name.substring(name.length() - WIDEST_NAME + 1);
    }

    private static String clock(Duration time) {
      Duration rounded = time.plusMillis(500);
      return String.format(
          Locale.ROOT,
          "%d:%02d:%02d",
          rounded.toHours(),
          rounded.toMinutesPart(),
          rounded.toSecondsPart());
    }
  }
}
