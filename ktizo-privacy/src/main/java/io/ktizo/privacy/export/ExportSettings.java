package io.ktizo.privacy.export;

import org.jspecify.annotations.Nullable;

/**
 * What the host adds to its archives.
 *
 * @param controller who answers for the data; {@code null} leaves it out
 * @param disclosures who really got data; {@code null} if the host keeps no record
 */
public record ExportSettings(@Nullable Controller controller, @Nullable Disclosures disclosures) {
  /** Nothing added. */
  public static final ExportSettings NONE = new ExportSettings(null, null);
}
