package io.ktizo.storage;

/**
 * What an owner has of his quota in use.
 *
 * @param bytes of the contents of his files, each counted once
 * @param reservedBytes that running uploads may still bring
 * @param files that he has
 * @param uploads that are running
 */
public record Usage(long bytes, long reservedBytes, int files, int uploads) {
  /** Nothing. */
  public static final Usage NONE = new Usage(0, 0, 0, 0);
}
