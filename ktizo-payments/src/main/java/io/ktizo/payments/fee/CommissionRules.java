package io.ktizo.payments.fee;

import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.fee.CommissionRule.Amounts;
import io.ktizo.payments.fee.CommissionRule.Whom;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * Rules in the operator's order: the first that applies decides. The last one is for everybody and
 * every currency, so that no sale is without an answer and none is free by accident. Immutable.
 *
 * @param rules the first is asked first; names are unique
 */
public record CommissionRules(List<CommissionRule> rules) {

  public CommissionRules {
    rules = List.copyOf(rules);
    if (rules.isEmpty()
        || !(rules.getLast().whom() instanceof Whom.Everybody)
        || rules.getLast().amounts() != null) {
      throw new IllegalArgumentException(
          "the last rule is for everybody and every currency, without amounts");
    }
    if (rules.stream().map(CommissionRule::name).distinct().count() != rules.size()) {
      throw new IllegalArgumentException("two rules have one name");
    }
  }

  /**
   * What was decided.
   *
   * @param rule by which rule
   * @param commission to be frozen in the payable
   */
  public record Decided(String rule, Commission commission) {}

  /**
   * The commission on a payee's lines of one sale.
   *
   * @param net what his lines bring without tax, after discounts; not negative
   * @param taxRate of value-added tax on the fee, as a fraction; zero where the payee owes it
   *     himself
   * @return a fee, rounded half up, and its tax; together they are never more than {@code net}
   */
  public Decided decide(PayeeId payee, Money net, BigDecimal taxRate) {
    if (net.isNegative() || taxRate.signum() < 0 || taxRate.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException("neither the sale nor the rate is negative: " + net);
    }
    CurrencyUnit currency = net.getCurrencyUnit();
    CommissionRule rule =
        rules.stream().filter(one -> one.isFor(payee, currency)).findFirst().orElseThrow();
    Money fee = net.multipliedBy(rule.share(), RoundingMode.HALF_UP);
    Amounts amounts = rule.amounts();
    if (amounts != null) {
      fee = fee.plus(amounts.fixed());
      fee = fee.isLessThan(amounts.least()) ? amounts.least() : fee;
      fee = fee.isGreaterThan(amounts.most()) ? amounts.most() : fee;
    }
    Money most =
        Money.of(
            currency,
            net.getAmount()
                .divide(
                    BigDecimal.ONE.add(taxRate), currency.getDecimalPlaces(), RoundingMode.DOWN));
    fee = fee.isGreaterThan(most) ? most : fee;
    // fee · rate is at most net - fee, a whole number of units: rounding does not pass it.
    Money tax = fee.multipliedBy(taxRate, RoundingMode.HALF_UP);
    return new Decided(rule.name(), new Commission(payee, fee, tax));
  }
}
