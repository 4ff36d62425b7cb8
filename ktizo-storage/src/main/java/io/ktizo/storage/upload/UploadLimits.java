package io.ktizo.storage.upload;

import java.time.Duration;

/**
 * How uploads are cut into pieces and how long they are waited for.
 *
 * @param pieceBytes after which a piece is made safe; what a killed server loses at most
 * @param pieceTime after which a piece is made safe, however short it is
 * @param mostPieces that a content may consist of; one with more is written anew as one
 * @param slowest bytes a second; a sender who stays below it for {@code patience} is hung up on
 * @param patience see above
 * @param expiry how long after its last piece an upload is given up
 * @param judging how long one judgement may take before somebody else takes over
 * @param handOver how long somebody who continues waits for whoever was writing before
 */
public record UploadLimits(
    long pieceBytes,
    Duration pieceTime,
    int mostPieces,
    long slowest,
    Duration patience,
    Duration expiry,
    Duration judging,
    Duration handOver) {
  /**
   * Pieces of 64 MiB or 5 s, at most 64 of them; 256 bytes a second within 30 s; a day to go on; 15
   * min to judge; 5 s to hand over.
   */
  public static final UploadLimits DEFAULT =
      new UploadLimits(
          64L << 20,
          Duration.ofSeconds(5),
          64,
          256,
          Duration.ofSeconds(30),
          Duration.ofDays(1),
          Duration.ofMinutes(15),
          Duration.ofSeconds(5));

  /** All positive, except that the slowest sender may be 0. */
  public UploadLimits {
    if (pieceBytes < 1 || mostPieces < 1 || slowest < 0) {
      throw new IllegalArgumentException("limits are positive");
    }
    for (Duration span : new Duration[] {pieceTime, patience, expiry, judging}) {
      if (span.isNegative() || span.isZero()) {
        throw new IllegalArgumentException("limits are positive: " + span);
      }
    }
    if (handOver.isNegative()) {
      throw new IllegalArgumentException("limits are not negative: " + handOver);
    }
  }

  /** The same with other pieces. */
  public UploadLimits pieces(long bytes, Duration time, int most) {
    return new UploadLimits(bytes, time, most, slowest, patience, expiry, judging, handOver);
  }

  /** The same with another patience for slow senders. */
  public UploadLimits slowest(long bytesPerSecond, Duration within) {
    return new UploadLimits(
        pieceBytes, pieceTime, mostPieces, bytesPerSecond, within, expiry, judging, handOver);
  }

  /** The same with another time to go on after an interruption. */
  public UploadLimits expiringAfter(Duration time) {
    return new UploadLimits(
        pieceBytes, pieceTime, mostPieces, slowest, patience, time, judging, handOver);
  }

  /** The same with another time to hand over. */
  public UploadLimits handingOverWithin(Duration time) {
    return new UploadLimits(
        pieceBytes, pieceTime, mostPieces, slowest, patience, expiry, judging, time);
  }
}
