package io.ktizo.storage;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the content of a blob. Returning means: that was all of it, keep it. */
@FunctionalInterface
public interface BlobWriter {
  /**
   * Writes all bytes.
   *
   * @param out where to; need not be closed. Failures of the store come out of it as {@link
   *     StorageException}, so an {@link IOException} is always one of the writer's own source
   * @throws IOException if the content cannot be had; nothing is kept then
   */
  void writeTo(OutputStream out) throws IOException;
}
