package io.ktizo.core.mesh;

import java.io.Serial;

/**
 * Carries a refusal from the depth of a reader to {@link MeshReader}, which turns it into a {@link
 * MeshReading.Refused}. It never leaves this package, and costs no stack trace.
 */
final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  RefusedException(Refusal.Code code, String location, String message) {
    super(message, null, false, false);
    this.refusal = new Refusal(code, location, message);
  }

  Refusal refusal() {
    return refusal;
  }
}
