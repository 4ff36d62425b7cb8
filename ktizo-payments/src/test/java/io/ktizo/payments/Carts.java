package io.ktizo.payments;

import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/** Payables for tests: hand-made ones that speak, and random ones of every size. */
final class Carts {
  static final CurrencyUnit EUR = CurrencyUnit.EUR;
  static final PayeeId ALPHA = new PayeeId("shop_alpha");
  static final PayeeId BETA = new PayeeId("shop_beta");
  static final Payable ONE_SHOP =
      new Payable(
          new PayableId("order_1"),
          List.of(
              line("part", ALPHA, eur(11_900), eur(1_900)), line("post", ALPHA, eur(595), eur(95))),
          List.of(new Commission(ALPHA, eur(1_050), eur(200))));

  private static final List<CurrencyUnit> CURRENCIES =
      List.of(CurrencyUnit.JPY, EUR, CurrencyUnit.USD, CurrencyUnit.of("KWD"));

  private Carts() {}

  static Money eur(long cents) {
    return Money.ofMinor(EUR, cents);
  }

  static Line line(String id, PayeeId payee, Money amount, Money tax) {
    return new Line(id, payee, amount, tax, TaxCollector.PAYEE);
  }

  /** One to six lines of one to three payees, in a currency of 0, 2 or 3 digits. */
  static Payable random(SplittableRandom random) {
    CurrencyUnit currency = CURRENCIES.get(random.nextInt(CURRENCIES.size()));
    int payees = 1 + random.nextInt(3);
    List<Line> lines = new ArrayList<>();
    Map<PayeeId, Long> earned = new HashMap<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      PayeeId payee = new PayeeId("shop_" + random.nextInt(payees));
      long amount = i == 0 ? 1 + minor(random) : minor(random);
      long tax = random.nextInt(3) == 0 ? 0 : random.nextLong(amount + 1);
      TaxCollector collector = random.nextBoolean() ? TaxCollector.PLATFORM : TaxCollector.PAYEE;
      lines.add(
          new Line(
              "line_" + i,
              payee,
              Money.ofMinor(currency, amount),
              Money.ofMinor(currency, tax),
              collector));
      earned.merge(payee, collector == TaxCollector.PLATFORM ? amount - tax : amount, Long::sum);
    }
    List<Commission> commissions = new ArrayList<>();
    earned.forEach(
        (payee, sum) -> {
          if (random.nextInt(5) > 0) {
            long fee = random.nextLong(sum + 1);
            long feeTax = random.nextLong(sum - fee + 1);
            commissions.add(
                new Commission(
                    payee, Money.ofMinor(currency, fee), Money.ofMinor(currency, feeTax)));
          }
        });
    return new Payable(new PayableId("order_r"), lines, commissions);
  }

  /** Small amounts are as frequent as large ones: rounding is where the faults are. */
  private static long minor(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> random.nextLong(10);
      case 1 -> random.nextLong(1_000);
      default -> random.nextLong(9_999_999);
    };
  }
}
