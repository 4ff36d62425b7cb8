package io.ktizo.payments.fee;

import io.ktizo.payments.PayeeId;
import java.math.BigDecimal;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One rule: from whom, and how much of his net sales.
 *
 * @param name tells it from others on statements and in logs; 1 to 60 characters
 * @param whom whose sales
 * @param share of the net amount, as a fraction from 0 to 1 with up to six digits
 * @param amounts limits and fixed parts in one currency; {@code null} if there are none, and the
 *     rule is for every currency. A rule with amounts is for its currency alone: fees are never
 *     converted
 */
public record CommissionRule(String name, Whom whom, BigDecimal share, @Nullable Amounts amounts) {

  public CommissionRule {
    if (name.isBlank() || name.length() > 60) {
      throw new IllegalArgumentException("a rule's name has 1 to 60 characters");
    }
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) > 0 || share.scale() > 6) {
      throw new IllegalArgumentException("a share is from 0 to 1 with up to six digits: " + share);
    }
  }

  /** Whose sales a rule is about. Nobody is not everybody: an empty set cannot be made. */
  public sealed interface Whom {
    /** Every payee. */
    record Everybody() implements Whom {}

    /**
     * Some.
     *
     * @param payees at least one
     */
    record These(Set<PayeeId> payees) implements Whom {
      public These {
        payees = Set.copyOf(payees);
        if (payees.isEmpty()) {
          throw new IllegalArgumentException(
              "a rule for nobody: without this check it would be taken for one for everybody");
        }
      }
    }
  }

  /**
   * Amounts of one currency, none negative.
   *
   * @param fixed comes on top of the share, once a payable and payee
   * @param least the fee is at least this, as far as the sale is as much
   * @param most the fee is at most this; not below {@code least}
   */
  public record Amounts(Money fixed, Money least, Money most) {
    public Amounts {
      if (fixed.isNegative() || least.isNegative() || most.isLessThan(least)) {
        throw new IllegalArgumentException("amounts are not negative, the most is not the least");
      }
      if (!fixed.isSameCurrency(least)) {
        throw new IllegalArgumentException("amounts of a rule have one currency");
      }
    }
  }

  boolean isFor(PayeeId payee, CurrencyUnit currency) {
    boolean his =
        switch (whom) {
          case Whom.Everybody everybody -> true;
          case Whom.These(Set<PayeeId> payees) -> payees.contains(payee);
        };
    return his && (amounts == null || amounts.fixed().getCurrencyUnit().equals(currency));
  }
}
