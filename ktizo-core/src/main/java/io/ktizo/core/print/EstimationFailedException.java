package io.ktizo.core.print;

/** No estimate can be given; the message says why in words that a Shop understands. */
public final class EstimationFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EstimationFailedException(String message) {
    super(message);
  }

  public EstimationFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
