package io.ktizo.privacy.export;

import java.io.IOException;

/**
 * An archive could not be written, for instance because the disk is full. One that {@link Exports}
 * keeps can be resumed once there is room.
 */
public final class ArchiveNotWrittenException extends ExportException {
  private static final long serialVersionUID = 1L;

  private final boolean diskFull;

  ArchiveNotWrittenException(IOException refused) {
    super(
        "the archive could not be written: "
            + (full(refused) ? "no space left" : refused.getClass().getSimpleName()));
    this.diskFull = full(refused);
    setStackTrace(refused.getStackTrace());
  }

  /** Whether there was no room for it. */
  public boolean diskFull() {
    return diskFull;
  }

  private static boolean full(IOException refused) {
    String message = refused.getMessage();
    return message != null
        && (message.contains("No space left") || message.contains("not enough space"));
  }
}
