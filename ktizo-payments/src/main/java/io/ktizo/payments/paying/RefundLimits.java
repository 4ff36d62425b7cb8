package io.ktizo.payments.paying;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * Up to how much one person alone may give back of a payable, by currency. Of a currency without a
 * limit he may give back nothing alone: 250 is a lot of dinars and little of yen, and nobody should
 * find that out afterwards. Immutable.
 */
public final class RefundLimits implements Function<CurrencyUnit, Money> {
  private final Map<CurrencyUnit, Money> limits;

  private RefundLimits(Map<CurrencyUnit, Money> limits) {
    this.limits = limits;
  }

  /**
   * These limits.
   *
   * @param limits not negative, at most one a currency; none at all to want two persons always
   * @throws IllegalArgumentException if they are not so
   */
  public static RefundLimits of(List<Money> limits) {
    Map<CurrencyUnit, Money> byCurrency = new LinkedHashMap<>();
    for (Money limit : limits) {
      if (limit.isNegative() || byCurrency.put(limit.getCurrencyUnit(), limit) != null) {
        throw new IllegalArgumentException("limits are not negative, and one a currency: " + limit);
      }
    }
    return new RefundLimits(Map.copyOf(byCurrency));
  }

  /** The limit of a currency. */
  @Override
  public Money apply(CurrencyUnit currency) {
    return limits.getOrDefault(currency, Money.zero(currency));
  }

  @Override
  public String toString() {
    return limits.values().toString();
  }
}
