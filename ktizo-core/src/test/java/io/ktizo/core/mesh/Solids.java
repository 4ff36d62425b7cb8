package io.ktizo.core.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Meshes whose measures are known, and what can be done to them. Sizes in millimetres. */
public final class Solids {
  private static final int[][] BOX_FACES = {
    {0, 2, 1}, {0, 3, 2}, // bottom
    {4, 5, 6}, {4, 6, 7}, // top
    {0, 1, 5}, {0, 5, 4}, // front
    {1, 2, 6}, {1, 6, 5}, // right
    {2, 3, 7}, {2, 7, 6}, // back
    {3, 0, 4}, {3, 4, 7}, // left
  };

  private Solids() {}

  /** A box of 12 triangles with one corner at the origin. */
  public static Mesh box(double x, double y, double z) {
    double[][] vertices = {
      {0, 0, 0}, {x, 0, 0}, {x, y, 0}, {0, y, 0}, {0, 0, z}, {x, 0, z}, {x, y, z}, {0, y, z}
    };
    return mesh(vertices, BOX_FACES);
  }

  /** A cube of 12 triangles with one corner at the origin. */
  public static Mesh cube(double side) {
    return box(side, side, side);
  }

  /** The corner that the plane x + y + z = leg cuts off: volume leg³/6. */
  public static Mesh tetrahedron(double leg) {
    double[][] vertices = {{0, 0, 0}, {leg, 0, 0}, {0, leg, 0}, {0, 0, leg}};
    return mesh(vertices, new int[][] {{0, 2, 1}, {0, 1, 3}, {1, 2, 3}, {0, 3, 2}});
  }

  /** An icosahedron whose faces were cut in four so many times, all vertices on the sphere. */
  public static Mesh icosphere(double radius, int cuts) {
    double golden = (1 + Math.sqrt(5)) / 2;
    List<double[]> vertices = new ArrayList<>();
    for (int[] signs : new int[][] {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}) {
      vertices.add(onSphere(0, signs[0], signs[1] * golden, radius));
      vertices.add(onSphere(signs[0], signs[1] * golden, 0, radius));
      vertices.add(onSphere(signs[1] * golden, 0, signs[0], radius));
    }
    List<int[]> faces = hull(vertices);
    for (int cut = 0; cut < cuts; cut++) {
      Map<Long, Integer> middles = new HashMap<>();
      List<int[]> finer = new ArrayList<>();
      for (int[] face : faces) {
        int[] middle = new int[3];
        for (int side = 0; side < 3; side++) {
          int from = face[side];
          int to = face[(side + 1) % 3];
          middle[side] =
              middles.computeIfAbsent(
                  ((long) Math.min(from, to) << 32) + Math.max(from, to),
                  edge -> {
                    double[] a = vertices.get(from);
                    double[] b = vertices.get(to);
                    vertices.add(onSphere(a[0] + b[0], a[1] + b[1], a[2] + b[2], radius));
                    return vertices.size() - 1;
                  });
        }
        finer.add(new int[] {face[0], middle[0], middle[2]});
        finer.add(new int[] {face[1], middle[1], middle[0]});
        finer.add(new int[] {face[2], middle[2], middle[1]});
        finer.add(middle);
      }
      faces = finer;
    }
    return mesh(vertices.toArray(double[][]::new), faces.toArray(int[][]::new));
  }

  /** A ring around z: {@code around} sections of {@code across} corners each. */
  public static Mesh torus(double ringRadius, double tubeRadius, int around, int across) {
    double[][] vertices = new double[around * across][];
    List<int[]> faces = new ArrayList<>();
    for (int i = 0; i < around; i++) {
      for (int j = 0; j < across; j++) {
        double turn = 2 * Math.PI * i / around;
        double roll = 2 * Math.PI * j / across;
        double reach = ringRadius + tubeRadius * Math.cos(roll);
        vertices[i * across + j] =
            new double[] {
              reach * Math.cos(turn), reach * Math.sin(turn), tubeRadius * Math.sin(roll)
            };
        int a = i * across + j;
        int b = (i + 1) % around * across + j;
        int c = (i + 1) % around * across + (j + 1) % across;
        int d = i * across + (j + 1) % across;
        faces.add(new int[] {a, b, c});
        faces.add(new int[] {a, c, d});
      }
    }
    return mesh(vertices, faces.toArray(int[][]::new));
  }

  /** A band of radius 10 and width 2 with one half twist, made of so many quadrilaterals. */
  public static Mesh moebiusStrip(int sections) {
    double[][] vertices = new double[2 * sections][];
    int[][] faces = new int[2 * sections][];
    for (int i = 0; i < sections; i++) {
      double turn = 2 * Math.PI * i / sections;
      for (int side = 0; side < 2; side++) {
        double across = side == 0 ? -1 : 1;
        double reach = 10 + across * Math.cos(turn / 2);
        vertices[2 * i + side] =
            new double[] {
              reach * Math.cos(turn), reach * Math.sin(turn), across * Math.sin(turn / 2)
            };
      }
      boolean last = i == sections - 1;
      int next = last ? 1 : 2 * i + 2;
      int nextOther = last ? 0 : 2 * i + 3;
      faces[2 * i] = new int[] {2 * i, next, 2 * i + 1};
      faces[2 * i + 1] = new int[] {next, nextOther, 2 * i + 1};
    }
    return mesh(vertices, faces);
  }

  /**
   * A sphere of latitudes and longitudes whose surface is rough by a thousandth of the radius, as
   * scanned models are: {@code 2 * rings * segments} triangles.
   */
  public static Mesh roughSphere(double radius, int rings, int segments, long seed) {
    Random random = new Random(seed);
    int ringVertices = rings * segments;
    float[] positions = new float[3 * (ringVertices + 2)];
    int[] corners = new int[6 * ringVertices];
    int c = 0;
    for (int ring = 0; ring < rings; ring++) {
      double polar = Math.PI * (ring + 1) / (rings + 1);
      for (int segment = 0; segment < segments; segment++) {
        double azimuth = 2 * Math.PI * segment / segments;
        double reach = radius * (1 + 0.001 * random.nextDouble());
        int vertex = ring * segments + segment;
        positions[3 * vertex] = (float) (reach * Math.sin(polar) * Math.cos(azimuth));
        positions[3 * vertex + 1] = (float) (reach * Math.sin(polar) * Math.sin(azimuth));
        positions[3 * vertex + 2] = (float) (reach * Math.cos(polar));
        int beside = ring * segments + (segment + 1) % segments;
        boolean lowest = ring == rings - 1;
        int below = lowest ? ringVertices + 1 : vertex + segments;
        if (ring == 0) {
          corners[c++] = ringVertices;
          corners[c++] = vertex;
          corners[c++] = beside;
        }
        corners[c++] = vertex;
        corners[c++] = below;
        corners[c++] = beside;
        if (!lowest) {
          corners[c++] = beside;
          corners[c++] = below;
          corners[c++] = beside + segments;
        }
      }
    }
    positions[3 * ringVertices + 2] = (float) radius;
    positions[3 * ringVertices + 5] = (float) -radius;
    return Mesh.of(positions, corners);
  }

  /** All of them in one mesh, with no vertex in common. */
  public static Mesh together(Mesh... meshes) {
    int vertices = 0;
    int triangles = 0;
    for (Mesh mesh : meshes) {
      vertices += mesh.vertexCount();
      triangles += mesh.triangleCount();
    }
    float[] positions = new float[3 * vertices];
    int[] corners = new int[3 * triangles];
    int position = 0;
    int corner = 0;
    for (Mesh mesh : meshes) {
      int firstVertex = position / 3;
      for (float coordinate : mesh.positions()) {
        positions[position++] = coordinate;
      }
      for (int vertex : mesh.corners()) {
        corners[corner++] = firstVertex + vertex;
      }
    }
    return Mesh.of(positions, corners);
  }

  /** The same mesh, vertices at the same place made one. */
  public static Mesh welded(Mesh mesh) {
    Map<List<Float>, Integer> vertices = new HashMap<>();
    int[] corners = mesh.corners();
    for (int i = 0; i < corners.length; i++) {
      int vertex = corners[i];
      List<Float> place = List.of(mesh.x(vertex), mesh.y(vertex), mesh.z(vertex));
      Integer known = vertices.putIfAbsent(place, vertices.size());
      corners[i] = known == null ? vertices.size() - 1 : known;
    }
    float[] positions = new float[3 * vertices.size()];
    vertices.forEach(
        (place, vertex) -> {
          for (int axis = 0; axis < 3; axis++) {
            positions[3 * vertex + axis] = place.get(axis);
          }
        });
    return Mesh.of(positions, corners);
  }

  /** The same mesh elsewhere. */
  public static Mesh moved(Mesh mesh, double x, double y, double z) {
    float[] positions = mesh.positions();
    for (int i = 0; i < positions.length; i += 3) {
      positions[i] = (float) (positions[i] + x);
      positions[i + 1] = (float) (positions[i + 1] + y);
      positions[i + 2] = (float) (positions[i + 2] + z);
    }
    return Mesh.of(positions, mesh.corners());
  }

  /** Turned around x, then y, then z, by angles in radians. */
  public static Mesh rotated(Mesh mesh, double aroundX, double aroundY, double aroundZ) {
    float[] positions = mesh.positions();
    double[] angles = {aroundX, aroundY, aroundZ};
    for (int i = 0; i < positions.length; i += 3) {
      double[] place = {positions[i], positions[i + 1], positions[i + 2]};
      for (int axis = 0; axis < 3; axis++) {
        int u = (axis + 1) % 3;
        int v = (axis + 2) % 3;
        double turned = place[u] * Math.cos(angles[axis]) - place[v] * Math.sin(angles[axis]);
        place[v] = place[u] * Math.sin(angles[axis]) + place[v] * Math.cos(angles[axis]);
        place[u] = turned;
      }
      for (int axis = 0; axis < 3; axis++) {
        positions[i + axis] = (float) place[axis];
      }
    }
    return Mesh.of(positions, mesh.corners());
  }

  /** The mirror image in x, outside still outside. */
  public static Mesh mirrored(Mesh mesh) {
    float[] positions = mesh.positions();
    for (int i = 0; i < positions.length; i += 3) {
      positions[i] = -positions[i];
    }
    return insideOut(Mesh.of(positions, mesh.corners()));
  }

  /** Every face turned over. */
  public static Mesh insideOut(Mesh mesh) {
    int[] corners = mesh.corners();
    for (int i = 0; i < corners.length; i += 3) {
      swap(corners, i + 1, i + 2);
    }
    return Mesh.of(mesh.positions(), corners);
  }

  /** One face turned over. */
  public static Mesh withFaceTurned(Mesh mesh, int face) {
    int[] corners = mesh.corners();
    swap(corners, 3 * face + 1, 3 * face + 2);
    return Mesh.of(mesh.positions(), corners);
  }

  /** One face taken away. */
  public static Mesh withoutFace(Mesh mesh, int face) {
    int[] corners = mesh.corners();
    int[] fewer = new int[corners.length - 3];
    System.arraycopy(corners, 0, fewer, 0, 3 * face);
    System.arraycopy(corners, 3 * face + 3, fewer, 3 * face, fewer.length - 3 * face);
    return Mesh.of(mesh.positions(), fewer);
  }

  /** One face more, as the last one. */
  public static Mesh withFace(Mesh mesh, int a, int b, int c) {
    int[] corners = Arrays.copyOf(mesh.corners(), 3 * mesh.triangleCount() + 3);
    corners[corners.length - 3] = a;
    corners[corners.length - 2] = b;
    corners[corners.length - 1] = c;
    return Mesh.of(mesh.positions(), corners);
  }

  /** The same mesh, faces and vertices in another order, each face beginning at any corner. */
  public static Mesh shuffled(Mesh mesh, long seed) {
    Random random = new Random(seed);
    int[] vertexPlaces = permutation(mesh.vertexCount(), random);
    int[] facePlaces = permutation(mesh.triangleCount(), random);
    float[] positions = new float[3 * mesh.vertexCount()];
    for (int vertex = 0; vertex < mesh.vertexCount(); vertex++) {
      positions[3 * vertexPlaces[vertex]] = mesh.x(vertex);
      positions[3 * vertexPlaces[vertex] + 1] = mesh.y(vertex);
      positions[3 * vertexPlaces[vertex] + 2] = mesh.z(vertex);
    }
    int[] corners = new int[3 * mesh.triangleCount()];
    for (int face = 0; face < mesh.triangleCount(); face++) {
      int first = random.nextInt(3);
      for (int corner = 0; corner < 3; corner++) {
        corners[3 * facePlaces[face] + corner] =
            vertexPlaces[mesh.vertex(face, (first + corner) % 3)];
      }
    }
    return Mesh.of(positions, corners);
  }

  /** A mesh of these points and faces. */
  public static Mesh mesh(double[][] vertices, int[][] faces) {
    float[] positions = new float[3 * vertices.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (float) vertices[i / 3][i % 3];
    }
    int[] corners = new int[3 * faces.length];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = faces[i / 3][i % 3];
    }
    return Mesh.of(positions, corners);
  }

  private static double[] onSphere(double x, double y, double z, double radius) {
    double scale = radius / Math.sqrt(x * x + y * y + z * z);
    return new double[] {x * scale, y * scale, z * scale};
  }

  /** The triangles that have all other points on their inner side. */
  private static List<int[]> hull(List<double[]> points) {
    List<int[]> faces = new ArrayList<>();
    for (int a = 0; a < points.size(); a++) {
      for (int b = 0; b < points.size(); b++) {
        for (int c = 0; c < points.size(); c++) {
          if (a < b && a < c && b != c && allInside(points, a, b, c)) {
            faces.add(new int[] {a, b, c});
          }
        }
      }
    }
    return faces;
  }

  private static boolean allInside(List<double[]> points, int a, int b, int c) {
    for (int i = 0; i < points.size(); i++) {
      if (i != a && i != b && i != c && height(points, a, b, c, points.get(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static double height(List<double[]> points, int a, int b, int c, double[] point) {
    double[] u = minus(points.get(b), points.get(a));
    double[] v = minus(points.get(c), points.get(a));
    double[] w = minus(point, points.get(a));
    return w[0] * (u[1] * v[2] - u[2] * v[1])
        + w[1] * (u[2] * v[0] - u[0] * v[2])
        + w[2] * (u[0] * v[1] - u[1] * v[0]);
  }

  private static double[] minus(double[] a, double[] b) {
    return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
  }

  private static int[] permutation(int length, Random random) {
    int[] permutation = new int[length];
    for (int i = 0; i < length; i++) {
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
    return permutation;
  }

  private static void swap(int[] numbers, int i, int j) {
    int held = numbers[i];
    numbers[i] = numbers[j];
    numbers[j] = held;
  }
}
