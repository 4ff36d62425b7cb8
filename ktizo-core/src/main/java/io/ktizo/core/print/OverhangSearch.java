package io.ktizo.core.print;

import io.ktizo.core.mesh.BoundingBox;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.print.TriangleTree.Crossings;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for surfaces that hang over nothing.
 *
 * <p>A face counts if it looks down, is no steeper than the threshold, and does not lie on the
 * plate. From places on it a ray goes down: where it starts within another body, or comes at once
 * upon a surface below, the place is carried; else the length down to plate or part is the height
 * of a support. Level ceilings that are spanned from wall to wall by lines short enough are bridges
 * and need none ({@link CeilingSpan}).
 */
final class OverhangSearch {
  private static final int PLACES = 20_000;

  /** Boxes and faces looked at by all rays: below half a second. */
  private static final long MOST_STEPS = 20_000_000;

  /** A slope that equals the threshold but for rounding hangs. */
  private static final double ROUNDING_DEGREES = 0.01;

  /** Ceilings up to this slope are printed within a layer or two, and can be bridges. */
  private static final double LEVEL_DEGREES = 2;

  /** Surfaces within a micrometre touch. */
  private static final double CONTACT = 1e-3;

  private static final double[] DOWN = {0, 0, -1};

  private final Mesh mesh;
  private final TriangleTree tree;
  private final BoundingBox bounds;
  private final Demands demands;

  /**
   * Of each face the surface that hangs, its supports' volume and the cross-section on the part.
   */
  private final double[] hanging;

  private final double[] volumes;
  private final double[] onPart;

  private double looked;
  private double toLookAt;

  private OverhangSearch(Mesh mesh, TriangleTree tree, BoundingBox bounds, Demands demands) {
    this.mesh = mesh;
    this.tree = tree;
    this.bounds = bounds;
    this.demands = demands;
    hanging = new double[mesh.triangleCount()];
    volumes = new double[mesh.triangleCount()];
    onPart = new double[mesh.triangleCount()];
  }

  /** The findings: overhangs, bridges, and whether the search was cut short. */
  static List<Finding> of(Mesh mesh, TriangleTree tree, BoundingBox bounds, Demands demands) {
    OverhangSearch search = new OverhangSearch(mesh, tree, bounds, demands);
    boolean[] candidates = search.candidates();
    search.lookDownFrom(candidates);
    return search.findings();
  }

  private boolean[] candidates() {
    boolean[] candidates = new boolean[hanging.length];
    double steepest = demands.supportThreshold() + ROUNDING_DEGREES;
    for (int face = 0; face < candidates.length; face++) {
      if (slope(face) <= steepest && !onPlate(face)) {
        candidates[face] = true;
        toLookAt += area(face);
      }
    }
    return candidates;
  }

  /** The angle of a face that looks down to the plate, in degrees; infinite for all others. */
  private double slope(int face) {
    double[] twice = FlatSides.twiceArea(mesh, face);
    double length = Math.sqrt(twice[0] * twice[0] + twice[1] * twice[1] + twice[2] * twice[2]);
    if (!(length > 0) || twice[2] >= 0) {
      return Double.POSITIVE_INFINITY;
    }
    // By the tangent: the cosine cannot tell small angles apart.
    double level = Math.sqrt(twice[0] * twice[0] + twice[1] * twice[1]);
    return Math.toDegrees(StrictMath.atan2(level, -twice[2]));
  }

  private double area(int face) {
    double[] twice = FlatSides.twiceArea(mesh, face);
    return Math.sqrt(twice[0] * twice[0] + twice[1] * twice[1] + twice[2] * twice[2]) / 2;
  }

  private boolean onPlate(int face) {
    double highest =
        Math.max(
            mesh.z(mesh.vertex(face, 0)),
            Math.max(mesh.z(mesh.vertex(face, 1)), mesh.z(mesh.vertex(face, 2))));
    return highest <= bounds.minZ() + demands.layerHeight() + CONTACT;
  }

  private void lookDownFrom(boolean[] candidates) {
    SurfaceSamples samples = new SurfaceSamples(mesh, Math.sqrt(toLookAt / PLACES));
    Crossings crossings = new Crossings();
    for (int face = 0; face < candidates.length; face++) {
      if (!candidates[face]) {
        continue;
      }
      if (crossings.steps() > MOST_STEPS) {
        break;
      }
      int places = samples.begin(face);
      looked += samples.area;
      double section = -samples.normal[2] * samples.area / places;
      for (int i = 0; i < places; i++) {
        samples.at(i);
        double height = samples.place[2] - bounds.minZ();
        tree.cross(samples.place, DOWN, -CONTACT, height + CONTACT, crossings);
        int below = firstBelow(face, crossings);
        if (below < 0) {
          hanging[face] += samples.area / places;
          volumes[face] += section * height;
        } else if (crossings.cosine(below) < 0
            && crossings.distance(below) > demands.layerHeight()) {
          hanging[face] += samples.area / places;
          volumes[face] += section * crossings.distance(below);
          onPart[face] += section;
        }
      }
    }
  }

  /** The first surface below the face itself and whatever lies on it; -1 if it is the plate. */
  private static int firstBelow(int face, Crossings crossings) {
    for (int i = 0; i < crossings.count(); i++) {
      boolean same = crossings.cosine(i) > 0 && crossings.distance(i) < CONTACT;
      if (crossings.face(i) != face && !same) {
        return i;
      }
    }
    return -1;
  }

  private List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    boolean[] ceilings = new boolean[hanging.length];
    for (int face = 0; face < ceilings.length; face++) {
      ceilings[face] = hanging[face] > area(face) / 2 && slope(face) <= LEVEL_DEGREES;
    }
    CeilingSpan spans = CeilingSpan.of(mesh, ceilings, demands.longestBridge());
    boolean[] flags = new boolean[hanging.length];
    double sum = 0;
    double volume = 0;
    double section = 0;
    double sectionOnPart = 0;
    double flattest = 90;
    double bridged = 0;
    for (int face = 0; face < flags.length; face++) {
      if (spans.isBridged(face)) {
        bridged += area(face);
      } else if (hanging[face] > 0) {
        flags[face] = true;
        double slope = slope(face);
        sum += hanging[face];
        volume += volumes[face];
        section += hanging[face] * Math.cos(Math.toRadians(slope));
        sectionOnPart += onPart[face];
        flattest = Math.min(flattest, slope);
      }
    }
    if (sum > 0) {
      findings.add(
          new Finding.Overhang(
              sum,
              flattest,
              demands.supportThreshold(),
              volume,
              section > 0 ? Math.clamp(sectionOnPart / section, 0, 1) : 0,
              demands.supports(),
              Faces.where(flags)));
    }
    if (spans.count() > 0) {
      findings.add(
          new Finding.Bridges(spans.count(), spans.longest(), bridged, spans.bridgedFaces()));
    }
    if (looked < toLookAt * (1 - 1e-9)) {
      findings.add(new Finding.Unfinished(Math.clamp(looked / toLookAt, 0, 1)));
    }
    return findings;
  }
}
