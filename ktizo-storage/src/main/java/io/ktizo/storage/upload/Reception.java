package io.ktizo.storage.upload;

import io.ktizo.storage.Sha256;
import io.ktizo.storage.Upload;
import java.util.Optional;

/** What came of receiving bytes. */
public sealed interface Reception {
  /**
   * Bytes arrived and are safe, perhaps fewer than were sent.
   *
   * @param upload as it stands now
   * @param end why receiving ended
   * @param hash of the whole content, if all of it came at once
   */
  record Received(Upload upload, End end, Optional<Sha256> hash) implements Reception {
    /** Whether nothing is missing any more. */
    public boolean isComplete() {
      return upload.state() != Upload.State.RECEIVING;
    }
  }

  /** Why receiving ended. */
  enum End {
    /** The body was read to its end. */
    BODY_ENDED,
    /** The connection broke, or the body ended before its length. */
    CUT,
    /** The sender was slower than allowed. */
    TOO_SLOW,
    /**
     * The owner has no room for more; what came before is kept. Lengths known before never end so.
     */
    NO_ROOM,
    /** Somebody else continues this upload; what he was told counts. */
    SUPERSEDED
  }

  /**
   * The bytes were for another place. None were read.
   *
   * @param upload as it stands
   */
  record WrongOffset(Upload upload) implements Reception {}

  /** More bytes came than the upload has left. None beyond its length were kept. */
  record TooLong() implements Reception {}

  /** The bytes are not those of the checksum. None were kept. */
  record ChecksumMismatch() implements Reception {}

  /**
   * The upload takes no bytes: it is complete, or joins others.
   *
   * @param upload as it stands
   */
  record NotReceiving(Upload upload) implements Reception {}

  /** There is no such upload of this owner (any more). */
  record Unknown() implements Reception {}
}
