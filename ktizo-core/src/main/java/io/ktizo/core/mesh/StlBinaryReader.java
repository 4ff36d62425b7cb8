package io.ktizo.core.mesh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Reads binary STL: 80 bytes of header, a 32-bit count, then for each triangle a normal, three
 * corners and two attribute bytes, all little endian (3D Systems, StereoLithography Interface
 * Specification, 1989).
 *
 * <p>Only the corners are used. Normals are often zero or wrong, and attributes mean colour to some
 * programs and nothing to most. Bytes behind the last triangle are tolerated.
 */
final class StlBinaryReader {
  static final int HEADER = 84;
  static final int TRIANGLE = 50;

  private static final int BLOCK_TRIANGLES = 1024;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int LARGEST_BITS = Float.floatToRawIntBits(MeshBuilder.LARGEST_COORDINATE);

  private StlBinaryReader() {}

  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    MeshBuilder builder = new MeshBuilder(limits);
    builder.expecting(triangles(source, limits));
    scan(source, limits, budget, builder);
    return builder.build(MeshFormat.STL_BINARY, null, List.of());
  }

  /** Passes every triangle on to {@code sink}, in the memory of one block. */
  static void scan(Source source, MeshLimits limits, Budget budget, TriangleSink sink)
      throws IOException {
    long count = triangles(source, limits);
    byte[] bytes = new byte[(int) Math.min(BLOCK_TRIANGLES, count) * TRIANGLE];
    float[] coordinates = new float[bytes.length / TRIANGLE * 9];
    for (long first = 0; first < count; first += BLOCK_TRIANGLES) {
      budget.tick(64);
      int wanted = (int) Math.min(BLOCK_TRIANGLES, count - first);
      int read = source.read(HEADER + first * TRIANGLE, bytes, 0, wanted * TRIANGLE);
      if (read < wanted * TRIANGLE) {
        throw truncated();
      }
      if (!decode(bytes, coordinates, wanted)) {
        throw MeshBuilder.badCoordinate("triangle " + (first + firstUnusable(coordinates) + 1));
      }
      sink.take(coordinates, wanted);
    }
  }

  /** The count in the header, once it is known to fit the file and the limits. */
  private static long triangles(Source source, MeshLimits limits) throws IOException {
    byte[] header = source.head(HEADER);
    if (header.length < HEADER) {
      throw truncated();
    }
    long count = (int) INT.get(header, HEADER - 4) & 0xFFFFFFFFL;
    if (count > (source.size() - HEADER) / TRIANGLE) {
      throw truncated();
    }
    MeshBuilder.checkLimit(limits, count);
    return count;
  }

  private static RefusedException truncated() {
    return new RefusedException(
        Refusal.Code.TRUNCATED,
        "byte 80",
        "The file holds fewer triangles than it says, so a part of it is missing; please send it"
            + " again.");
  }

  /** Answers whether every coordinate is usable. */
  static boolean decode(byte[] bytes, float[] coordinates, int triangles) {
    int usable = 0;
    int to = 0;
    for (int triangle = 0; triangle < triangles; triangle++) {
      int from = triangle * TRIANGLE + 12;
      long first = (long) LONG.get(bytes, from);
      long second = (long) LONG.get(bytes, from + 8);
      long third = (long) LONG.get(bytes, from + 16);
      long fourth = (long) LONG.get(bytes, from + 24);
      int ninth = (int) INT.get(bytes, from + 32);
      coordinates[to] = Float.intBitsToFloat((int) first);
      coordinates[to + 1] = Float.intBitsToFloat((int) (first >>> 32));
      coordinates[to + 2] = Float.intBitsToFloat((int) second);
      coordinates[to + 3] = Float.intBitsToFloat((int) (second >>> 32));
      coordinates[to + 4] = Float.intBitsToFloat((int) third);
      coordinates[to + 5] = Float.intBitsToFloat((int) (third >>> 32));
      coordinates[to + 6] = Float.intBitsToFloat((int) fourth);
      coordinates[to + 7] = Float.intBitsToFloat((int) (fourth >>> 32));
      coordinates[to + 8] = Float.intBitsToFloat(ninth);
      to += 9;
    }
    for (int i = 0; i < to; i++) {
      usable |= headroom(Float.floatToRawIntBits(coordinates[i]));
    }
    return usable >= 0;
  }

  /**
   * Negative for bits of a float that is too large, infinite or not a number: as whole numbers the
   * bits of positive floats are in the order of their values, with infinity and NaN last.
   */
  private static int headroom(int bits) {
    return LARGEST_BITS - (bits & 0x7FFFFFFF);
  }

  private static int firstUnusable(float[] coordinates) {
    int at = 0;
    while (MeshBuilder.isUsable(coordinates[at])) {
      at++;
    }
    return at / 9;
  }
}
