package io.ktizo.privacy.export;

/**
 * What an archive holds.
 *
 * @param rows rows of tables
 * @param items files and entries of holders
 * @param bytes bytes of the archive
 */
public record Exported(long rows, long items, long bytes) {

  /** Whether nothing was held about the person, or nobody of this key is known. */
  public boolean empty() {
    return rows == 0 && items == 0;
  }
}
