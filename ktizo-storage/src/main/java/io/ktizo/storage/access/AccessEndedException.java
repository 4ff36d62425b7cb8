package io.ktizo.storage.access;

import io.ktizo.storage.FileId;
import io.ktizo.storage.StorageException;

/** Whoever was reading a file may not any more. What he has read so far he has. */
public final class AccessEndedException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final FileId file;

  AccessEndedException(FileId file) {
    super("access has ended: " + file, null);
    this.file = file;
  }

  /** Which file it was. */
  public FileId file() {
    return file;
  }
}
