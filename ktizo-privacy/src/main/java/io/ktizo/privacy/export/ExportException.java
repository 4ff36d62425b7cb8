package io.ktizo.privacy.export;

import io.ktizo.privacy.PrivacyException;

/** An export could not be made, kept or read. Subclasses tell what a caller may handle. */
public abstract class ExportException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  protected ExportException(String message) {
    super(message);
  }
}
