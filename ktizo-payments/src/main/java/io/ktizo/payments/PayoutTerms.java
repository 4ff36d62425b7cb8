package io.ktizo.payments;

import java.time.Duration;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * How a payee is paid in one currency.
 *
 * @param schedule on which days his balance is sent to his bank
 * @param hold how long after delivery his part of a payable waits for complaints, up to 90 days
 * @param least less than this is not sent; not negative; its currency is the one concerned
 */
public record PayoutTerms(PayoutSchedule schedule, Duration hold, Money least) {
  private static final Duration LONGEST_HOLD = Duration.ofDays(90);

  public PayoutTerms {
    if (hold.isNegative() || hold.compareTo(LONGEST_HOLD) > 0) {
      throw new IllegalArgumentException("a hold is from 0 to 90 days: " + hold);
    }
    if (least.isNegative()) {
      throw new IllegalArgumentException("the least payout is not negative: " + least);
    }
  }

  /** Which currency these terms are about. */
  public CurrencyUnit currency() {
    return least.getCurrencyUnit();
  }
}
