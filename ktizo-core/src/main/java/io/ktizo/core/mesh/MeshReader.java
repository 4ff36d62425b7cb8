package io.ktizo.core.mesh;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads model files of every known format.
 *
 * <p>The format is told by content alone. Safe for use by many threads; a reader holds its limits
 * and nothing else.
 */
public final class MeshReader {
  private final MeshLimits limits;

  private MeshReader(MeshLimits limits) {
    this.limits = limits;
  }

  public static MeshReader withLimits(MeshLimits limits) {
    return new MeshReader(limits);
  }

  /**
   * Reads one file.
   *
   * @throws IOException if the disk fails or the file is not there; nothing that the file contains
   *     makes this method throw
   */
  public MeshReading read(Path file) throws IOException {
    try (Source source = Source.open(file)) {
      return read(source);
    }
  }

  /** Reads a file that is in memory already. */
  public MeshReading read(byte[] content) throws IOException {
    try (Source source = Source.of(content)) {
      return read(source);
    }
  }

  private MeshReading read(Source source) throws IOException {
    try {
      return new MeshReading.Accepted(readOrRefuse(source));
    } catch (RefusedException refused) {
      return new MeshReading.Refused(refused.refusal());
    }
  }

  private Model readOrRefuse(Source source) throws IOException {
    if (source.size() > limits.bytes()) {
      throw new RefusedException(
          Refusal.Code.TOO_LARGE, "", "The file is larger than we accept; please simplify it.");
    }
    Budget budget = Budget.startingNow(limits);
    byte[] head = source.head(4);
    if (head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4) {
      return ThreeMfReader.read(source, limits, budget);
    }
    if (head.length > 0 && head[0] == '<') {
      return AmfReader.read(source, limits, budget);
    }
    throw new RefusedException(
        Refusal.Code.UNKNOWN_FORMAT, "", "This is not a model file that we know.");
  }
}
