package io.ktizo.core.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The step in which a part was dimensioned, read from where its flat faces lie.
 *
 * <p>People type dimensions like 12.5 mm or 3/8 inch. A coordinate that many vertices share is the
 * place of a flat face; if most of these places are multiples of one step, the step tells of the
 * unit. Curves and scans show no step, and then nothing is said.
 */
final class DimensionSteps {
  /** A step and the share of parts for which it is the coarsest that fits. */
  private record Step(double size, double share) {}

  /** In millimetres, by habit of design: CAD snaps and preferred numbers. */
  private static final List<Step> METRIC =
      List.of(
          new Step(10, 0.02),
          new Step(5, 0.08),
          new Step(2, 0.03),
          new Step(1, 0.25),
          new Step(0.5, 0.22),
          new Step(0.25, 0.05),
          new Step(0.2, 0.05),
          new Step(0.1, 0.18),
          new Step(0.05, 0.06),
          new Step(0.01, 0.05));

  /** In inches: halves down to sixty-fourths, and the decimal inch of machinists. */
  private static final List<Step> IMPERIAL =
      List.of(
          new Step(1, 0.03),
          new Step(1.0 / 2, 0.06),
          new Step(1.0 / 4, 0.12),
          new Step(1.0 / 8, 0.18),
          new Step(1.0 / 16, 0.20),
          new Step(1.0 / 32, 0.10),
          new Step(1.0 / 64, 0.05),
          new Step(0.1, 0.08),
          new Step(0.05, 0.06),
          new Step(0.01, 0.06),
          new Step(0.005, 0.03));

  /** For a step in neither list. */
  static final double UNUSUAL = 0.002;

  private static final List<LengthUnit> UNITS =
      List.of(LengthUnit.MILLIMETRE, LengthUnit.CENTIMETRE, LengthUnit.METRE, LengthUnit.INCH);

  private static final int SAMPLED_VERTICES = 20_000;

  /** So many vertices at one coordinate are a flat face: three might be one triangle. */
  private static final int VERTICES_OF_FLAT_FACE = 4;

  private static final int FACES_PER_AXIS = 4;
  private static final int FEWEST_FACES = 3;

  /** Of the faces must lie on the grid; some parts have a slanted or rounded one. */
  private static final double MOST = 0.6;

  /** By how much a coordinate may be off, relative to the largest: six digits are printed. */
  private static final double PRECISION = 0x1p-19;

  /** A grid that a random coordinate would hit more often than this shows nothing. */
  private static final double LIKELY_BY_CHANCE = 0.1;

  private DimensionSteps() {}

  /** Share of the metrically dimensioned parts that have this step, in millimetres. */
  static double metricShare(double step) {
    return share(METRIC, step);
  }

  /** Share of the imperially dimensioned parts that have this step, in inches. */
  static double imperialShare(double step) {
    return share(IMPERIAL, step);
  }

  /** The coarsest usual step on which the flat faces lie, in the mesh's unit; 0 if none. */
  static double coarsestOf(Mesh mesh, BoundingBox box) {
    double[] places = flatFaces(mesh, box);
    if (places.length < FEWEST_FACES) {
      return 0;
    }
    double reach = 0;
    for (double bound :
        new double[] {box.minX(), box.minY(), box.minZ(), box.maxX(), box.maxY(), box.maxZ()}) {
      reach = Math.max(reach, Math.abs(bound));
    }
    double tolerance = reach * PRECISION;
    double coarsest = 0;
    for (LengthUnit unit : UNITS) {
      for (Step step : METRIC) {
        coarsest = coarser(coarsest, step.size / unit.millimetres(), places, tolerance);
      }
      for (Step step : IMPERIAL) {
        coarsest =
            coarser(
                coarsest,
                step.size * LengthUnit.INCH.millimetres() / unit.millimetres(),
                places,
                tolerance);
      }
    }
    return coarsest;
  }

  private static double coarser(double coarsest, double step, double[] places, double tolerance) {
    if (step <= coarsest || 2 * tolerance / step > LIKELY_BY_CHANCE) {
      return coarsest;
    }
    int hits = 0;
    for (double place : places) {
      if (Math.abs(place - step * Math.rint(place / step)) <= tolerance) {
        hits++;
      }
    }
    return hits >= MOST * places.length ? step : coarsest;
  }

  /** The distances of the largest flat faces from the lowest corner of the box. */
  private static double[] flatFaces(Mesh mesh, BoundingBox box) {
    float[] positions = mesh.positionsShared();
    int vertices = mesh.vertexCount();
    int stride = 1 + vertices / SAMPLED_VERTICES;
    double[] corner = {box.minX(), box.minY(), box.minZ()};
    List<Double> places = new ArrayList<>();
    float[] coordinates = new float[(vertices + stride - 1) / stride];
    for (int axis = 0; axis < 3; axis++) {
      for (int i = 0; i < coordinates.length; i++) {
        // -0.0 would be sorted apart from 0.0.
        coordinates[i] = positions[3 * i * stride + axis] + 0f;
      }
      Arrays.sort(coordinates);
      for (float place : mostFrequent(coordinates)) {
        if (place > corner[axis]) {
          places.add(place - corner[axis]);
        }
      }
    }
    return places.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static List<Float> mostFrequent(float[] sorted) {
    record Run(float value, int length) {}

    List<Run> runs = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] != sorted[start]) {
        if (i - start >= VERTICES_OF_FLAT_FACE) {
          runs.add(new Run(sorted[start], i - start));
        }
        start = i;
      }
    }
    return runs.stream()
        .sorted(Comparator.comparingInt(Run::length).reversed())
        .limit(FACES_PER_AXIS)
        .map(Run::value)
        .toList();
  }

  private static double share(List<Step> steps, double size) {
    for (Step step : steps) {
      if (Math.abs(size - step.size) <= 1e-6 * step.size) {
        return step.share;
      }
    }
    return UNUSUAL;
  }
}
