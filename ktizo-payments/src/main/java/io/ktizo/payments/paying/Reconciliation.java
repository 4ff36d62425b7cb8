package io.ktizo.payments.paying;

import java.util.List;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of the provider's books with ours has found.
 *
 * @param compared lines of the provider's books that were compared
 * @param differences everything that does not agree; empty if the books do
 */
public record Reconciliation(int compared, List<Difference> differences) {
  public Reconciliation {
    differences = List.copyOf(differences);
  }

  /**
   * One thing that does not agree.
   *
   * @param cause what kind it is
   * @param name the entry's cause, or the provider's line
   * @param atProvider the provider's amount; {@code null} if he has none
   * @param inJournal our amount; {@code null} if we have none
   */
  public record Difference(
      Cause cause, String name, @Nullable Money atProvider, @Nullable Money inJournal) {}

  /** Kinds of differences. */
  public enum Cause {
    /** The provider moved money that we have not booked. */
    MISSING_IN_JOURNAL,
    /** We booked money that the provider has not moved. */
    MISSING_AT_PROVIDER,
    /** Both know it, with different amounts. */
    AMOUNT_DIFFERS,
    /** The provider has two lines for one event. */
    TWICE_AT_PROVIDER,
    /** A kind of line that this version does not know. */
    UNKNOWN_KIND
  }
}
