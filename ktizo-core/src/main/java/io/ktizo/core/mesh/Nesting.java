package io.ktizo.core.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which shells lie inside which others.
 *
 * <p>From three places just below the surface of each shell a ray goes up, and its crossings with
 * every shell whose box holds the place are counted with their sign: the winding number of that
 * shell there. One pass over the faces answers all rays. Two of the three places decide.
 */
final class Nesting {
  private static final int PLACES = 3;

  /**
   * How far below the surface a place lies, as a share of the root of its face's area: less than
   * any wall, more than the rounding. On the surface itself, touching shells could not be told.
   */
  private static final double DEPTH = 1e-4;

  /** Beyond this many tests of a ray against a face the question stays open. */
  private static final long MOST_TESTS = 200_000_000;

  private record Place(double x, double y, double z) {}

  /** From one place of one shell up through one other shell. */
  private static final class Ray {
    private final int shell;
    private final Place place;
    private int winding;

    Ray(int shell, Place place) {
      this.shell = shell;
      this.place = place;
    }
  }

  /** The rays that one shell has to answer, by ascending x. */
  private static final class Rays {
    private final Ray[] rays;
    private final double[] xs;

    Rays(List<Ray> rays) {
      this.rays = rays.toArray(Ray[]::new);
      Arrays.sort(this.rays, Comparator.comparingDouble(ray -> ray.place.x));
      this.xs = Arrays.stream(this.rays).mapToDouble(ray -> ray.place.x).toArray();
    }

    /** The first ray that does not stand to the left of x. */
    int firstFrom(double x) {
      int low = 0;
      int high = xs.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (xs[middle] < x) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /**
   * Where a shell lies.
   *
   * @param enclosing how many others enclose it
   * @param winding the sum of their winding numbers around it: how often it lies in material, less
   *     how often in a cavity
   */
  record Depth(int enclosing, int winding) {}

  private final float[] positions;
  private final int[] corners;

  /** The place of each face's shell among those examined, or -1. */
  private final int[] rankOfShell;

  private final int[] shellOfFace;

  private Nesting(Mesh mesh, int[] shellOfFace, int[] rankOfShell) {
    this.positions = mesh.positionsShared();
    this.corners = mesh.cornersShared();
    this.shellOfFace = shellOfFace;
    this.rankOfShell = rankOfShell;
  }

  /**
   * Nests some watertight shells.
   *
   * @param rankOfShell for each shell of the mesh its place among those examined, or -1
   * @param boxes the boxes of those examined, by rank
   * @param faces their numbers of faces, by rank
   * @return depths by rank; empty if finding them would cost too much
   */
  static Optional<List<Depth>> of(
      Mesh mesh, int[] shellOfFace, int[] rankOfShell, BoundingBox[] boxes, int[] faces) {
    Nesting nesting = new Nesting(mesh, shellOfFace, rankOfShell);
    Place[][] places = nesting.places(faces);
    Rays[] answerers = new Rays[boxes.length];
    boolean asked = false;
    for (int holder = 0; holder < boxes.length; holder++) {
      answerers[holder] = new Rays(raysThrough(holder, boxes[holder], places));
      asked |= answerers[holder].xs.length > 0;
    }
    if (asked && !nesting.answer(answerers)) {
      return Optional.empty();
    }
    return Optional.of(depths(answerers));
  }

  private static List<Ray> raysThrough(int holder, BoundingBox box, Place[][] places) {
    List<Ray> rays = new ArrayList<>();
    for (int shell = 0; shell < places.length; shell++) {
      if (shell == holder) {
        continue;
      }
      for (Place place : places[shell]) {
        if (box.contains(place.x, place.y, place.z)) {
          rays.add(new Ray(shell, place));
        }
      }
    }
    return rays;
  }

  /** Below the first face of each shell, below its last one, and below one between. */
  private Place[][] places(int[] faces) {
    Place[][] places = new Place[faces.length][PLACES];
    int[] seen = new int[faces.length];
    for (int face = 0; face < shellOfFace.length; face++) {
      int rank = shellOfFace[face] < 0 ? -1 : rankOfShell[shellOfFace[face]];
      if (rank < 0) {
        continue;
      }
      int ordinal = seen[rank]++;
      for (int i = 0; i < PLACES; i++) {
        if (ordinal == (int) ((long) (faces[rank] - 1) * i / (PLACES - 1))) {
          places[rank][i] = below(face);
        }
      }
    }
    return places;
  }

  private Place below(int face) {
    int a = 3 * corners[3 * face];
    int b = 3 * corners[3 * face + 1];
    int c = 3 * corners[3 * face + 2];
    double ux = (double) positions[b] - positions[a];
    double uy = (double) positions[b + 1] - positions[a + 1];
    double uz = (double) positions[b + 2] - positions[a + 2];
    double vx = (double) positions[c] - positions[a];
    double vy = (double) positions[c + 1] - positions[a + 1];
    double vz = (double) positions[c + 2] - positions[a + 2];
    double nx = uy * vz - uz * vy;
    double ny = uz * vx - ux * vz;
    double nz = ux * vy - uy * vx;
    double twiceArea = Math.sqrt(nx * nx + ny * ny + nz * nz);
    double depth = twiceArea > 0 ? DEPTH * Math.sqrt(twiceArea / 2) / twiceArea : 0;
    return new Place(
        positions[a] + (ux + vx) / 3 - nx * depth,
        positions[a + 1] + (uy + vy) / 3 - ny * depth,
        positions[a + 2] + (uz + vz) / 3 - nz * depth);
  }

  private boolean answer(Rays[] answerers) {
    long tests = 0;
    for (int face = 0; face < shellOfFace.length; face++) {
      int rank = shellOfFace[face] < 0 ? -1 : rankOfShell[shellOfFace[face]];
      if (rank < 0 || answerers[rank].xs.length == 0) {
        continue;
      }
      Rays rays = answerers[rank];
      int a = 3 * corners[3 * face];
      int b = 3 * corners[3 * face + 1];
      int c = 3 * corners[3 * face + 2];
      double left = Math.min(positions[a], Math.min(positions[b], positions[c]));
      double right = Math.max(positions[a], Math.max(positions[b], positions[c]));
      for (int i = rays.firstFrom(left); i < rays.xs.length && rays.xs[i] <= right; i++) {
        Ray ray = rays.rays[i];
        ray.winding += crossing(a, b, c, ray.place);
        tests++;
      }
      if (tests > MOST_TESTS) {
        return false;
      }
    }
    return true;
  }

  /**
   * 1 where the ray leaves through the face, -1 where it enters, 0 where it misses. In the plan a
   * point on an edge belongs to exactly one of the two faces there, as each edge is judged the same
   * from both sides: a closed surface has no gaps.
   */
  private int crossing(int a, int b, int c, Place place) {
    int turns =
        turn(a, b, place.x, place.y) + turn(b, c, place.x, place.y) + turn(c, a, place.x, place.y);
    if (turns == 0) {
      return 0;
    }
    double ux = (double) positions[b] - positions[a];
    double uy = (double) positions[b + 1] - positions[a + 1];
    double uz = (double) positions[b + 2] - positions[a + 2];
    double vx = (double) positions[c] - positions[a];
    double vy = (double) positions[c + 1] - positions[a + 1];
    double vz = (double) positions[c + 2] - positions[a + 2];
    double nx = uy * vz - uz * vy;
    double ny = uz * vx - ux * vz;
    double nz = ux * vy - uy * vx;
    double height =
        positions[a + 2] - (nx * (place.x - positions[a]) + ny * (place.y - positions[a + 1])) / nz;
    return height > place.z ? turns : 0;
  }

  /**
   * How an edge, seen from above, crosses the line that runs from the point towards greater x: 1
   * when it goes to greater y, -1 when to smaller, 0 when it passes on the other side or not at
   * all.
   */
  private int turn(int from, int to, double x, double y) {
    boolean below = positions[from + 1] <= y;
    if (below == (positions[to + 1] <= y)) {
      return 0;
    }
    // Always reckoned from the lower end, so that both faces of the edge see the same crossing.
    int low = below ? from : to;
    int high = below ? to : from;
    double rise = (y - positions[low + 1]) / ((double) positions[high + 1] - positions[low + 1]);
    double crossing = positions[low] + rise * ((double) positions[high] - positions[low]);
    if (crossing <= x) {
      return 0;
    }
    return below ? 1 : -1;
  }

  private static List<Depth> depths(Rays[] answerers) {
    int shells = answerers.length;
    int[] enclosing = new int[shells];
    int[] windings = new int[shells];
    int[] votes = new int[shells];
    int[] signs = new int[shells];
    for (Rays rays : answerers) {
      Arrays.fill(votes, 0);
      Arrays.fill(signs, 0);
      for (Ray ray : rays.rays) {
        if (ray.winding != 0) {
          votes[ray.shell]++;
          signs[ray.shell] += Integer.signum(ray.winding);
        }
      }
      for (int shell = 0; shell < shells; shell++) {
        if (2 * votes[shell] > PLACES) {
          enclosing[shell]++;
          windings[shell] += Integer.signum(signs[shell]);
        }
      }
    }
    List<Depth> depths = new ArrayList<>(shells);
    for (int shell = 0; shell < shells; shell++) {
      depths.add(new Depth(enclosing[shell], windings[shell]));
    }
    return depths;
  }
}
