package io.ktizo.privacy.export;

/**
 * An archive is not what it should be: altered, cut off, sealed with another key, or no archive.
 */
public final class UnreadableArchiveException extends ExportException {
  private static final long serialVersionUID = 1L;

  UnreadableArchiveException(String message) {
    super(message);
  }
}
