package io.ktizo.storage.access;

import io.ktizo.storage.Sha256;
import io.ktizo.storage.StoredFile;
import java.io.InputStream;

/** Whether a file was opened. */
public sealed interface Opening {
  /**
   * It was.
   *
   * @param file which one
   * @param mediaType of what was opened: the file's own, or that of something derived from it
   * @param size of all of it
   * @param sha256 of all of it
   * @param content the bytes that were asked for. Reading throws {@link AccessEndedException}
   *     within half a second of the end of the access, and {@link
   *     io.ktizo.storage.DamagedFileException} for bytes that are not what was stored
   */
  record Opened(StoredFile file, String mediaType, long size, Sha256 sha256, InputStream content)
      implements Opening {}

  /** He may not see it. */
  record Refused() implements Opening {}

  /** There is no such file, or nothing of that kind derived from it. */
  record Missing() implements Opening {}
}
