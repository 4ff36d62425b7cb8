package io.ktizo.privacy.export;

/** An archive was begun and is not finished: resume it first. */
public final class ArchiveNotReadyException extends ExportException {
  private static final long serialVersionUID = 1L;

  ArchiveNotReadyException(String id) {
    super("archive " + id + " is not finished: resume it first");
  }
}
