package io.ktizo.payments.fee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.PayeeId;
import io.ktizo.payments.fee.CommissionRule.Amounts;
import io.ktizo.payments.fee.CommissionRule.Whom;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommissionRulesTest {
  private static final PayeeId ALPHA = new PayeeId("alpha");
  private static final PayeeId BETA = new PayeeId("beta");
  private static final BigDecimal VAT = new BigDecimal("0.19");
  private static final CommissionRule ALL =
      new CommissionRule("all", new Whom.Everybody(), new BigDecimal("0.10"), null);

  private static Money eur(String amount) {
    return Money.parse("EUR " + amount);
  }

  private static CommissionRule forAlpha(String share, @Nullable Amounts amounts) {
    return new CommissionRule(
        "alpha", new Whom.These(Set.of(ALPHA)), new BigDecimal(share), amounts);
  }

  @Test
  void the_first_rule_that_applies_decides() {
    CommissionRules rules = new CommissionRules(List.of(forAlpha("0.05", null), ALL));

    CommissionRules.Decided alpha = rules.decide(ALPHA, eur("100.00"), VAT);
    assertThat(alpha.rule()).isEqualTo("alpha");
    assertThat(alpha.commission().fee()).isEqualTo(eur("5.00"));
    assertThat(alpha.commission().tax()).isEqualTo(eur("0.95"));
    assertThat(rules.decide(BETA, eur("100.00"), VAT).commission().fee()).isEqualTo(eur("10.00"));
    assertThat(
            new CommissionRules(List.of(ALL, forAlphaAgain()))
                .decide(ALPHA, eur("100.00"), VAT)
                .rule())
        .isEqualTo("all");
  }

  /** For everybody, since the last one must be. */
  private static CommissionRule forAlphaAgain() {
    return new CommissionRule("never", new Whom.Everybody(), BigDecimal.ZERO, null);
  }

  @Test
  void amounts_are_for_their_currency_alone() {
    Amounts euros = new Amounts(eur("0.30"), eur("1.00"), eur("8.00"));
    CommissionRules rules = new CommissionRules(List.of(forAlpha("0.05", euros), ALL));

    assertThat(rules.decide(ALPHA, eur("100.00"), VAT).commission().fee()).isEqualTo(eur("5.30"));
    assertThat(rules.decide(ALPHA, eur("10.00"), VAT).commission().fee()).isEqualTo(eur("1.00"));
    assertThat(rules.decide(ALPHA, eur("900.00"), VAT).commission().fee()).isEqualTo(eur("8.00"));
    Money yen = Money.ofMajor(CurrencyUnit.JPY, 1_005);
    assertThat(rules.decide(ALPHA, yen, VAT).rule()).isEqualTo("all");
    // 100.5 and 19.19 in whole yen.
    assertThat(rules.decide(ALPHA, yen, VAT).commission().fee())
        .isEqualTo(Money.ofMajor(CurrencyUnit.JPY, 101));
    assertThat(rules.decide(ALPHA, yen, VAT).commission().tax())
        .isEqualTo(Money.ofMajor(CurrencyUnit.JPY, 19));
  }

  @Test
  void a_rule_that_lost_its_payees_does_not_become_one_for_everybody() {
    assertThatThrownBy(() -> new Whom.These(Set.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rules_that_leave_a_sale_without_an_answer_are_refused() {
    Amounts euros = new Amounts(eur("0.30"), eur("1.00"), eur("8.00"));
    for (List<CommissionRule> incomplete :
        List.of(
            List.<CommissionRule>of(),
            List.of(forAlpha("0.05", null)),
            List.of(ALL, ALL),
            List.of(
                new CommissionRule("all", new Whom.Everybody(), new BigDecimal("0.1"), euros)))) {
      assertThatThrownBy(() -> new CommissionRules(incomplete))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String share : List.of("-0.01", "1.01", "0.1234567")) {
      assertThatThrownBy(() -> forAlpha(share, null)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void fee_and_tax_never_take_more_than_the_sale() {
    Random random = new Random(26_11_25);
    for (int i = 0; i < 20_000; i++) {
      Money least = Money.ofMinor(CurrencyUnit.EUR, random.nextInt(500));
      CommissionRules rules =
          new CommissionRules(
              List.of(
                  forAlpha(
                      "0." + random.nextInt(100),
                      new Amounts(least, least, least.plus(eur("5.00")))),
                  ALL));
      Money net = Money.ofMinor(CurrencyUnit.EUR, random.nextInt(1_000));
      BigDecimal rate = BigDecimal.valueOf(random.nextInt(28), 2);
      var commission = rules.decide(ALPHA, net, rate).commission();

      assertThat(commission.fee().plus(commission.tax())).isLessThanOrEqualTo(net);
      assertThat(commission.fee().isNegative()).isFalse();
    }
  }
}
