package io.ktizo.core.mesh;

import java.util.Arrays;

/** Volume, area, box and faces of each shell and of all together, in one pass over the faces. */
final class ShellMeasures {
  /** The square of 2⁻²³, the spacing of single precision relative to a number's size. */
  private static final double SQUARED_RESOLUTION = 0x1p-46;

  private static final int BOX = 6;

  // Slot 0 takes the faces that are in no shell, slot s + 1 those of shell s.
  private final int[] faces;
  private final int[] firstFaces;
  private final double[] volumes;
  private final double[] areas;

  /** For each slot the minimum x, y, z and the maximum x, y, z. */
  private final float[] boxes;

  private final FaceMarks slivers = new FaceMarks();

  private ShellMeasures(int slots) {
    faces = new int[slots];
    firstFaces = new int[slots];
    volumes = new double[slots];
    areas = new double[slots];
    boxes = new float[BOX * slots];
    for (int at = 0; at < boxes.length; at += BOX) {
      Arrays.fill(boxes, at, at + 3, Float.POSITIVE_INFINITY);
      Arrays.fill(boxes, at + 3, at + BOX, Float.NEGATIVE_INFINITY);
    }
  }

  static ShellMeasures of(Mesh mesh, int[] shellOfFace, int shells) {
    ShellMeasures measures = new ShellMeasures(shells + 1);
    measures.add(mesh.positionsShared(), mesh.cornersShared(), shellOfFace);
    return measures;
  }

  /**
   * Faces whose height over their longest side is below the resolution of their coordinates: in
   * single precision they cannot be told from a line.
   */
  FaceMarks slivers() {
    return slivers;
  }

  int faces(int shell) {
    return faces[shell + 1];
  }

  int firstFace(int shell) {
    return firstFaces[shell + 1];
  }

  double volume(int shell) {
    return volumes[shell + 1];
  }

  double area(int shell) {
    return areas[shell + 1];
  }

  BoundingBox bounds(int shell) {
    return boundsOfSlots(shell + 1, shell + 2);
  }

  /** Of all faces. */
  double volume() {
    return Arrays.stream(volumes).sum();
  }

  /** Of all faces. */
  double area() {
    return Arrays.stream(areas).sum();
  }

  /** Of all faces. */
  BoundingBox bounds() {
    return boundsOfSlots(0, faces.length);
  }

  private BoundingBox boundsOfSlots(int from, int to) {
    float[] box = Arrays.copyOfRange(boxes, BOX * from, BOX * (from + 1));
    for (int slot = from + 1; slot < to; slot++) {
      for (int i = 0; i < 3; i++) {
        box[i] = Math.min(box[i], boxes[BOX * slot + i]);
        box[i + 3] = Math.max(box[i + 3], boxes[BOX * slot + i + 3]);
      }
    }
    return new BoundingBox(box[0], box[1], box[2], box[3], box[4], box[5]);
  }

  private void add(float[] positions, int[] corners, int[] shellOfFace) {
    // Tetrahedra from a point of the mesh itself: far from the origin the sum would lose digits.
    int origin = 3 * corners[0];
    double ox = positions[origin];
    double oy = positions[origin + 1];
    double oz = positions[origin + 2];
    int face = 0;
    // One turn for each run of faces of the same shell, whose sums stay in registers.
    while (face < shellOfFace.length) {
      int slot = shellOfFace[face] + 1;
      int runStart = face;
      if (faces[slot] == 0) {
        firstFaces[slot] = face;
      }
      int at = BOX * slot;
      float minX = boxes[at];
      float minY = boxes[at + 1];
      float minZ = boxes[at + 2];
      float maxX = boxes[at + 3];
      float maxY = boxes[at + 4];
      float maxZ = boxes[at + 5];
      double volume = volumes[slot];
      double area = areas[slot];
      for (; face < shellOfFace.length && shellOfFace[face] + 1 == slot; face++) {
        int a = 3 * corners[3 * face];
        int b = 3 * corners[3 * face + 1];
        int c = 3 * corners[3 * face + 2];
        float ax = positions[a];
        float ay = positions[a + 1];
        float az = positions[a + 2];
        float bx = positions[b];
        float by = positions[b + 1];
        float bz = positions[b + 2];
        float cx = positions[c];
        float cy = positions[c + 1];
        float cz = positions[c + 2];
        // Comparisons that are nearly always false; Math.min would be slower here.
        if (ax < minX) minX = ax;
        if (bx < minX) minX = bx;
        if (cx < minX) minX = cx;
        if (ay < minY) minY = ay;
        if (by < minY) minY = by;
        if (cy < minY) minY = cy;
        if (az < minZ) minZ = az;
        if (bz < minZ) minZ = bz;
        if (cz < minZ) minZ = cz;
        if (ax > maxX) maxX = ax;
        if (bx > maxX) maxX = bx;
        if (cx > maxX) maxX = cx;
        if (ay > maxY) maxY = ay;
        if (by > maxY) maxY = by;
        if (cy > maxY) maxY = cy;
        if (az > maxZ) maxZ = az;
        if (bz > maxZ) maxZ = bz;
        if (cz > maxZ) maxZ = cz;
        double ux = (double) bx - ax;
        double uy = (double) by - ay;
        double uz = (double) bz - az;
        double vx = (double) cx - ax;
        double vy = (double) cy - ay;
        double vz = (double) cz - az;
        double nx = uy * vz - uz * vy;
        double ny = uz * vx - ux * vz;
        double nz = ux * vy - uy * vx;
        double squaredNormal = nx * nx + ny * ny + nz * nz;
        volume += (ax - ox) * nx + (ay - oy) * ny + (az - oz) * nz;
        area += Math.sqrt(squaredNormal);
        double wx = ux - vx;
        double wy = uy - vy;
        double wz = uz - vz;
        double squaredLongest =
            Math.max(
                ux * ux + uy * uy + uz * uz,
                Math.max(vx * vx + vy * vy + vz * vz, wx * wx + wy * wy + wz * wz));
        double squaredReach =
            (double) ax * ax + (double) ay * ay + (double) az * az + squaredLongest;
        if (squaredNormal <= squaredLongest * squaredReach * SQUARED_RESOLUTION) {
          slivers.mark(face);
        }
      }
      boxes[at] = minX;
      boxes[at + 1] = minY;
      boxes[at + 2] = minZ;
      boxes[at + 3] = maxX;
      boxes[at + 4] = maxY;
      boxes[at + 5] = maxZ;
      volumes[slot] = volume;
      areas[slot] = area;
      faces[slot] += face - runStart;
    }
    for (int slot = 0; slot < volumes.length; slot++) {
      volumes[slot] /= 6;
      areas[slot] /= 2;
    }
  }
}
