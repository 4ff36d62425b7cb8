package io.ktizo.core.mesh;

import java.time.Duration;

/**
 * How much one file may cost. Every reader keeps every limit that concerns it, and checks a number
 * from the file against them before it allocates anything from that number.
 *
 * @param bytes the file's own size
 * @param inflatedBytes all bytes that come out of a zip package together
 * @param inflationRatio inflated bytes for each compressed byte, over the whole package
 * @param entries entries of a zip package
 * @param triangles triangles after components and instances were multiplied out
 * @param nesting depth of XML elements, of 3MF components and of JSON
 * @param cpuTime time that the reading thread may work
 */
public record MeshLimits(
    long bytes,
    long inflatedBytes,
    int inflationRatio,
    int entries,
    int triangles,
    int nesting,
    Duration cpuTime) {

  /**
   * For files that customers send: 256 MiB, 1 GiB inflated at 200:1, 10 million triangles, 30 s.
   */
  public static final MeshLimits DEFAULT =
      new MeshLimits(256L << 20, 1L << 30, 200, 2_000, 10_000_000, 32, Duration.ofSeconds(30));

  public MeshLimits {
    if (bytes <= 0
        || inflatedBytes <= 0
        || inflationRatio <= 0
        || entries <= 0
        || triangles <= 0
        || nesting <= 0
        || cpuTime.isNegative()
        || cpuTime.isZero()) {
      throw new IllegalArgumentException("every limit must be positive");
    }
    if (triangles > 100_000_000) {
      throw new IllegalArgumentException(
          "at most 100,000,000 triangles fit the arrays of one mesh: " + triangles);
    }
  }
}
