package io.ktizo.core.mesh;

import java.io.IOException;
import java.nio.file.Files;
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
   * @throws IOException if the disk fails; nothing that the file contains makes this method throw
   */
  public MeshReading read(Path file) throws IOException {
    if (Files.size(file) > limits.bytes()) {
      return new MeshReading.Refused(
          new Refusal(Refusal.Code.TOO_LARGE, "", "The file is larger than we accept."));
    }
    return new MeshReading.Refused(
        new Refusal(Refusal.Code.UNKNOWN_FORMAT, "", "This is not a model file that we know."));
  }
}
