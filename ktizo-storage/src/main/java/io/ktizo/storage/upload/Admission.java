package io.ktizo.storage.upload;

import io.ktizo.storage.Denial;
import io.ktizo.storage.Upload;
import java.util.List;

/** Whether an upload may begin. */
public sealed interface Admission {
  /**
   * It may.
   *
   * @param upload as it stands now
   */
  record Admitted(Upload upload) implements Admission {}

  /**
   * It may not.
   *
   * @param reasons all of them
   */
  record Denied(List<Denial> reasons) implements Admission {
    /** Copies the list. */
    public Denied {
      reasons = List.copyOf(reasons);
    }
  }

  /** The uploads that it was to join are not complete parts of the same owner. */
  record PartsUnfit() implements Admission {}
}
