package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.print.TriangleTree.Crossings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for walls thinner than a limit: from places all over the surface a ray goes straight in,
 * and where it leaves the material through a surface that faces the other way, its length is the
 * thickness. Exact for walls with parallel sides, straight or curved; inner surfaces of overlapping
 * bodies are passed by.
 */
final class ThinSearch {
  /** Places beside one in each face: half a millimetre apart on a cube of 40 mm. */
  private static final int PLACES = 40_000;

  /** Faces beyond this number are thinned out, by a hash of their corners. */
  private static final int MOST_FACES = 400_000;

  /** Boxes and faces looked at by all rays: below half a second. */
  private static final long MOST_STEPS = 50_000_000;

  /**
   * Sides of a wall face each other to within 40°: a cosine. The flanks of a screw's thread stand
   * at 60°, and its crest is no wall.
   */
  private static final double OPPOSITE = 0.766;

  /** Material that ends and begins again within this is one: the gap is closed by any slicer. */
  private static final double CONTACT = 1e-3;

  /** Thinner by less than this share is rounding of the coordinates, not a thinner wall. */
  private static final double ROUNDING = 1e-4;

  /** Thin patches that measure no more than so many limits across are details, not walls. */
  private static final double TINY = 5;

  /** And no more than this, in mm. */
  private static final double LARGEST_DETAIL = 3;

  /** Less of the surface than this is an edge that runs out, or a membrane made to be cut. */
  private static final double SMALL_SHARE = 0.005;

  private final Mesh mesh;
  private final TriangleTree tree;
  private final double least;
  private final double layerHeight;
  private final double[] thicknesses;
  private final double[] thinAreas;
  private final boolean[] unprintable;
  private double area;
  private double examined;

  private ThinSearch(Mesh mesh, TriangleTree tree, double least, double layerHeight) {
    this.mesh = mesh;
    this.tree = tree;
    this.least = least;
    this.layerHeight = layerHeight;
    thicknesses = new double[mesh.triangleCount()];
    thinAreas = new double[mesh.triangleCount()];
    unprintable = new boolean[mesh.triangleCount()];
    Arrays.fill(thicknesses, Double.POSITIVE_INFINITY);
  }

  /** The findings: thin walls, thin sheets, tiny features, and whether the search was cut short. */
  static List<Finding> of(
      Mesh mesh, TriangleTree tree, double area, double least, double layerHeight) {
    ThinSearch search = new ThinSearch(mesh, tree, least, layerHeight);
    search.area = area;
    search.measure();
    return search.findings();
  }

  private void measure() {
    int faces = mesh.triangleCount();
    SurfaceSamples samples = new SurfaceSamples(mesh, Math.sqrt(area / PLACES));
    Crossings crossings = new Crossings();
    double[] inwards = new double[3];
    int keepOneOf = faces / MOST_FACES + 1;
    for (int face = 0; face < faces; face++) {
      int places = samples.begin(face);
      if (places == 0 || (keepOneOf > 1 && Math.floorMod(hash(face), keepOneOf) != 0)) {
        continue;
      }
      if (crossings.steps() > MOST_STEPS) {
        break;
      }
      examined += samples.area;
      for (int axis = 0; axis < 3; axis++) {
        inwards[axis] = -samples.normal[axis];
      }
      boolean onSurface = false;
      for (int i = 0; i < places; i++) {
        samples.at(i);
        double thickness = thickness(face, samples.place, inwards, crossings);
        if (thickness >= least * (1 - ROUNDING)) {
          continue;
        }
        // Asked once for a face: where one body holds half of another's face, the half may count.
        onSurface = onSurface || !withinMaterial(samples.place, samples.normal, crossings);
        if (onSurface) {
          thicknesses[face] = Math.min(thicknesses[face], thickness);
          thinAreas[face] += samples.area / places;
          unprintable[face] |= !prints(thickness, samples.normal);
        }
      }
    }
  }

  /** The length of the ray through material, or infinity if it does not leave a wall in time. */
  private double thickness(int face, double[] place, double[] inwards, Crossings crossings) {
    tree.cross(place, inwards, CONTACT / 1000, least + CONTACT, crossings);
    int layers = 1;
    for (int i = 0; i < crossings.count(); i++) {
      if (crossings.face(i) == face) {
        continue;
      }
      layers += crossings.cosine(i) > 0 ? -1 : 1;
      if (layers > 0) {
        continue;
      }
      boolean goesOn =
          i + 1 < crossings.count()
              && crossings.cosine(i + 1) < 0
              && crossings.distance(i + 1) - crossings.distance(i) <= CONTACT;
      if (!goesOn) {
        return crossings.cosine(i) >= OPPOSITE ? crossings.distance(i) : Double.POSITIVE_INFINITY;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /**
   * Whether another body begins at a place on the surface or holds it: what lies there is no side
   * of a wall. The winding number just outside, counted along a ray to the end of the part. The ray
   * is askew, as straight ones meet edges of faces too often, which count twice.
   */
  private boolean withinMaterial(double[] place, double[] normal, Crossings crossings) {
    double[] outwards =
        FitSearch.unit(
            new double[] {
              normal[0] + ASKEW[0], normal[1] + ASKEW[1], normal[2] + ASKEW[2],
            });
    tree.cross(place, outwards, CONTACT, Double.MAX_VALUE, crossings);
    int winding = 0;
    for (int i = 0; i < crossings.count(); i++) {
      winding += crossings.cosine(i) > 0 ? 1 : -1;
    }
    return winding > 0;
  }

  private static final double[] ASKEW = {0.1152, 0.0421, -0.0689};

  /**
   * Whether a thin wall is printed all the same: cut by a layer it is wide enough for a line, and
   * it is thick enough to be met by a layer.
   */
  private boolean prints(double thickness, double[] normal) {
    double upright = Math.abs(normal[2]);
    double level = Math.sqrt(Math.max(0, 1 - upright * upright));
    return thickness >= least * level * (1 - ROUNDING)
        && thickness >= layerHeight * upright * (1 - ROUNDING);
  }

  private List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    int[] patches = patches();
    Map<Integer, double[]> boxes = boxes(patches);
    boolean[] walls = new boolean[patches.length];
    boolean[] sheets = new boolean[patches.length];
    boolean[] details = new boolean[patches.length];
    int tiny = 0;
    for (Map.Entry<Integer, double[]> patch : boxes.entrySet()) {
      tiny += isTiny(patch.getValue()) ? 1 : 0;
    }
    for (int face = 0; face < patches.length; face++) {
      if (patches[face] >= 0) {
        double[] box = boxes.getOrDefault(patches[face], new double[6]);
        boolean detail = isTiny(box);
        details[face] = detail;
        walls[face] = !detail && unprintable[face];
        sheets[face] = !detail && !unprintable[face];
      }
    }
    addWalls(findings, Finding.Severity.WARNING, walls);
    addWalls(findings, Finding.Severity.NOTICE, sheets);
    if (tiny > 0) {
      findings.add(new Finding.TinyFeatures(tiny, thinnest(details), least, Faces.where(details)));
    }
    if (examined < area * (1 - 1e-9)) {
      findings.add(new Finding.Unfinished(Math.clamp(examined / area, 0, 1)));
    }
    return findings;
  }

  private boolean isTiny(double[] box) {
    double x = box[3] - box[0];
    double y = box[4] - box[1];
    double z = box[5] - box[2];
    return Math.sqrt(x * x + y * y + z * z) <= Math.min(TINY * least, LARGEST_DETAIL);
  }

  private void addWalls(List<Finding> findings, Finding.Severity severity, boolean[] flags) {
    double thin = 0;
    for (int face = 0; face < flags.length; face++) {
      thin += flags[face] ? thinAreas[face] : 0;
    }
    if (thin > 0) {
      double share = Math.clamp(thin / examined, 0, 1);
      findings.add(
          new Finding.ThinWalls(
              share < SMALL_SHARE ? Finding.Severity.NOTICE : severity,
              thinnest(flags),
              least,
              thin,
              share,
              Faces.where(flags)));
    }
  }

  private double thinnest(boolean[] flags) {
    double thinnest = Double.POSITIVE_INFINITY;
    for (int face = 0; face < flags.length; face++) {
      if (flags[face]) {
        thinnest = Math.min(thinnest, thicknesses[face]);
      }
    }
    return thinnest;
  }

  /** For each thin face the patch of thin faces that hang together at vertices, else -1. */
  private int[] patches() {
    int[] parents = new int[mesh.vertexCount()];
    Arrays.setAll(parents, vertex -> vertex);
    for (int face = 0; face < thinAreas.length; face++) {
      if (thinAreas[face] > 0) {
        Pieces.join(parents, mesh.vertex(face, 0), mesh.vertex(face, 1));
        Pieces.join(parents, mesh.vertex(face, 1), mesh.vertex(face, 2));
      }
    }
    int[] patches = new int[thinAreas.length];
    for (int face = 0; face < patches.length; face++) {
      patches[face] = thinAreas[face] > 0 ? Pieces.root(parents, mesh.vertex(face, 0)) : -1;
    }
    return patches;
  }

  /** Of each patch: least x, y, z, greatest x, y, z. */
  private Map<Integer, double[]> boxes(int[] patches) {
    Map<Integer, double[]> boxes = new HashMap<>();
    for (int face = 0; face < patches.length; face++) {
      if (patches[face] < 0) {
        continue;
      }
      double[] box =
          boxes.computeIfAbsent(
              patches[face],
              unseen -> {
                double[] empty = new double[6];
                Arrays.fill(empty, 0, 3, Double.POSITIVE_INFINITY);
                Arrays.fill(empty, 3, 6, Double.NEGATIVE_INFINITY);
                return empty;
              });
      for (int corner = 0; corner < 3; corner++) {
        int vertex = mesh.vertex(face, corner);
        double[] place = {mesh.x(vertex), mesh.y(vertex), mesh.z(vertex)};
        for (int axis = 0; axis < 3; axis++) {
          box[axis] = Math.min(box[axis], place[axis]);
          box[3 + axis] = Math.max(box[3 + axis], place[axis]);
        }
      }
    }
    return boxes;
  }

  /** The same whatever the order of faces and their corners. */
  private int hash(int face) {
    int sum = 0;
    for (int corner = 0; corner < 3; corner++) {
      int vertex = mesh.vertex(face, corner);
      int bits = Float.floatToIntBits(mesh.x(vertex)) * 31 + Float.floatToIntBits(mesh.y(vertex));
      bits = (bits * 31 + Float.floatToIntBits(mesh.z(vertex))) * 0x9E3779B1;
      sum += bits ^ (bits >>> 15);
    }
    return (sum * 0x85EBCA6B) >>> 8;
  }
}
