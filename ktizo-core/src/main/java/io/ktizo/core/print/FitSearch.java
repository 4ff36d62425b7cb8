package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Searches all rotations for one in which a part fits a build volume.
 *
 * <p>A rotation is a direction of the part that shows upwards and a turn about it. For a given
 * direction the turn is found exactly ({@link PlateFit}). Directions are searched by branch and
 * bound: if the points do not fit at the middle of a cell of directions even into a volume larger
 * by what a tilt to the cell's border moves them, no direction of the cell fits. The bound follows
 * from the width of a point set being a Lipschitz function of the direction with its diameter as
 * constant.
 *
 * <p>Only a few extreme points take part. What does not fit with them does not fit with all; what
 * fits with them is checked with all, and points that stick out join the few. A rotation that is
 * returned was checked with every vertex, so it is right whatever the mesh.
 */
final class FitSearch {
  /** What sticks out by less fits: a micrometre, far below what any printer resolves. */
  static final double TOLERANCE = 1e-3;

  /** Directions of the first extreme points; more only cost time, fewer are filled up on demand. */
  private static final int FIRST_DIRECTIONS = 60;

  /** Faces' normals that are tried first: flat sides often want to lie flat. */
  private static final int NORMALS = 24;

  /** How often a plate is solved before the search gives up: below half a second. */
  private static final int MOST_SOLUTIONS = 24_000;

  private static final int MOST_POINTS = 600;

  private final Mesh mesh;

  /** All vertices that a face uses, three numbers each, around the middle of their box. */
  private final double[] points;

  private double[] few = new double[0];
  private double reach;

  /**
   * The first few: each search begins with them, so that no answer depends on earlier questions.
   */
  private final double[] firstFew;

  private final double firstReach;
  private int solutions;

  FitSearch(Mesh mesh) {
    this.mesh = mesh;
    this.points = centred(mesh);
    chooseFew();
    this.firstFew = few;
    this.firstReach = reach;
  }

  /** Whether and how the part fits. */
  synchronized Fit into(BuildVolume volume) {
    solutions = 0;
    few = firstFew;
    reach = firstReach;
    Optional<Rotation> standing = standing(volume);
    if (standing.isPresent()) {
      return new Fit.Standing(standing.get());
    }
    for (double[] up : likelyDirections()) {
      Rotation found = at(up, volume);
      if (found != null) {
        return new Fit.Turned(found);
      }
    }
    return volume instanceof BuildVolume.Polygon polygon ? notOn(polygon) : search(volume);
  }

  /**
   * A plate with straight sides is too slow to be asked about for all directions. What does not fit
   * the box around it does not fit it; of anything else nothing is proven.
   */
  private Fit notOn(BuildVolume.Polygon polygon) {
    return new Fit.None(search(polygon.box()) instanceof Fit.None none && none.proven());
  }

  private Optional<Rotation> standing(BuildVolume volume) {
    for (double angle : new double[] {0, Math.PI / 2}) {
      Rotation plain = angle == 0 ? Rotation.NONE : new Rotation(0, -1, 0, 1, 0, 0, 0, 0, 1);
      if (holds(volume, plain)) {
        return Optional.of(plain);
      }
    }
    return Optional.ofNullable(at(new double[] {0, 0, 1}, volume));
  }

  private Fit search(BuildVolume volume) {
    Deque<double[][]> cells = new ArrayDeque<>();
    double[] top = {0, 0, 1};
    double[][] equator = {{1, 0, 0}, {0, 1, 0}, {-1, 0, 0}, {0, -1, 0}};
    // Upside down needs the same room, so half of all directions will do.
    for (int i = 0; i < 4; i++) {
      cells.add(new double[][] {equator[i], equator[(i + 1) % 4], top});
    }
    // First in, first out: all directions are looked at coarsely before any is looked at closely.
    while (!cells.isEmpty()) {
      if (solutions > MOST_SOLUTIONS) {
        return new Fit.None(false);
      }
      double[][] cell = cells.remove();
      double[] middle = unit(sum(cell[0], cell[1], cell[2]));
      double chord = 0;
      for (double[] corner : cell) {
        chord = Math.max(chord, distance(corner, middle));
      }
      if (turn(middle, volume, chord * 2 * reach) == null) {
        continue;
      }
      Rotation found = at(middle, volume);
      if (found != null) {
        return new Fit.Turned(found);
      }
      double[] ab = unit(sum(cell[0], cell[1], NOWHERE));
      double[] bc = unit(sum(cell[1], cell[2], NOWHERE));
      double[] ca = unit(sum(cell[2], cell[0], NOWHERE));
      cells.add(new double[][] {cell[0], ab, ca});
      cells.add(new double[][] {cell[1], bc, ab});
      cells.add(new double[][] {cell[2], ca, bc});
      cells.add(new double[][] {ab, bc, ca});
    }
    return new Fit.None(true);
  }

  private static final double[] NOWHERE = {0, 0, 0};

  /** A rotation that has this direction up and fits with every point, or null. */
  private @Nullable Rotation at(double[] up, BuildVolume volume) {
    while (true) {
      Rotation candidate = turn(up, volume, 0);
      if (candidate == null || holds(volume, candidate)) {
        return candidate;
      }
      if (few.length >= 3 * MOST_POINTS || !admitOutermost(candidate)) {
        return null;
      }
    }
  }

  /** A rotation that has this direction up and fits with the few points and some slack, or null. */
  private @Nullable Rotation turn(double[] up, BuildVolume volume, double slack) {
    solutions++;
    int count = few.length / 3;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < few.length; i += 3) {
      double z = up[0] * few[i] + up[1] * few[i + 1] + up[2] * few[i + 2];
      low = Math.min(low, z);
      high = Math.max(high, z);
    }
    if (high - low > volume.height() + slack + TOLERANCE / 2) {
      return null;
    }
    double[] right = besides(up);
    double[] back = cross(up, right);
    double[] plane = new double[2 * count];
    for (int i = 0, at = 0; i < few.length; i += 3) {
      plane[at++] = right[0] * few[i] + right[1] * few[i + 1] + right[2] * few[i + 2];
      plane[at++] = back[0] * few[i] + back[1] * few[i + 1] + back[2] * few[i + 2];
    }
    double angle = PlateFit.angle(plane, volume, slack + TOLERANCE / 2);
    if (Double.isNaN(angle)) {
      return null;
    }
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double[] x = {
      cos * right[0] + sin * back[0], cos * right[1] + sin * back[1], cos * right[2] + sin * back[2]
    };
    double[] y = cross(up, x);
    return new Rotation(x[0], x[1], x[2], y[0], y[1], y[2], up[0], up[1], up[2]);
  }

  /** Whether every point fits. */
  private boolean holds(BuildVolume volume, Rotation rotation) {
    double[] box = box(rotation, points);
    if (box[5] - box[4] > volume.height() + TOLERANCE) {
      return false;
    }
    return switch (volume) {
      case BuildVolume.Box plate ->
          box[1] - box[0] <= plate.width() + TOLERANCE
              && box[3] - box[2] <= plate.depth() + TOLERANCE;
      case BuildVolume.Cylinder plate ->
          !Double.isNaN(PlateFit.angle(plane(rotation), plate, TOLERANCE));
      case BuildVolume.Polygon plate ->
          new PolygonFit(plate, TOLERANCE).fits(PlateFit.hull(plane(rotation)));
    };
  }

  /** Where every point stands on the plate after a rotation. */
  private double[] plane(Rotation rotation) {
    double[] plane = new double[points.length / 3 * 2];
    for (int i = 0, at = 0; i < points.length; i += 3) {
      plane[at++] = x(rotation, points, i);
      plane[at++] = y(rotation, points, i);
    }
    return plane;
  }

  /** The outermost points of a rotated part join the few; false if they are there already. */
  private boolean admitOutermost(Rotation rotation) {
    int before = few.length;
    double[][] directions = {
      {rotation.xx(), rotation.xy(), rotation.xz()},
      {rotation.yx(), rotation.yy(), rotation.yz()},
      {rotation.zx(), rotation.zy(), rotation.zz()},
      {rotation.xx() + rotation.yx(), rotation.xy() + rotation.yy(), rotation.xz() + rotation.yz()},
      {rotation.xx() - rotation.yx(), rotation.xy() - rotation.yy(), rotation.xz() - rotation.yz()},
    };
    for (double[] direction : directions) {
      admit(outermost(direction, 1));
      admit(outermost(direction, -1));
    }
    return few.length > before;
  }

  private void chooseFew() {
    double golden = Math.PI * (3 - Math.sqrt(5));
    for (int i = 0; i < FIRST_DIRECTIONS; i++) {
      double z = 1 - (2 * i + 1.0) / FIRST_DIRECTIONS;
      double ring = Math.sqrt(1 - z * z);
      double[] direction = {ring * Math.cos(golden * i), ring * Math.sin(golden * i), z};
      admit(outermost(direction, 1));
    }
    for (int axis = 0; axis < 3; axis++) {
      double[] direction = new double[3];
      direction[axis] = 1;
      admit(outermost(direction, 1));
      admit(outermost(direction, -1));
    }
  }

  private int outermost(double[] direction, double sign) {
    double dx = sign * direction[0];
    double dy = sign * direction[1];
    double dz = sign * direction[2];
    int found = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < points.length; i += 3) {
      double along = dx * points[i] + dy * points[i + 1] + dz * points[i + 2];
      if (along > most) {
        most = along;
        found = i;
      }
    }
    return found;
  }

  private void admit(int point) {
    for (int i = 0; i < few.length; i += 3) {
      if (few[i] == points[point]
          && few[i + 1] == points[point + 1]
          && few[i + 2] == points[point + 2]) {
        return;
      }
    }
    few = Arrays.copyOf(few, few.length + 3);
    System.arraycopy(points, point, few, few.length - 3, 3);
    reach = Math.max(reach, length(points[point], points[point + 1], points[point + 2]));
  }

  /** Directions in which parts often fit best: the axes, and across their largest flat sides. */
  private List<double[]> likelyDirections() {
    List<double[]> directions = new ArrayList<>();
    directions.add(new double[] {1, 0, 0});
    directions.add(new double[] {0, 1, 0});
    directions.addAll(FlatSides.normals(mesh, NORMALS));
    return directions;
  }

  private static double[] centred(Mesh mesh) {
    boolean[] used = new boolean[mesh.vertexCount()];
    int count = 0;
    for (int t = 0; t < mesh.triangleCount(); t++) {
      for (int corner = 0; corner < 3; corner++) {
        int vertex = mesh.vertex(t, corner);
        if (!used[vertex]) {
          used[vertex] = true;
          count++;
        }
      }
    }
    double[] points = new double[3 * count];
    int at = 0;
    for (int v = 0; v < used.length; v++) {
      if (used[v]) {
        points[at++] = mesh.x(v);
        points[at++] = mesh.y(v);
        points[at++] = mesh.z(v);
      }
    }
    double[] box = box(Rotation.NONE, points);
    for (int i = 0; i < points.length; i += 3) {
      points[i] -= (box[0] + box[1]) / 2;
      points[i + 1] -= (box[2] + box[3]) / 2;
      points[i + 2] -= (box[4] + box[5]) / 2;
    }
    return points;
  }

  /** Least and greatest x, y and z after a rotation. */
  private static double[] box(Rotation rotation, double[] points) {
    double[] box = {
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    for (int i = 0; i < points.length; i += 3) {
      double x = x(rotation, points, i);
      double y = y(rotation, points, i);
      double z =
          rotation.zx() * points[i] + rotation.zy() * points[i + 1] + rotation.zz() * points[i + 2];
      if (x < box[0]) box[0] = x;
      if (x > box[1]) box[1] = x;
      if (y < box[2]) box[2] = y;
      if (y > box[3]) box[3] = y;
      if (z < box[4]) box[4] = z;
      if (z > box[5]) box[5] = z;
    }
    return box;
  }

  private static double x(Rotation rotation, double[] points, int i) {
    return rotation.xx() * points[i]
        + rotation.xy() * points[i + 1]
        + rotation.xz() * points[i + 2];
  }

  private static double y(Rotation rotation, double[] points, int i) {
    return rotation.yx() * points[i]
        + rotation.yy() * points[i + 1]
        + rotation.yz() * points[i + 2];
  }

  private static double[] besides(double[] up) {
    // Across the axis that is least like it.
    double[] axis =
        Math.abs(up[0]) <= Math.abs(up[1]) && Math.abs(up[0]) <= Math.abs(up[2])
            ? new double[] {1, 0, 0}
            : Math.abs(up[1]) <= Math.abs(up[2]) ? new double[] {0, 1, 0} : new double[] {0, 0, 1};
    return unit(cross(axis, up));
  }

  static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  static double[] unit(double[] vector) {
    double length = length(vector[0], vector[1], vector[2]);
    return new double[] {vector[0] / length, vector[1] / length, vector[2] / length};
  }

  private static double[] sum(double[] a, double[] b, double[] c) {
    return new double[] {a[0] + b[0] + c[0], a[1] + b[1] + c[1], a[2] + b[2] + c[2]};
  }

  private static double distance(double[] a, double[] b) {
    return length(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }

  private static double length(double x, double y, double z) {
    return Math.sqrt(x * x + y * y + z * z);
  }
}
