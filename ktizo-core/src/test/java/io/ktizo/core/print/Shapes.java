package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Meshes with a closed form: building blocks of tests, in millimetres. */
final class Shapes {
  private Shapes() {}

  /** An axis-aligned box with its lowest corner at the origin. */
  static Mesh box(double x, double y, double z) {
    float[] positions = new float[24];
    for (int v = 0; v < 8; v++) {
      positions[3 * v] = (float) ((v & 1) == 0 ? 0 : x);
      positions[3 * v + 1] = (float) ((v & 2) == 0 ? 0 : y);
      positions[3 * v + 2] = (float) ((v & 4) == 0 ? 0 : z);
    }
    int[] corners = {
      0, 2, 3, 0, 3, 1, 4, 5, 7, 4, 7, 6, 0, 1, 5, 0, 5, 4, 2, 6, 7, 2, 7, 3, 0, 4, 6, 0, 6, 2, 1,
      3, 7, 1, 7, 5
    };
    return Mesh.of(positions, corners);
  }

  /** A sphere of rings and slices around the origin. */
  static Mesh sphere(double radius, int slices) {
    return lathe(
        slices,
        IntStream.rangeClosed(0, slices / 2)
            .mapToObj(
                ring -> {
                  double angle = 2 * Math.PI * ring / slices;
                  return new double[] {radius * Math.sin(angle), -radius * Math.cos(angle)};
                })
            .toArray(double[][]::new));
  }

  /** An upright cylinder on z = 0 around the z axis. */
  static Mesh cylinder(double diameter, double height, int slices) {
    double radius = diameter / 2;
    return lathe(slices, new double[][] {{0, 0}, {radius, 0}, {radius, height}, {0, height}});
  }

  /** An upright cone on z = 0 with its tip on the z axis. */
  static Mesh cone(double diameter, double height, int slices) {
    return lathe(slices, new double[][] {{0, 0}, {diameter / 2, 0}, {0, height}});
  }

  /** An upright tube on z = 0 around the z axis, open at both ends. */
  static Mesh tube(double outer, double inner, double height, int slices) {
    return lathe(
        slices,
        new double[][] {
          {inner / 2, 0}, {outer / 2, 0}, {outer / 2, height}, {inner / 2, height}, {inner / 2, 0}
        });
  }

  /** An upright cup on z = 0 around the z axis, closed below. */
  static Mesh cup(double outer, double inner, double height, double floor, int slices) {
    return lathe(
        slices,
        new double[][] {
          {0, 0},
          {outer / 2, 0},
          {outer / 2, height},
          {inner / 2, height},
          {inner / 2, floor},
          {0, floor}
        });
  }

  /** Turns a profile of (radius, z) around the z axis; seen from +x it runs counter-clockwise. */
  static Mesh lathe(int slices, double[][] profile) {
    int rings = profile.length;
    float[] positions = new float[3 * rings * slices];
    for (int ring = 0; ring < rings; ring++) {
      for (int slice = 0; slice < slices; slice++) {
        double angle = 2 * Math.PI * slice / slices;
        int at = 3 * (ring * slices + slice);
        positions[at] = (float) (profile[ring][0] * Math.cos(angle));
        positions[at + 1] = (float) (profile[ring][0] * Math.sin(angle));
        positions[at + 2] = (float) profile[ring][1];
      }
    }
    boolean closed = Arrays.equals(profile[0], profile[rings - 1]);
    int[] corners = new int[6 * (rings - 1) * slices];
    int next = 0;
    for (int ring = 0; ring + 1 < rings; ring++) {
      int above = closed && ring + 2 == rings ? 0 : ring + 1;
      for (int slice = 0; slice < slices; slice++) {
        int a = ring * slices + slice;
        int b = ring * slices + (slice + 1) % slices;
        int c = above * slices + slice;
        int d = above * slices + (slice + 1) % slices;
        if (profile[ring][0] == 0) {
          a = ring * slices;
          b = a;
        }
        if (profile[above][0] == 0) {
          c = above * slices;
          d = c;
        }
        if (a != b) {
          corners[next++] = a;
          corners[next++] = b;
          corners[next++] = d;
        }
        if (c != d) {
          corners[next++] = a;
          corners[next++] = d;
          corners[next++] = c;
        }
      }
    }
    return Mesh.of(positions, Arrays.copyOf(corners, next));
  }

  /** The regular tetrahedron in a cube of edge {@code cube}: its own edge is longer by √2. */
  static Mesh tetrahedron(double cube) {
    float e = (float) cube;
    return Mesh.of(
        new float[] {0, 0, 0, e, e, 0, e, 0, e, 0, e, e},
        new int[] {0, 1, 2, 0, 3, 1, 0, 2, 3, 1, 3, 2});
  }

  /** All meshes in one, as separate shells. */
  static Mesh together(Mesh... meshes) {
    int vertices = Arrays.stream(meshes).mapToInt(Mesh::vertexCount).sum();
    int triangles = Arrays.stream(meshes).mapToInt(Mesh::triangleCount).sum();
    float[] positions = new float[3 * vertices];
    int[] corners = new int[3 * triangles];
    int vertex = 0;
    int corner = 0;
    for (Mesh mesh : meshes) {
      System.arraycopy(mesh.positions(), 0, positions, 3 * vertex, 3 * mesh.vertexCount());
      for (int index : mesh.corners()) {
        corners[corner++] = index + vertex;
      }
      vertex += mesh.vertexCount();
    }
    return Mesh.of(positions, corners);
  }

  /** The mesh inside out. */
  static Mesh inverted(Mesh mesh) {
    int[] corners = mesh.corners();
    for (int i = 0; i < corners.length; i += 3) {
      int swap = corners[i];
      corners[i] = corners[i + 1];
      corners[i + 1] = swap;
    }
    return Mesh.of(mesh.positions(), corners);
  }

  /** The mesh moved. */
  static Mesh moved(Mesh mesh, double x, double y, double z) {
    float[] positions = mesh.positions();
    for (int i = 0; i < positions.length; i += 3) {
      positions[i] = (float) (positions[i] + x);
      positions[i + 1] = (float) (positions[i + 1] + y);
      positions[i + 2] = (float) (positions[i + 2] + z);
    }
    return Mesh.of(positions, mesh.corners());
  }

  /** The mesh turned by angles in degrees, first around x, then y, then z. */
  static Mesh turned(Mesh mesh, double aboutX, double aboutY, double aboutZ) {
    float[] positions = mesh.positions();
    double[] angles = {aboutX, aboutY, aboutZ};
    for (int axis = 0; axis < 3; axis++) {
      double sin = Math.sin(Math.toRadians(angles[axis]));
      double cos = Math.cos(Math.toRadians(angles[axis]));
      int first = (axis + 1) % 3;
      int second = (axis + 2) % 3;
      for (int i = 0; i < positions.length; i += 3) {
        double u = positions[i + first];
        double v = positions[i + second];
        positions[i + first] = (float) (u * cos - v * sin);
        positions[i + second] = (float) (u * sin + v * cos);
      }
    }
    return Mesh.of(positions, mesh.corners());
  }

  /** The signed volume, by the divergence theorem over all triangles. */
  static double volume(Mesh mesh) {
    double sum = 0;
    for (int t = 0; t < mesh.triangleCount(); t++) {
      int a = mesh.vertex(t, 0);
      int b = mesh.vertex(t, 1);
      int c = mesh.vertex(t, 2);
      sum +=
          (double) mesh.x(a) * ((double) mesh.y(b) * mesh.z(c) - (double) mesh.z(b) * mesh.y(c))
              + (double) mesh.y(a)
                  * ((double) mesh.z(b) * mesh.x(c) - (double) mesh.x(b) * mesh.z(c))
              + (double) mesh.z(a)
                  * ((double) mesh.x(b) * mesh.y(c) - (double) mesh.y(b) * mesh.x(c));
    }
    return sum / 6;
  }
}
