package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.mesh.Mesh;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Compares {@link LayerEstimator} with PrusaSlicer 2.5.0 on all comparable parts and writes
 * docs/benchmarks/estimator.md. Run it with {@code mvn -B -pl ktizo-core test
 * -Dtest=EstimatorAccuracyReport -Dktizo.long=true}.
 */
final class EstimatorAccuracyReport {
  private static final int WORST = 8;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private record Row(
      String file, double filament, double time, boolean inside, double cpuMillis, double slicer) {}

  private record Goal(String profile, String story, List<Double> limits) {}

  private static final List<Goal> GOALS =
      List.of(
          new Goal("A", "2 walls, 15 % grid", List.of(1.0, 3.0, 3.0, 8.0)),
          new Goal("B", "3 walls, 40 % gyroid", List.of(1.0, 3.0, 5.0, 12.0)),
          new Goal("C", "as A, automatic supports at 45°", List.of(4.0, 12.0, 4.0, 12.0)));

  private static final List<Goal> OTHERS =
      List.of(
          new Goal(
              "coarse", "0.6 mm nozzle, 0.3 mm, rectilinear 20 %, skirt, brim, PETG", List.of()),
          new Goal(
              "fast",
              "classic walls, cubic 25 %, up to 150 mm/s, other accelerations, wiping",
              List.of()),
          new Goal(
              "supported", "0.25 mm, snug supports at 60°, stars 20 % without anchors", List.of()),
          new Goal("defaults", "4 walls, line 10 %, all else the slicer's defaults", List.of()),
          new Goal("raft", "blind: 2 layers of raft, no tops, triangles 30 %", List.of()));

  public static void main(String[] arguments) throws IOException {
    write();
  }

  @Test
  @EnabledIfSystemProperty(named = "ktizo.long", matches = "true")
  void is_written() throws IOException {
    write();
  }

  private static void write() throws IOException {
    Reference.assumeCorpus();
    for (Goal goal : GOALS) {
      measure(goal.profile);
    }
    StringBuilder text = new StringBuilder(HEAD);
    text.append(
        "| profile | parts | filament median / p90 | goal | within 5 % | time median / p90 |");
    text.append(" goal | within 10 % | kept by P90 |\n|---|---|---|---|---|---|---|---|---|\n");
    List<String> worst = new ArrayList<>();
    StringBuilder speed = new StringBuilder();
    for (Goal goal : GOALS) {
      List<Row> rows = measure(goal.profile);
      text.append(line(goal, rows));
      worst.addAll(worstOf(goal.profile, rows));
      double own = rows.stream().mapToDouble(Row::cpuMillis).sum() / 1000;
      double slicer = rows.stream().mapToDouble(Row::slicer).sum();
      List<Double> each = rows.stream().map(Row::cpuMillis).toList();
      speed.append(
          String.format(
              Locale.ROOT,
              "| %s | %.0f | %.2f | %.0f | %.1f | %.0f | %.0f |%n",
              goal.profile,
              slicer,
              own,
              slicer / own,
              Errors.quantile(each, 0.5),
              Errors.quantile(each, 0.9),
              Errors.quantile(each, 1)));
      assertThat(rows).hasSizeGreaterThan(70);
    }
    text.append("\n## Other profiles\n");
    text.append(OTHERS_STORY);
    text.append(
        "| profile | parts | filament median / p90 | goal | within 5 % | time median / p90 |");
    text.append(" goal | within 10 % | kept by P90 |\n|---|---|---|---|---|---|---|---|---|\n");
    for (Goal goal : OTHERS) {
      List<Row> rows = measure(goal.profile);
      text.append(line(goal, rows));
      worst.addAll(worstOf(goal.profile, rows));
    }
    text.append(SPEED_HEAD).append(speed);
    text.append(WORST_HEAD);
    worst.forEach(text::append);
    text.append(CAUSES);
    Path root = Path.of(System.getProperty("ktizo.root", "."));
    Path file = root.resolve("docs").resolve("benchmarks").resolve("estimator.md");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static List<Row> measure(String profile) throws IOException {
    PrintProfile settings = Reference.profile(profile);
    LayerEstimator estimator = new LayerEstimator();
    List<Row> rows = new ArrayList<>();
    for (Reference.Answer answer : Reference.answers(profile)) {
      Mesh mesh = Reference.mesh(answer.file());
      long before = THREADS.getCurrentThreadCpuTime();
      PrintEstimate estimate = estimator.estimate(mesh, settings);
      long after = THREADS.getCurrentThreadCpuTime();
      rows.add(
          new Row(
              answer.file(),
              estimate.filamentMm3() / answer.filamentMm3() - 1,
              estimate.time().toMillis() / 1000.0 / answer.seconds() - 1,
              estimate.timeP90().toMillis() / 1000.0 >= answer.seconds(),
              (after - before) / 1e6,
              answer.cpuSeconds()));
    }
    return rows;
  }

  private static String line(Goal goal, List<Row> rows) {
    List<Double> filament = rows.stream().map(row -> 100 * Math.abs(row.filament)).toList();
    List<Double> time = rows.stream().map(row -> 100 * Math.abs(row.time)).toList();
    double kept = rows.stream().filter(Row::inside).count() / (double) rows.size();
    double filamentMedian = Errors.quantile(filament, 0.5);
    double filamentMost = Errors.quantile(filament, 0.9);
    double timeMedian = Errors.quantile(time, 0.5);
    double timeMost = Errors.quantile(time, 0.9);
    boolean judged = !goal.limits.isEmpty();
    return String.format(
        Locale.ROOT,
        "| %s: %s | %d | %.2f / %.2f %% | %s | %.0f %% | %.2f / %.2f %% | %s | %.0f %% | %.0f %%"
            + " |%n",
        goal.profile,
        goal.story,
        rows.size(),
        filamentMedian,
        filamentMost,
        judged ? verdict(filamentMedian, filamentMost, goal.limits.get(0), goal.limits.get(1)) : "",
        100 * Errors.within(filament, 5),
        timeMedian,
        timeMost,
        judged ? verdict(timeMedian, timeMost, goal.limits.get(2), goal.limits.get(3)) : "",
        100 * Errors.within(time, 10),
        100 * kept);
  }

  private static String verdict(double median, double most, double medianGoal, double mostGoal) {
    String goal = String.format(Locale.ROOT, "%.0f / %.0f %%", medianGoal, mostGoal);
    String by =
        (median > medianGoal
                ? String.format(Locale.ROOT, ", median missed by %.2f", median - medianGoal)
                : "")
            + (most > mostGoal
                ? String.format(Locale.ROOT, ", p90 missed by %.2f", most - mostGoal)
                : "");
    return by.isEmpty() ? goal + " met" : goal + by;
  }

  private static List<String> worstOf(String profile, List<Row> rows) {
    return rows.stream()
        .sorted(
            Comparator.comparingDouble(
                    (Row row) -> Math.max(Math.abs(row.filament), Math.abs(row.time)))
                .reversed())
        .limit(profile.length() == 1 ? WORST : WORST / 2)
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %+.1f %% | %+.1f %% |%n",
                    profile,
                    row.file,
                    100 * row.filament,
                    100 * row.time))
        .toList();
  }

  private static final String HEAD =
      """
      # How well the print estimator agrees with PrusaSlicer 2.5.0
      Written by `mvn -B -pl ktizo-core test -Dtest=EstimatorAccuracyReport -Dktizo.long=true` from the corpus of real parts
      beside the checkout (../shared/corpus/mesh) and from the slicer's answers recorded there and in the test resources.

      Error is |estimate / slicer - 1|; filament is all that is extruded, time is the slicer's own "normal mode". Left out, as not
      comparable: two slicer projects whose answer includes modifier volumes (diamine stand, am8 assembly) and one part that is not
      closed (Telefonhalter). Four research models were scaled as they were before slicing. Nothing else is refused. Nothing
      is fitted to single parts; constants are named in the code with their source, and ADR 0004 lists the few that are means over many. What "kept by P90" means: the share of parts whose
      true time does not exceed the estimate's `timeP90`, 90 % if the interval is honest.

      """;

  private static final String OTHERS_STORY =
      """
      A quarter of the parts, sliced with profiles that differ in nozzle, layer height, pattern, walls, speeds, accelerations,
      retraction, supports, skirt and brim (test resources `holdout/*.ini`). The first four showed rules that were missing (wiping, short inner loops,
      lines that are not joined) and these were added; no constant was chosen by them but that of the line pattern's joints.
      "raft" was kept back to the end and nothing was changed after it was looked at: it is the blind test.

      """;

  private static final String SPEED_HEAD =
      """

      ## Speed
      CPU time of the calling thread, warm (each profile was run once before), against the slicer's CPU time recorded with the
      corpus on a quiet machine of the same kind; on a busy machine the estimator's own figures grow and the ratio is too low.
      Where the ratio is below 150 the goal is missed by the difference; growing and shrinking the outlines of layers that all differ
      takes most of the time.

      | profile | slicer, CPU s | estimator, CPU s | ratio (goal: 150) | median part, ms | p90, ms | max, ms |
      |---|---|---|---|---|---|---|
      """;

  private static final String WORST_HEAD =
      """

      ## Worst parts
      | profile | part | filament | time |
      |---|---|---|---|
      """;

  private static final String CAUSES =
      """

      ## What is left, by cause
      - **Order of travels** is modelled, not planned: their number follows from the loops, the pieces of solid infill and the
        chains of sparse infill, their length from a nearest-neighbour tour. On parts made of many small bodies (cube_gears,
        dodeca_chain_loop) and of long thin ones (110er-Filmklemme) that is where most of the error in time is.
      - **Thin walls**: the variable-width generator adds lines in the middle of walls whose thickness lies between whole numbers of
        lines. Their filament is right, their number of pieces is not counted (fs-lever, heltec_case, FS_Hotend_Mount, manifold__58011). A wall
        thinner than any line (round) gets one line of least width; where the slicer leaves such a wall out is not modelled.
      - **Regions about as narrow as one line** survive or vanish in the slicer by a hundredth of a millimetre. Rows of 0.2 mm cannot
        tell; over a part it evens out, on small ones (torus, heartgears) it does not.
      - **Supports**: cells of the support grid are replaced by their mean effect, and bridges by the rule that only what lies near a
        free edge is supported. Small parts with a few columns show it (torus, fs-lever, btt_knob_light_shield).
      - **Rafts and missing tops** (profile raft): the raft is taken at the density of its dense layers and comes out a quarter low, which is
        most of that profile's error; where no tops are asked for, solid infill behind them is lower than the slicer's.
      - **Extreme accelerations** (profile fast): wipes and gap fill are many short moves that are timed too fast, so the interval is too
        narrow there.
      - **Overlapping bodies** (Platypus): walls are where the union's outline is, but corners are those of all bodies.
      """;
}
