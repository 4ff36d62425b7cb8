package io.ktizo.core.mesh;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * In which unit a file was probably written whose format does not say: STL, OBJ, PLY and OFF hold
 * bare numbers.
 *
 * <p>The guess is a probability for each unit by Bayes' rule from four things that are known before
 * the file is seen, each named and reasoned in the source of this class:
 *
 * <ul>
 *   <li>what people export: nearly always millimetres, which slicers take for granted;
 *   <li>how large printed parts are, bounded by the build volumes of common printers, and that
 *       models made to be looked at are about one unit tall, whatever the unit;
 *   <li>how thick they are, since walls grow more slowly than parts, and none is thinner than a
 *       nozzle prints;
 *   <li>in which steps people dimension: whole and half millimetres, or sixteenths of an inch. The
 *       positions of flat faces show the step.
 * </ul>
 *
 * <p>Nothing is ever rescaled because of a guess. When it is not {@link #certain()}, ask: {@link
 * Candidate} says how large the part would be in each unit, which is all that a question needs. The
 * same mesh gives the same guess on every machine.
 *
 * @param candidates millimetre, centimetre, metre and inch, most probable first; the probabilities
 *     sum to 1
 */
public record UnitGuess(List<Candidate> candidates) {

  /** From this probability on a guess need not be confirmed. */
  public static final double CERTAIN = 0.95;

  public UnitGuess {
    candidates = List.copyOf(candidates);
    double sum = candidates.stream().mapToDouble(Candidate::probability).sum();
    if (candidates.isEmpty() || Math.abs(sum - 1) > 1e-9) {
      throw new IllegalArgumentException("probabilities of all candidates sum to " + sum);
    }
  }

  /**
   * One of the units and what it would mean.
   *
   * @param unit the unit
   * @param probability from 0 to 1
   * @param sizeXMm extent along x in millimetres, if this is the unit; y and z likewise
   */
  public record Candidate(
      LengthUnit unit, double probability, double sizeXMm, double sizeYMm, double sizeZMm) {}

  /**
   * Guesses.
   *
   * @param mesh in the bare numbers of its file
   * @param report of that mesh
   */
  public static UnitGuess of(Mesh mesh, MeshReport report) {
    double step = DimensionSteps.coarsestOf(mesh, report.bounds());
    List<Prior> priors = Prior.ALL;
    double scaleless = Scaleless.weight(report, step);
    double[] weights = new double[priors.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = priors.get(i).weight(report, step) + scaleless / priors.size();
      sum += weights[i];
    }
    BoundingBox box = report.bounds();
    Candidate[] candidates = new Candidate[weights.length];
    for (int i = 0; i < weights.length; i++) {
      LengthUnit unit = priors.get(i).unit;
      double scale = unit.millimetres();
      candidates[i] =
          new Candidate(
              unit,
              weights[i] / sum,
              box.sizeX() * scale,
              box.sizeY() * scale,
              box.sizeZ() * scale);
    }
    return new UnitGuess(
        Stream.of(candidates)
            .sorted(Comparator.comparingDouble(Candidate::probability).reversed())
            .toList());
  }

  /** The most probable unit. */
  public Candidate best() {
    return candidates.getFirst();
  }

  /**
   * Whether the most probable unit is at least {@link #CERTAIN}. Even so, a unit other than the
   * millimetre changes the size that the customer sees elsewhere, and is better confirmed.
   */
  public boolean certain() {
    return best().probability() >= CERTAIN;
  }

  /** How probable a unit is; 0 for one that is not considered. */
  public double probabilityOf(LengthUnit unit) {
    return candidates.stream()
        .filter(candidate -> candidate.unit() == unit)
        .mapToDouble(Candidate::probability)
        .findFirst()
        .orElse(0);
  }

  /**
   * What is known about a unit before the file is seen.
   *
   * @param share of all files without a unit. Every common slicer reads such files as millimetres,
   *     so whoever exports anything else notices at once; what is left are CAD programs left at
   *     their inch (PrusaSlicer offers to convert such files) or metre setting, and modelling
   *     programs whose unit is the metre.
   * @param imperial share of parts dimensioned in inches among the files in this unit: parts for
   *     imperial screws and tubes are also exported in millimetres
   */
  private record Prior(LengthUnit unit, double share, double imperial) {
    static final List<Prior> ALL =
        List.of(
            new Prior(LengthUnit.MILLIMETRE, 0.93, 0.07),
            new Prior(LengthUnit.INCH, 0.04, 0.75),
            new Prior(LengthUnit.METRE, 0.02, 0.05),
            new Prior(LengthUnit.CENTIMETRE, 0.01, 0.05));

    /** Median and logarithmic spread of the longest side, in mm: what fits a hand, or a printer. */
    private static final double TYPICAL_SIDE = 60;

    private static final double SIDE_SPREAD = 0.9;

    /**
     * Some parts are unlike all others, but hardly outside of these: a printed line is 0.4 mm wide,
     * so nothing below a millimetre has a shape; and a person is not printed in one piece.
     */
    private static final double SMALLEST_SIDE = 1;

    private static final double LARGEST_SIDE = 3000;

    /** Median and logarithmic spread of the thickness of a part with the typical side, in mm. */
    private static final double TYPICAL_THICKNESS = 3;

    private static final double THICKNESS_SPREAD = 0.8;

    /** Between 0, where walls are the same in all parts, and 1, where parts are scaled copies. */
    private static final double THICKNESS_GROWTH = 0.5;

    private static final double THINNEST = 0.3;
    private static final double THICKEST = 500;

    /** Share of parts that the typical values say nothing about. */
    private static final double ODD_SHARE = 0.02;

    /** Left to what should not occur, as people do print scale models of atoms. */
    private static final double REMOTE = 1e-6;

    double weight(MeshReport report, double step) {
      double scale = unit.millimetres();
      double side = report.bounds().longestSide() * scale;
      double weight = share * sideDensity(side);
      if (report.quotable()) {
        // A sheet of this thickness would have the same volume and area.
        weight *= thicknessDensity(2 * report.volume() / report.area() * scale, side);
      }
      if (step > 0) {
        weight *=
            (1 - imperial) * DimensionSteps.metricShare(step * scale)
                + imperial * DimensionSteps.imperialShare(step * scale / 25.4);
      }
      return weight;
    }

    private static double sideDensity(double side) {
      return density(side, TYPICAL_SIDE, SIDE_SPREAD, SMALLEST_SIDE, LARGEST_SIDE);
    }

    private static double thicknessDensity(double thickness, double side) {
      double expected = TYPICAL_THICKNESS * StrictMath.pow(side / TYPICAL_SIDE, THICKNESS_GROWTH);
      return density(thickness, expected, THICKNESS_SPREAD, THINNEST, THICKEST);
    }

    /** Per natural logarithm of the length: log-normal, with a share of evenly spread odd ones. */
    private static double density(
        double length, double median, double spread, double least, double most) {
      if (!(length > 0)) {
        return REMOTE;
      }
      double deviation = StrictMath.log(length / median) / spread;
      double bell = StrictMath.exp(-deviation * deviation / 2) / (spread * Math.sqrt(2 * Math.PI));
      boolean conceivable = least <= length && length <= most;
      double even = conceivable ? 1 / StrictMath.log(most / least) : 0;
      return (1 - ODD_SHARE) * bell + ODD_SHARE * even + REMOTE;
    }
  }

  /**
   * Models that were never meant to have a size: made for research or for the screen, and about one
   * unit tall. For them each unit is as good as any other.
   */
  private static final class Scaleless {
    /** Of all files without a unit. */
    private static final double SHARE = 0.02;

    private static final double SMALLEST = 0.2;
    private static final double LARGEST = 5;

    static double weight(MeshReport report, double step) {
      double side = report.bounds().longestSide();
      if (side < SMALLEST || side > LARGEST) {
        return 0;
      }
      double weight = SHARE / StrictMath.log(LARGEST / SMALLEST);
      if (report.quotable()) {
        // As thick for their size as other parts.
        weight *= 1 / (Prior.THICKNESS_SPREAD * Math.sqrt(2 * Math.PI));
      }
      return step > 0 ? weight * DimensionSteps.UNUSUAL : weight;
    }
  }
}
