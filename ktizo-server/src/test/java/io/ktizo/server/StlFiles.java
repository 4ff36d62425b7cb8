package io.ktizo.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Files of simple shapes, made here. */
public final class StlFiles {
  /** Two triangles for each side of the unit cube, counter-clockwise seen from outside. */
  private static final int[][] CUBE = {
    {0, 0, 0, 0, 1, 0, 1, 1, 0}, {0, 0, 0, 1, 1, 0, 1, 0, 0},
    {0, 0, 1, 1, 0, 1, 1, 1, 1}, {0, 0, 1, 1, 1, 1, 0, 1, 1},
    {0, 0, 0, 1, 0, 0, 1, 0, 1}, {0, 0, 0, 1, 0, 1, 0, 0, 1},
    {0, 1, 0, 0, 1, 1, 1, 1, 1}, {0, 1, 0, 1, 1, 1, 1, 1, 0},
    {0, 0, 0, 0, 0, 1, 0, 1, 1}, {0, 0, 0, 0, 1, 1, 0, 1, 0},
    {1, 0, 0, 1, 1, 0, 1, 1, 1}, {1, 0, 0, 1, 1, 1, 1, 0, 1},
  };

  private StlFiles() {}

  /** A cube of this side as binary STL. */
  public static byte[] cube(double side) {
    return box(side, side, side, CUBE.length);
  }

  /** A box as binary STL. */
  public static byte[] box(double x, double y, double z) {
    return box(x, y, z, CUBE.length);
  }

  /** A cube that lacks a triangle. */
  public static byte[] openCube(double side) {
    return box(side, side, side, CUBE.length - 1);
  }

  /** A cube as STL text. */
  public static byte[] textCube(double side) {
    StringBuilder text = new StringBuilder("solid cube\n");
    for (int[] triangle : CUBE) {
      text.append("facet normal 0 0 0\nouter loop\n");
      for (int corner = 0; corner < 3; corner++) {
        text.append(
            String.format(
                Locale.ROOT,
                "vertex %f %f %f%n",
                side * triangle[3 * corner],
                side * triangle[3 * corner + 1],
                side * triangle[3 * corner + 2]));
      }
      text.append("endloop\nendfacet\n");
    }
    return text.append("endsolid cube\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] box(double x, double y, double z, int triangles) {
    ByteBuffer file = ByteBuffer.allocate(84 + 50 * triangles).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(80, triangles).position(84);
    for (int[] triangle : Arrays.copyOf(CUBE, triangles)) {
      file.position(file.position() + 12);
      for (int corner = 0; corner < 3; corner++) {
        file.putFloat((float) (x * triangle[3 * corner]));
        file.putFloat((float) (y * triangle[3 * corner + 1]));
        file.putFloat((float) (z * triangle[3 * corner + 2]));
      }
      file.putShort((short) 0);
    }
    return file.array();
  }
}
