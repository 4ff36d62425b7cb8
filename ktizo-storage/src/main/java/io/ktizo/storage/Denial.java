package io.ktizo.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Why an upload may not begin. */
public sealed interface Denial {
  /**
   * The file is longer than any may be.
   *
   * @param limit in bytes
   */
  record FileTooLarge(long limit) implements Denial {}

  /**
   * There is no room for it in the owner's quota.
   *
   * @param limit in bytes, of everything
   * @param free how much of it is left
   */
  record QuotaExhausted(long limit, long free) implements Denial {}

  /**
   * The owner has as many files as he may have.
   *
   * @param limit how many
   */
  record TooManyFiles(int limit) implements Denial {}

  /**
   * Uploads are begun faster than allowed.
   *
   * @param retryAfter when one will be free
   */
  record TooFrequent(Duration retryAfter) implements Denial {}

  /** What speaks against bytes and files more, leaving time aside. */
  static List<Denial> of(Quota quota, Usage usage, long moreBytes, int moreFiles) {
    List<Denial> denials = new ArrayList<>();
    long free = Math.max(0, quota.bytes() - usage.bytes() - usage.reservedBytes());
    if (moreBytes > free) {
      denials.add(new QuotaExhausted(quota.bytes(), free));
    }
    if ((long) usage.files() + usage.uploads() + moreFiles > quota.files()) {
      denials.add(new TooManyFiles(quota.files()));
    }
    return denials;
  }
}
