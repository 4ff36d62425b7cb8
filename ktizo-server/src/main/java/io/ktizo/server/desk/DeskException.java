package io.ktizo.server.desk;

/**
 * The desk's own machinery failed: disk or database. The message names what was tried and never
 * holds what a driver said, which may be somebody's data.
 */
public final class DeskException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeskException(String message, Throwable cause) {
    super(message, cause);
  }
}
