package io.ktizo.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Allocation.Refund;
import io.ktizo.payments.Allocation.Share;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/** The parts equal the whole: over a million random carts, and in cases computed by hand. */
class SplitPropertyTest {
  private static final int CARTS = 1_000_000;

  @Test
  void the_parts_of_a_million_random_carts_equal_the_whole() {
    SplittableRandom random = new SplittableRandom(20_261_125);
    for (int cart = 0; cart < CARTS; cart++) {
      Payable payable = Carts.random(random);

      Allocation whole = Allocation.of(payable);

      check(payable, whole);
      Allocation remaining = whole;
      Money givenBack = Money.zero(payable.currency());
      int refunds = random.nextInt(4);
      for (int i = 0; i < refunds && remaining.total().isPositive(); i++) {
        Refund refund = remaining.refund(somePortions(remaining, random));
        if (!sumsUp(remaining, refund)) {
          throw new AssertionError("cart " + cart + ": " + remaining + " <> " + refund);
        }
        givenBack = givenBack.plus(refund.refunded().total());
        remaining = refund.remaining();
      }
      if (remaining.total().isPositive()) {
        givenBack = givenBack.plus(remaining.refundAll().refunded().total());
      }
      // AssertJ costs more than what is checked, so it only speaks when something is wrong.
      if (!givenBack.equals(payable.total())) {
        assertThat(givenBack).as("cart %d: %s", cart, payable).isEqualTo(payable.total());
      }
    }
  }

  private static void check(Payable payable, Allocation whole) {
    for (int i = 0; i < payable.lines().size(); i++) {
      Share share = whole.shares().get(i);
      Line line = payable.lines().get(i);
      if (!share.total().equals(line.amount()) || !share.lineId().equals(line.id())) {
        throw new AssertionError(line + " <> " + share);
      }
    }
    Money fees = Money.zero(payable.currency());
    Money feeTaxes = fees;
    for (Commission commission : payable.commissions()) {
      fees = fees.plus(commission.fee());
      feeTaxes = feeTaxes.plus(commission.tax());
    }
    Money taxes = Money.zero(payable.currency());
    for (Line line : payable.lines()) {
      taxes = line.taxCollector() == TaxCollector.PLATFORM ? taxes.plus(line.tax()) : taxes;
    }
    if (!(whole.fees().equals(fees)
        && whole.feeTaxes().equals(feeTaxes)
        && whole.taxes().equals(taxes)
        && whole.total().equals(payable.total()))) {
      throw new AssertionError(payable + " <> " + whole);
    }
  }

  /** Part by part: what goes back and what remains is what was there. Shares refuse negatives. */
  private static boolean sumsUp(Allocation before, Refund refund) {
    Allocation back = refund.refunded();
    Allocation left = refund.remaining();
    return back.total().plus(left.total()).equals(before.total())
        && back.fees().plus(left.fees()).equals(before.fees())
        && back.feeTaxes().plus(left.feeTaxes()).equals(before.feeTaxes())
        && back.taxes().plus(left.taxes()).equals(before.taxes())
        && before.payees().stream()
            .allMatch(payee -> back.to(payee).plus(left.to(payee)).equals(before.to(payee)));
  }

  private static List<Portion> somePortions(Allocation remaining, SplittableRandom random) {
    List<Portion> portions = new ArrayList<>();
    for (Share share : remaining.shares()) {
      long left = share.total().getAmountMinorLong();
      if (left > 0 && (random.nextBoolean() || portions.isEmpty())) {
        long amount = 1 + random.nextLong(left);
        portions.add(new Portion(share.lineId(), Money.ofMinor(remaining.currency(), amount)));
      }
    }
    return portions;
  }

  @Test
  void a_commission_is_spread_over_lines_in_proportion_to_what_they_bring() {
    // 12.50 over 119.00 and 5.95: exact 11.9047… and 0.5952…, so 11.90 and 0.60 (the larger
    // remainder). Of these the fee of 10.50 takes 9.996 and 0.504: 10.00 and 0.50.
    Allocation allocation = Allocation.of(Carts.ONE_SHOP);

    assertThat(allocation.shares())
        .containsExactly(
            new Share(
                "part", Carts.ALPHA, Carts.eur(10_710), Carts.eur(1_000), Carts.eur(190), zero()),
            new Share("post", Carts.ALPHA, Carts.eur(535), Carts.eur(50), Carts.eur(10), zero()));
  }

  @Test
  void three_refunds_of_a_third_give_everything_back() {
    Payable cent =
        new Payable(
            new PayableId("order_2"),
            List.of(
                new Line("a", Carts.ALPHA, Carts.eur(100), Carts.eur(19), TaxCollector.PLATFORM)),
            List.of(new Commission(Carts.ALPHA, Carts.eur(7), Carts.eur(1))));
    List<Portion> third = List.of(new Portion("a", Carts.eur(33)));

    Refund first = Allocation.of(cent).refund(third);
    Refund second = first.remaining().refund(third);
    Refund last = second.remaining().refundAll();

    // 100 = 73 + 7 + 1 + 19. A third of each: 24.09, 2.31, 0.33, 6.27; the unit left over goes to
    // the largest remainder, the fee's tax.
    assertThat(first.refunded().shares())
        .containsExactly(
            new Share("a", Carts.ALPHA, Carts.eur(24), Carts.eur(2), Carts.eur(1), Carts.eur(6)));
    assertThat(last.refunded().total()).isEqualTo(Carts.eur(34));
    assertThat(last.remaining().total()).isEqualTo(zero());
    assertThat(first.refunded().fees().plus(second.refunded().fees()).plus(last.refunded().fees()))
        .isEqualTo(Carts.eur(7));
  }

  @Test
  void currencies_keep_their_own_digits() {
    Payable dinars =
        new Payable(
            new PayableId("order_3"),
            List.of(
                Carts.line("a", Carts.ALPHA, Money.parse("KWD 1.001"), Money.parse("KWD 0.000"))),
            List.of(
                new Commission(Carts.ALPHA, Money.parse("KWD 0.100"), Money.parse("KWD 0.005"))));

    Refund half = Allocation.of(dinars).refund(List.of(new Portion("a", Money.parse("KWD 0.500"))));

    assertThat(half.refunded().to(Carts.ALPHA)).isEqualTo(Money.parse("KWD 0.448"));
    assertThat(half.refunded().fees()).isEqualTo(Money.parse("KWD 0.050"));
    assertThat(half.refunded().feeTaxes()).isEqualTo(Money.parse("KWD 0.002"));
  }

  @Test
  void a_refund_beyond_what_is_left_is_refused_and_takes_nothing() {
    Allocation whole = Allocation.of(Carts.ONE_SHOP);

    assertRefused(
        whole,
        new Portion("post", Carts.eur(596)),
        RefundRefusedException.Reason.MORE_THAN_IS_LEFT);
    assertRefused(
        whole, new Portion("gone", Carts.eur(1)), RefundRefusedException.Reason.UNKNOWN_LINE);
    assertRefused(
        whole, new Portion("post", Carts.eur(0)), RefundRefusedException.Reason.NOT_POSITIVE);
    assertRefused(
        whole, new Portion("post", Carts.eur(-1)), RefundRefusedException.Reason.NOT_POSITIVE);
    assertRefused(
        whole,
        new Portion("post", Money.ofMinor(CurrencyUnit.USD, 1)),
        RefundRefusedException.Reason.OTHER_CURRENCY);
    assertThatThrownBy(() -> whole.refund(List.of())).isInstanceOf(RefundRefusedException.class);
    assertThatThrownBy(
            () ->
                whole.refund(
                    List.of(new Portion("post", Carts.eur(1)), new Portion("post", Carts.eur(1)))))
        .isInstanceOfSatisfying(
            RefundRefusedException.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo(RefundRefusedException.Reason.LINE_NAMED_TWICE));
    assertThat(whole.total()).isEqualTo(Carts.eur(12_495));
  }

  private static void assertRefused(
      Allocation whole, Portion portion, RefundRefusedException.Reason reason) {
    assertThatThrownBy(() -> whole.refund(List.of(portion)))
        .isInstanceOfSatisfying(
            RefundRefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.lineId()).isEqualTo(portion.lineId());
            });
  }

  private static Money zero() {
    return Carts.eur(0);
  }
}
