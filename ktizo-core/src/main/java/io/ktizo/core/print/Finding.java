package io.ktizo.core.print;

/**
 * Something that a Shop or a customer should know before a part is printed: numbers for the expert,
 * faces for the viewer. Lengths in mm.
 */
public sealed interface Finding {

  /** How bad it is. */
  Severity severity();

  /** Which faces to paint; {@link Faces#NONE} if it concerns the part as a whole. */
  Faces faces();

  /** How bad a finding is. */
  enum Severity {
    /** Good to know; the part prints. */
    NOTICE,
    /** The part will probably not come out as drawn. */
    WARNING,
    /** It cannot be printed so. */
    BLOCKING
  }

  /**
   * The part does not fit the printer as it stands.
   *
   * @param volume what the printer offers
   * @param sizeX extent of the part as it stands; y and z likewise
   * @param fit {@link Fit.Turned} with a rotation in which it fits (a warning), or {@link Fit.None}
   *     (blocking)
   */
  record DoesNotFit(BuildVolume volume, double sizeX, double sizeY, double sizeZ, Fit fit)
      implements Finding {
    @Override
    public Severity severity() {
      return fit instanceof Fit.None ? Severity.BLOCKING : Severity.WARNING;
    }

    @Override
    public Faces faces() {
      return Faces.NONE;
    }
  }

  /**
   * Walls are thinner than asked for. A warning where no line of the nozzle, or no layer, lies
   * within the wall; a notice for sheets that are thin but printed flat enough to get their lines,
   * and where no more than a two-hundredth of the surface is concerned.
   *
   * @param thinnest thickness at the thinnest place measured
   * @param least what was asked for
   * @param areaMm2 surface of the thin walls, both sides
   * @param areaShare the same as a share of the whole surface, 0 to 1
   */
  record ThinWalls(
      Severity severity,
      double thinnest,
      double least,
      double areaMm2,
      double areaShare,
      Faces faces)
      implements Finding {}

  /**
   * Details so thin and so small that they vanish or come out as blobs: tips, points, fine text.
   *
   * @param count how many separate ones
   * @param thinnest thickness of the thinnest
   * @param least what was asked for
   */
  record TinyFeatures(int count, double thinnest, double least, Faces faces) implements Finding {
    @Override
    public Severity severity() {
      return Severity.NOTICE;
    }
  }

  /**
   * Surfaces hang over nothing and are too flat to carry themselves.
   *
   * @param areaMm2 their surface
   * @param flattestDegrees their least angle to the plate: 0 is a ceiling
   * @param thresholdDegrees slopes up to this need support
   * @param supportVolumeMm3 the room between them and the plate or the part below, which supports
   *     would stand in
   * @param onPartShare share of that room's cross-section that ends on the part, where supports
   *     leave marks, 0 to 1
   * @param supported whether the profile prints supports: then it is a notice, else a warning
   */
  record Overhang(
      double areaMm2,
      double flattestDegrees,
      double thresholdDegrees,
      double supportVolumeMm3,
      double onPartShare,
      boolean supported,
      Faces faces)
      implements Finding {
    @Override
    public Severity severity() {
      return supported || areaMm2 < SMALL_MM2 ? Severity.NOTICE : Severity.WARNING;
    }

    /** Below this an overhang sags a little and is forgotten: a square of 5 mm. */
    static final double SMALL_MM2 = 25;
  }

  /**
   * Ceilings that are printed as bridges, from wall to wall, without support.
   *
   * @param count how many
   * @param longest the longest line through the air
   * @param areaMm2 their surface
   */
  record Bridges(int count, double longest, double areaMm2, Faces faces) implements Finding {
    @Override
    public Severity severity() {
      return Severity.NOTICE;
    }
  }

  /**
   * Cavities that nothing can be taken out of: supports stay in, resin and powder too.
   *
   * @param count how many
   * @param volumeMm3 of all of them
   */
  record TrappedVolumes(int count, double volumeMm3, Faces faces) implements Finding {
    @Override
    public Severity severity() {
      return Severity.NOTICE;
    }
  }

  /**
   * The search for thin walls or overhangs was cut short, so there may be more.
   *
   * @param examinedShare share of the surface that was looked at, 0 to 1
   */
  record Unfinished(double examinedShare) implements Finding {
    @Override
    public Severity severity() {
      return Severity.NOTICE;
    }

    @Override
    public Faces faces() {
      return Faces.NONE;
    }
  }
}
