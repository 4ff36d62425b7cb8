package io.ktizo.core.print;

/**
 * How a Shop prints: everything that decides how much filament and time a part takes. Lengths in
 * mm, speeds in mm/s, accelerations in mm/s², angles in degrees, times in seconds, shares from 0 to
 * 1. Immutable.
 *
 * <p>Whatever a slicer's profile leaves open (a width of 0, a speed in percent of another) is
 * resolved here: every number is the one that counts. Read one from a slicer's file with {@link
 * PrusaSlicerProfile}, or begin with one of {@link PrinterPreset}.
 *
 * @param name what people call it; not personal data
 * @param nozzleDiameter the nozzle's opening
 * @param layers layer heights
 * @param walls perimeters
 * @param shells tops and bottoms
 * @param infill the inside
 * @param widths extrusion width by role
 * @param firstLayerWidths extrusion width by role on the first layer
 * @param speeds speed by role
 * @param firstLayerSpeeds speed by role on the first layer
 * @param accelerations acceleration by role
 * @param limits what the printer allows
 * @param retraction what happens before a travel
 * @param cooling the rule of the least layer time
 * @param adhesion skirt and brim
 * @param supports supports and raft
 * @param filament the material as it is fed
 * @param outline what happens to the part's outline before printing
 * @param calibration what the Shop measured
 */
public record PrintProfile(
    String name,
    double nozzleDiameter,
    Layers layers,
    Walls walls,
    Shells shells,
    Infill infill,
    Widths widths,
    Widths firstLayerWidths,
    Speeds speeds,
    Speeds firstLayerSpeeds,
    Accelerations accelerations,
    MachineLimits limits,
    Retraction retraction,
    Cooling cooling,
    Adhesion adhesion,
    Supports supports,
    Filament filament,
    Outline outline,
    Calibration calibration) {

  public PrintProfile {
    Require.within("nozzle diameter", nozzleDiameter, 0.05, 5);
  }

  /** The same profile with another calibration. */
  public PrintProfile calibrated(Calibration measured) {
    return new PrintProfile(
        name,
        nozzleDiameter,
        layers,
        walls,
        shells,
        infill,
        widths,
        firstLayerWidths,
        speeds,
        firstLayerSpeeds,
        accelerations,
        limits,
        retraction,
        cooling,
        adhesion,
        supports,
        filament,
        outline,
        measured);
  }

  /**
   * Layer heights.
   *
   * @param height every layer but the first, mm
   * @param firstHeight the first layer, mm
   */
  public record Layers(double height, double firstHeight) {
    public Layers {
      Require.within("layer height", height, 0.01, 5);
      Require.within("first layer height", firstHeight, 0.01, 5);
    }

    /** Height of a layer, counted from 0. */
    public double heightOf(int layer) {
      return layer == 0 ? firstHeight : height;
    }
  }

  /** How perimeters are generated. */
  public enum WallGenerator {
    /** Lines of constant width, thin walls and gaps filled separately. */
    CLASSIC,
    /** Lines of variable width (Kuipers and others, ACM Trans. Graph. 39, 2020). */
    ARACHNE
  }

  /**
   * Perimeters.
   *
   * @param perimeters how many, at least 0
   * @param generator how they are made
   * @param thinWalls whether walls thinner than two lines get one (classic generator)
   * @param gapFill whether gaps between perimeters are filled
   * @param externalFirst whether the outermost is printed first
   * @param extraOnSlopes whether sloping walls get more perimeters where needed
   * @param overhangs whether unsupported pieces are printed as bridges
   */
  public record Walls(
      int perimeters,
      WallGenerator generator,
      boolean thinWalls,
      boolean gapFill,
      boolean externalFirst,
      boolean extraOnSlopes,
      boolean overhangs) {
    public Walls {
      Require.within("perimeters", perimeters, 0, 1000);
    }
  }

  /**
   * Solid tops and bottoms.
   *
   * @param topLayers solid layers below a top
   * @param bottomLayers solid layers above a bottom
   * @param topMinThickness least thickness of a top, mm; 0 if layers alone decide
   * @param bottomMinThickness least thickness of a bottom, mm; 0 if layers alone decide
   * @param topPattern pattern of the topmost layer
   * @param bottomPattern pattern of the lowest layer
   * @param ensureVertical whether sloping walls are kept as thick as upright ones
   * @param sparseEvery every how many layers sparse infill is replaced by solid; 0 for never
   * @param solidBelowArea sparse regions smaller than this are made solid, mm²
   */
  public record Shells(
      int topLayers,
      int bottomLayers,
      double topMinThickness,
      double bottomMinThickness,
      InfillPattern topPattern,
      InfillPattern bottomPattern,
      boolean ensureVertical,
      int sparseEvery,
      double solidBelowArea) {
    public Shells {
      Require.within("top solid layers", topLayers, 0, 100_000);
      Require.within("bottom solid layers", bottomLayers, 0, 100_000);
      Require.notNegative("top thickness", topMinThickness);
      Require.notNegative("bottom thickness", bottomMinThickness);
      Require.within("solid infill every layers", sparseEvery, 0, 100_000);
      Require.notNegative("solid below area", solidBelowArea);
    }

    /** Top layers that count at a layer height: at least as many as the thickness needs. */
    public int topLayersAt(double layerHeight) {
      return layersFor(topLayers, topMinThickness, layerHeight);
    }

    /** Bottom layers that count at a layer height: at least as many as the thickness needs. */
    public int bottomLayersAt(double layerHeight) {
      return layersFor(bottomLayers, bottomMinThickness, layerHeight);
    }

    private static int layersFor(int layers, double thickness, double layerHeight) {
      // No layers means none: a thickness alone does not call for a shell.
      return layers == 0
          ? 0
          : Math.max(layers, (int) Math.ceil(thickness / layerHeight - EPSILON_LAYERS));
    }

    private static final double EPSILON_LAYERS = 1e-4;
  }

  /**
   * Sparse infill.
   *
   * @param density share of the volume, 0 to 1; 1 is solid
   * @param pattern its pattern
   * @param angle direction of the first layer's lines, degrees from x
   * @param anchor length along the wall that holds a line's end, mm; 0 for none
   * @param anchorMax longest connection of two lines along the wall, mm; 0 for no connections
   * @param overlap how far infill reaches into the innermost perimeter, mm
   * @param everyLayers sparse infill is combined over this many layers, at least 1
   * @param bridgeFlow flow of bridges as a ratio to the round line of the nozzle's diameter
   * @param thickBridges whether bridges are round lines as thick as the nozzle, or as flat as the
   *     layer
   * @param first whether infill is printed before perimeters
   */
  public record Infill(
      double density,
      InfillPattern pattern,
      double angle,
      double anchor,
      double anchorMax,
      double overlap,
      int everyLayers,
      double bridgeFlow,
      boolean thickBridges,
      boolean first) {
    public Infill {
      Require.within("infill density", density, 0, 1);
      Require.finite("infill angle", angle);
      Require.notNegative("infill anchor", anchor);
      Require.notNegative("longest infill anchor", anchorMax);
      Require.finite("infill overlap", overlap);
      Require.within("infill every layers", everyLayers, 1, 100_000);
      Require.within("bridge flow ratio", bridgeFlow, 0.01, 10);
    }
  }

  /**
   * Extrusion width of each role, mm. The width includes the two rounded sides; lines lie {@link
   * #spacing} apart.
   */
  public record Widths(
      double externalPerimeter,
      double perimeter,
      double sparse,
      double solid,
      double top,
      double support,
      double supportInterface) {
    public Widths {
      Require.within("external perimeter width", externalPerimeter, 0.01, 20);
      Require.within("perimeter width", perimeter, 0.01, 20);
      Require.within("sparse infill width", sparse, 0.01, 20);
      Require.within("solid infill width", solid, 0.01, 20);
      Require.within("top solid infill width", top, 0.01, 20);
      Require.within("support width", support, 0.01, 20);
      Require.within("support interface width", supportInterface, 0.01, 20);
    }

    /** One width for every role. */
    public static Widths ofAll(double width) {
      return new Widths(width, width, width, width, width, width, width);
    }

    /** Width of a role; bridges, where they are flat, have that of solid infill. */
    public double of(PrintRole role) {
      return switch (role) {
        case EXTERNAL_PERIMETER -> externalPerimeter;
        case PERIMETER, OVERHANG_PERIMETER, GAP_FILL, SKIRT_BRIM -> perimeter;
        case SPARSE_INFILL -> sparse;
        case SOLID_INFILL, BRIDGE_INFILL -> solid;
        case TOP_SOLID_INFILL -> top;
        case SUPPORT -> support;
        case SUPPORT_INTERFACE -> supportInterface;
      };
    }

    /**
     * Distance of neighbouring lines: a line is a rectangle with two half circles at its sides, and
     * neighbours overlap until the two corners between them are filled.
     */
    public static double spacing(double width, double height) {
      return width - height * (1 - Math.PI / 4);
    }

    /** Cross-section of a line in mm², the rectangle with two half circles. */
    public static double crossSection(double width, double height) {
      return height * spacing(width, height);
    }
  }

  /**
   * Speed of each role, and of travels, mm/s, as the profile asks for: caps by flow and by the
   * machine come on top.
   */
  public record Speeds(
      double externalPerimeter,
      double perimeter,
      double smallPerimeter,
      double sparse,
      double solid,
      double top,
      double bridge,
      double gapFill,
      double support,
      double supportInterface,
      double travel,
      double travelZ) {
    /** Loops up to this length are small: a circle of 6.5 mm radius, PrusaSlicer's definition. */
    public static final double SMALL_PERIMETER_LENGTH = 2 * Math.PI * 6.5;

    public Speeds {
      Require.within("external perimeter speed", externalPerimeter, 0.1, 10_000);
      Require.within("perimeter speed", perimeter, 0.1, 10_000);
      Require.within("small perimeter speed", smallPerimeter, 0.1, 10_000);
      Require.within("infill speed", sparse, 0.1, 10_000);
      Require.within("solid infill speed", solid, 0.1, 10_000);
      Require.within("top solid infill speed", top, 0.1, 10_000);
      Require.within("bridge speed", bridge, 0.1, 10_000);
      Require.within("gap fill speed", gapFill, 0.1, 10_000);
      Require.within("support speed", support, 0.1, 10_000);
      Require.within("support interface speed", supportInterface, 0.1, 10_000);
      Require.within("travel speed", travel, 0.1, 10_000);
      Require.within("travel speed in z", travelZ, 0.1, 10_000);
    }

    /** Speed of a role. */
    public double of(PrintRole role) {
      return switch (role) {
        case EXTERNAL_PERIMETER -> externalPerimeter;
        case PERIMETER -> perimeter;
        case OVERHANG_PERIMETER, BRIDGE_INFILL -> bridge;
        case SPARSE_INFILL -> sparse;
        case SOLID_INFILL -> solid;
        case TOP_SOLID_INFILL -> top;
        case GAP_FILL -> gapFill;
        case SKIRT_BRIM, SUPPORT -> support;
        case SUPPORT_INTERFACE -> supportInterface;
      };
    }
  }

  /**
   * Acceleration of each role, mm/s², as the profile asks for; the machine's limits come on top.
   *
   * @param externalPerimeter the outermost perimeter
   * @param perimeter other perimeters
   * @param sparse sparse infill
   * @param solid solid infill
   * @param top top solid infill
   * @param bridge bridges; unsupported perimeters accelerate like perimeters
   * @param other gap fill, supports, skirt
   * @param travel moves that do not extrude
   * @param firstLayer everything that extrudes on the first layer; 0 if there is no such rule
   */
  public record Accelerations(
      double externalPerimeter,
      double perimeter,
      double sparse,
      double solid,
      double top,
      double bridge,
      double other,
      double travel,
      double firstLayer) {
    public Accelerations {
      Require.positive("external perimeter acceleration", externalPerimeter);
      Require.positive("perimeter acceleration", perimeter);
      Require.positive("sparse infill acceleration", sparse);
      Require.positive("solid infill acceleration", solid);
      Require.positive("top solid infill acceleration", top);
      Require.positive("bridge acceleration", bridge);
      Require.positive("default acceleration", other);
      Require.positive("travel acceleration", travel);
      Require.notNegative("first layer acceleration", firstLayer);
    }

    /** One acceleration for everything. */
    public static Accelerations ofAll(double acceleration) {
      return new Accelerations(
          acceleration,
          acceleration,
          acceleration,
          acceleration,
          acceleration,
          acceleration,
          acceleration,
          acceleration,
          0);
    }

    /** Acceleration of a role on the first layer or above. */
    public double of(PrintRole role, boolean onFirstLayer) {
      if (onFirstLayer && firstLayer > 0) {
        return firstLayer;
      }
      return switch (role) {
        case EXTERNAL_PERIMETER -> externalPerimeter;
        case PERIMETER, OVERHANG_PERIMETER -> perimeter;
        case SPARSE_INFILL -> sparse;
        case SOLID_INFILL -> solid;
        case TOP_SOLID_INFILL -> top;
        case BRIDGE_INFILL -> bridge;
        case GAP_FILL, SKIRT_BRIM, SUPPORT, SUPPORT_INTERFACE -> other;
      };
    }
  }

  /**
   * What happens before and after a travel.
   *
   * @param length filament drawn back, mm; 0 for no retraction
   * @param speed drawing back, mm/s
   * @param restartSpeed pushing forward again, mm/s
   * @param restartExtra filament pushed beyond what was drawn back, mm, may be negative
   * @param lift how far the nozzle rises, mm
   * @param liftAbove no lift at or below this height, mm
   * @param liftBelow no lift at or above this height, mm; 0 for no such limit
   * @param beforeTravel travels shorter than this need no retraction, mm
   * @param onLayerChange whether a layer change retracts
   * @param wipe whether the nozzle wipes along its last line while retracting
   * @param onlyCrossing whether travels within the part's inside go without
   * @param byFirmware whether the printer does it by its own settings
   */
  public record Retraction(
      double length,
      double speed,
      double restartSpeed,
      double restartExtra,
      double lift,
      double liftAbove,
      double liftBelow,
      double beforeTravel,
      boolean onLayerChange,
      boolean wipe,
      boolean onlyCrossing,
      boolean byFirmware) {
    public Retraction {
      Require.notNegative("retraction length", length);
      Require.positive("retraction speed", speed);
      Require.positive("restart speed", restartSpeed);
      Require.finite("extra restart length", restartExtra);
      Require.notNegative("lift", lift);
      Require.notNegative("lift above", liftAbove);
      Require.notNegative("lift below", liftBelow);
      Require.notNegative("retraction before travel", beforeTravel);
    }

    /** The lift at a height above the plate, mm. */
    public double liftAt(double z) {
      return z >= liftAbove && (liftBelow == 0 || z <= liftBelow) ? lift : 0;
    }
  }

  /**
   * The rule that gives small layers time to set.
   *
   * @param slowDown whether there is such a rule
   * @param layerTime layers that would take less are slowed down to this, s
   * @param minSpeed but no line below this speed, mm/s; 0 for no such limit
   */
  public record Cooling(boolean slowDown, double layerTime, double minSpeed) {
    public Cooling {
      Require.notNegative("least layer time", layerTime);
      Require.notNegative("least speed", minSpeed);
    }
  }

  /**
   * Skirt and brim.
   *
   * @param skirtLoops loops round the part, 0 for none
   * @param skirtDistance from the part, mm
   * @param skirtLayers layers that have the skirt
   * @param skirtMinLength least filament in the skirt, mm of filament
   * @param brim which edges get a brim
   * @param brimWidth mm
   * @param brimGap between part and brim, mm
   */
  public record Adhesion(
      int skirtLoops,
      double skirtDistance,
      int skirtLayers,
      double skirtMinLength,
      Brim brim,
      double brimWidth,
      double brimGap) {
    /** No skirt, no brim. */
    public static final Adhesion NONE = new Adhesion(0, 0, 0, 0, Brim.NONE, 0, 0);

    /** Which edges of the first layer get a brim. */
    public enum Brim {
      NONE,
      OUTER,
      INNER,
      OUTER_AND_INNER
    }

    public Adhesion {
      Require.within("skirt loops", skirtLoops, 0, 10_000);
      Require.notNegative("skirt distance", skirtDistance);
      Require.within("skirt layers", skirtLayers, 0, 10_000_000);
      Require.notNegative("skirt length", skirtMinLength);
      Require.notNegative("brim width", brimWidth);
      Require.finite("brim gap", brimGap);
    }
  }

  /** How supports grow. */
  public enum SupportStyle {
    /** Columns on a grid. */
    GRID,
    /** Columns that follow the overhang closely. */
    SNUG,
    /** Trees. */
    ORGANIC
  }

  /** The pattern of supports. */
  public enum SupportPattern {
    RECTILINEAR,
    RECTILINEAR_GRID,
    HONEYCOMB
  }

  /**
   * Supports and raft.
   *
   * @param enabled whether parts get supports
   * @param automatic whether overhangs find them; otherwise only where someone painted them
   * @param threshold slopes up to this angle from the plate are supported, degrees; 0 lets the
   *     overhang of a line's width decide
   * @param style how they grow
   * @param pattern their pattern
   * @param spacing between lines, mm, without the line's own width
   * @param angle of their lines, degrees from x
   * @param sheath whether a loop surrounds them
   * @param topContact gap between support and the part above, mm
   * @param bottomContact gap between the part below and support, mm
   * @param topInterfaceLayers dense layers below the part
   * @param bottomInterfaceLayers dense layers above the part
   * @param interfaceSpacing between lines of dense layers, mm, without the line's own width
   * @param onlyFromPlate whether supports must not stand on the part
   * @param xyGap between support and the part beside, mm
   * @param keepBridgesFree whether bridges go without
   * @param enforcedLayers this many layers are supported whatever the slope
   * @param raftLayers layers of raft, 0 for none
   * @param raftExpansion beyond the part, mm
   * @param raftContact gap between raft and part, mm
   * @param raftFirstDensity share of the raft's first layer, 0 to 1
   * @param raftFirstExpansion of the first layer of raft or support, mm
   */
  public record Supports(
      boolean enabled,
      boolean automatic,
      double threshold,
      SupportStyle style,
      SupportPattern pattern,
      double spacing,
      double angle,
      boolean sheath,
      double topContact,
      double bottomContact,
      int topInterfaceLayers,
      int bottomInterfaceLayers,
      double interfaceSpacing,
      boolean onlyFromPlate,
      double xyGap,
      boolean keepBridgesFree,
      int enforcedLayers,
      int raftLayers,
      double raftExpansion,
      double raftContact,
      double raftFirstDensity,
      double raftFirstExpansion) {
    public Supports {
      Require.within("support threshold", threshold, 0, 90);
      Require.notNegative("support spacing", spacing);
      Require.finite("support angle", angle);
      Require.notNegative("support contact distance", topContact);
      Require.notNegative("support bottom contact distance", bottomContact);
      Require.within("support interface layers", topInterfaceLayers, 0, 100_000);
      Require.within("support bottom interface layers", bottomInterfaceLayers, 0, 100_000);
      Require.notNegative("support interface spacing", interfaceSpacing);
      Require.notNegative("support gap in xy", xyGap);
      Require.within("enforced support layers", enforcedLayers, 0, 10_000_000);
      Require.within("raft layers", raftLayers, 0, 10_000);
      Require.notNegative("raft expansion", raftExpansion);
      Require.notNegative("raft contact distance", raftContact);
      Require.within("raft first layer density", raftFirstDensity, 0, 1);
      Require.notNegative("raft first layer expansion", raftFirstExpansion);
    }
  }

  /**
   * The material as it is fed.
   *
   * @param material its short name, for instance {@code PETG}; may be empty
   * @param diameter mm
   * @param density g/cm³
   * @param extrusionMultiplier filament really fed, as a ratio to the computed
   * @param maxVolumetricSpeed the most that may be molten, mm³/s; 0 for no limit
   */
  public record Filament(
      String material,
      double diameter,
      double density,
      double extrusionMultiplier,
      double maxVolumetricSpeed) {
    public Filament {
      Require.within("filament diameter", diameter, 0.1, 10);
      Require.within("filament density", density, 0.01, 25);
      Require.within("extrusion multiplier", extrusionMultiplier, 0.01, 10);
      Require.notNegative("max volumetric speed", maxVolumetricSpeed);
    }

    /** Cross-section of the filament, mm². */
    public double crossSection() {
      return Math.PI * diameter * diameter / 4;
    }
  }

  /**
   * What happens to the part's outline before it is printed.
   *
   * @param xyCompensation every layer grows by this, mm, or shrinks if negative
   * @param elephantFoot the first layer shrinks by this, mm
   * @param closingRadius gaps up to twice this are closed, mm
   * @param resolution detail finer than this is dropped, mm; 0 for none
   * @param gcodeResolution detail of the moves finer than this is dropped, mm; 0 for none
   * @param spiralVase whether the part becomes one rising line
   */
  public record Outline(
      double xyCompensation,
      double elephantFoot,
      double closingRadius,
      double resolution,
      double gcodeResolution,
      boolean spiralVase) {
    public Outline {
      Require.finite("xy compensation", xyCompensation);
      Require.notNegative("elephant foot compensation", elephantFoot);
      Require.notNegative("closing radius", closingRadius);
      Require.notNegative("resolution", resolution);
      Require.notNegative("resolution of moves", gcodeResolution);
    }
  }

  /**
   * What a Shop measured on its own machine, as ratios of the real to the estimated.
   *
   * @param time real time by estimated time
   * @param filament real filament by estimated filament
   */
  public record Calibration(double time, double filament) {
    /** Nothing measured. */
    public static final Calibration NONE = new Calibration(1, 1);

    public Calibration {
      Require.within("time calibration", time, 0.1, 10);
      Require.within("filament calibration", filament, 0.1, 10);
    }
  }
}
