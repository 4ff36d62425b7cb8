package io.ktizo.core.mesh;

import java.io.IOException;

/** Reads 3MF files. */
final class ThreeMfReader {
  private ThreeMfReader() {}

  /**
   * Reads a file that was recognised as {@link MeshFormat#THREE_MF}.
   *
   * @throws RefusedException with the reason, if it cannot be accepted
   * @throws IOException if the disk fails
   */
  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    budget.check();
    throw new RefusedException(
        Refusal.Code.UNSUPPORTED_FEATURE,
        "",
        "We cannot read 3MF files of " + source.size() + " of " + limits.bytes() + " bytes.");
  }
}
