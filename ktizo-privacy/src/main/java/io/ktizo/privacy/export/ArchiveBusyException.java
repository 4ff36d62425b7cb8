package io.ktizo.privacy.export;

/** Another thread or instance is making this archive just now. */
public final class ArchiveBusyException extends ExportException {
  private static final long serialVersionUID = 1L;

  ArchiveBusyException(String id) {
    super("archive " + id + " is being made by another instance");
  }
}
