package io.ktizo.privacy.export;

/**
 * How an archive is divided. Two archives are the same bytes only if they were divided alike, so
 * these are constants but for tests.
 *
 * @param betweenCuts plain bytes between two places at which an archive can be taken up again
 * @param rowsOfPart rows of one part of a data set
 * @param bytesOfPart plain bytes of one part's JSON, far below the 4 GiB of a simple zip entry
 */
record Measure(long betweenCuts, long rowsOfPart, long bytesOfPart) {
  /** A part has as many rows as a spreadsheet takes. */
  static final Measure USUAL = new Measure(32L << 20, 1_000_000, 1L << 30);
}
