package io.ktizo.payments.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * The books themselves: entries that are only ever added.
 *
 * <p>Contract: an entry is in the books once for its cause, however often and by however many
 * threads and instances it is appended; once {@link #append} has returned the entry stays, as far
 * as the store behind it promises durability. Entries have an order of appending, the same for all
 * readers. There is no way to change or remove one.
 */
public interface Journal {

  /**
   * Adds an entry unless one with its cause is there already.
   *
   * @return whether it was added
   * @throws CauseConflictException if the entry that is there has another kind, payable, provider
   *     reference or other postings: two different events claim one name
   */
  boolean append(JournalEntry entry);

  /** The entry of this cause. */
  Optional<JournalEntry> entry(String cause);

  /**
   * What an account holds, by the side that makes it grow: an asset or expense counts debits
   * positive, a liability or revenue credits. Zero for an account that was never used.
   */
  Money balance(Account account);

  /** What an account held when a moment began: of entries that were booked before it alone. */
  Money balance(Account account, Instant before);

  /** Every account that was ever used, in no particular order. */
  List<Account> accounts();

  /**
   * Entries of a span of time, in the order in which they were appended.
   *
   * @param account those that touch it; {@code null} for all
   * @param from first moment that counts
   * @param to first moment that does not count any more
   * @param skip how many to leave out
   * @param most how many to answer, 1 to 10,000
   */
  List<JournalEntry> entries(
      @Nullable Account account, Instant from, Instant to, long skip, int most);
}
