package io.ktizo.storage.upload;

import io.ktizo.storage.Denial;
import io.ktizo.storage.StoredFile;
import java.util.List;

/** What became of an upload. */
public sealed interface Outcome {
  /**
   * It is a file.
   *
   * @param file the file
   */
  record Kept(StoredFile file) implements Outcome {}

  /**
   * It was judged and is gone.
   *
   * @param reason why
   */
  record Refused(Refusal reason) implements Outcome {}

  /** It is complete and waits: the scanner is not available, and nothing is kept unscanned. */
  record Held() implements Outcome {}

  /** It is complete, and somebody else is judging it at the moment. */
  record BeingJudged() implements Outcome {}

  /**
   * Bytes are missing. What came is kept for going on, where going on is possible.
   *
   * @param end why no more came
   */
  record Incomplete(Reception.End end) implements Outcome {}

  /** More bytes came than were declared. */
  record TooLong() implements Outcome {}

  /**
   * It was not even begun.
   *
   * @param reasons all of them
   */
  record Denied(List<Denial> reasons) implements Outcome {
    /** Copies the list. */
    public Denied {
      reasons = List.copyOf(reasons);
    }
  }

  /** There is no such upload of this owner (any more). */
  record Unknown() implements Outcome {}
}
