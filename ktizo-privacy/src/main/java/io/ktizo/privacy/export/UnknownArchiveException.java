package io.ktizo.privacy.export;

/** No archive of this id is kept: there never was one, it expired, or it was withdrawn. */
public final class UnknownArchiveException extends ExportException {
  private static final long serialVersionUID = 1L;

  UnknownArchiveException(String id) {
    super("no archive " + id + " is kept");
  }
}
