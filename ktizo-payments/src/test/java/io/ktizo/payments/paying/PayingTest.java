package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.ALPHA;
import static io.ktizo.payments.paying.Market.BETA;
import static io.ktizo.payments.paying.Market.eur;
import static io.ktizo.payments.paying.Market.portion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.ledger.Account.Kind;
import io.ktizo.payments.sandbox.SandboxCard;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of payables, with every amount computed by hand. */
class PayingTest {
  private final Market market = new Market().withShops();

  @AfterEach
  void the_books_hold_and_agree_with_the_provider() {
    market.listen();
    assertThat(market.reconciled().differences()).isEmpty();
    assertThat(market.trialBalance().values()).allMatch(Money::isZero);
  }

  @Test
  void captured_money_belongs_to_shops_platform_and_authorities() {
    market.captured("order_1");

    // 119.00 - 11.90; 50.00 - 7.98 tax - 4.20; 13.53 fees, 2.57 tax on them.
    assertThat(market.balance(Kind.CUSTOMER_CASH)).isEqualTo(eur("169.00"));
    assertThat(market.balance(Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("107.10"));
    assertThat(market.balance(Kind.PAYEE_PAYABLE, BETA)).isEqualTo(eur("37.82"));
    assertThat(market.balance(Kind.PLATFORM_FEE)).isEqualTo(eur("13.53"));
    assertThat(market.balance(Kind.FEE_TAX)).isEqualTo(eur("2.57"));
    assertThat(market.balance(Kind.TAX_PAYABLE)).isEqualTo(eur("7.98"));
  }

  @Test
  void the_provider_s_fee_is_booked_when_the_books_are_compared() {
    market.captured("order_1");

    market.reconciled();
    market.reconciled();

    // 1.5 % of 169.00 is 2.535, rounded half up 2.54, and 0.25.
    assertThat(market.balance(Kind.PROVIDER_FEE)).isEqualTo(eur("2.79"));
    assertThat(market.balance(Kind.CUSTOMER_CASH)).isEqualTo(eur("166.21"));
  }

  @Test
  void lines_of_one_shop_can_be_captured_and_the_others_released() {
    Payable order = Market.order("order_1");
    market.paying.open(order);
    market.paying.start(order.id(), Capture.LATER);
    market.paying.authorise(order.id(), SandboxCard.APPROVED.token());

    market.paying.capture(order.id(), List.of("gear"));

    assertThat(market.balance(Kind.CUSTOMER_CASH)).isEqualTo(eur("50.00"));
    assertThat(market.balance(Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("0.00"));
    assertThatThrownBy(() -> market.paying.capture(order.id()))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo(PaymentRefusedException.Reason.OPERATION_DIFFERS));
  }

  @Test
  void a_shop_is_moved_what_it_earned_and_then_paid_out() {
    PayableId order = market.captured("order_1");

    market.paying.transfer(order, ALPHA);
    Operation payout = market.paying.payout(ALPHA, eur("20.00"));

    assertThat(payout.state()).isEqualTo(State.SUCCESS);
    assertThat(payout.amount()).isEqualTo(eur("107.10"));
    assertThat(market.balance(Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("0.00"));
    assertThat(market.balance(Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("0.00"));
    assertThatThrownBy(() -> market.paying.payout(ALPHA, eur("20.00")))
        .isInstanceOf(PaymentRefusedException.class);
  }

  @Test
  void a_refund_after_the_transfer_is_taken_back_from_the_shop() {
    PayableId order = market.captured("order_1");
    market.paying.transfer(order, ALPHA);

    market.paying.refund(order, "r1", portion("part", "50.00"));

    // The line's 100.00: 90.00 to Alpha, 8.40 fee, 1.60 tax on it. Half of each goes back.
    assertThat(market.balance(Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("62.10"));
    assertThat(market.balance(Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("62.10"));
    assertThat(market.balance(Kind.REFUNDS)).isEqualTo(eur("0.00"));
    assertThat(market.remaining(order).total()).isEqualTo(eur("119.00"));
  }

  @Test
  void what_a_shop_cannot_give_back_is_a_debt_that_its_next_earnings_pay() {
    // Another customer's money lies in the platform's balance, or the refund could not be paid.
    Payable others =
        new Payable(
            new PayableId("order_0"),
            List.of(new Line("gear", BETA, eur("100.00"), eur("0.00"), Payable.TaxCollector.PAYEE)),
            List.of());
    market.captured(others, SandboxCard.APPROVED);
    PayableId first = market.captured("order_1");
    market.paying.transfer(first, ALPHA);
    market.paying.payout(ALPHA, eur("1.00"));

    market.paying.refund(first, "r1", portion("part", "100.00"));

    assertThat(market.balance(Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("-90.00"));
    assertThat(market.balance(Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("0.00"));
    PayableId second = market.captured("order_2");
    Operation transfer = market.paying.transfer(second, ALPHA);
    assertThat(transfer.amount()).isEqualTo(eur("17.10"));
    assertThat(market.balance(Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("17.10"));
  }

  @Test
  void a_refund_that_comes_back_from_the_bank_is_booked_back() {
    PayableId order = market.captured(Market.order("order_1"), SandboxCard.REFUND_FAILS);

    market.paying.refund(order, "r1", portion("gear", "50.00"));
    assertThat(market.balance(Kind.PAYEE_PAYABLE, BETA)).isEqualTo(eur("0.00"));
    market.listen();

    assertThat(market.balance(Kind.PAYEE_PAYABLE, BETA)).isEqualTo(eur("37.82"));
    assertThat(market.remaining(order).total()).isEqualTo(eur("169.00"));
  }

  @Test
  void while_a_dispute_is_open_no_money_moves() {
    PayableId order = market.captured(Market.order("order_1"), SandboxCard.DISPUTED);
    market.listen();

    assertThat(market.balance(Kind.DISPUTE_RESERVE)).isEqualTo(eur("169.00"));
    assertThatThrownBy(() -> market.paying.transfer(order, ALPHA))
        .isInstanceOf(PaymentRefusedException.class);
    assertThatThrownBy(() -> market.paying.refund(order, "r1", portion("part", "1.00")))
        .isInstanceOf(PaymentRefusedException.class);
  }

  @Test
  void a_lost_answer_is_found_out_later() {
    Payable order = Market.order("order_1");
    market.paying.open(order);
    market.paying.start(order.id(), Capture.AT_ONCE);
    Operation lost = market.paying.authorise(order.id(), SandboxCard.ANSWER_LOST.token());
    assertThat(lost.state()).isEqualTo(State.IN_DOUBT);

    market.later(Duration.ofMinutes(5));
    int known = market.paying.resolve(Duration.ofMinutes(1), 100);

    assertThat(known).isEqualTo(1);
    assertThat(market.balance(Kind.CUSTOMER_CASH)).isEqualTo(eur("169.00"));
  }

  @Test
  void a_declined_card_may_be_followed_by_another() {
    Payable order = Market.order("order_1");
    market.paying.open(order);
    market.paying.start(order.id(), Capture.LATER);

    Operation declined = market.paying.authorise(order.id(), SandboxCard.DECLINED.token());
    Operation accepted = market.paying.authorise(order.id(), SandboxCard.APPROVED.token());

    assertThat(declined.state()).isEqualTo(State.FAILED);
    assertThat(declined.code()).isEqualTo("card_declined");
    assertThat(accepted.state()).isEqualTo(State.SUCCESS);
    assertThat(accepted.attempt()).isEqualTo(2);
  }

  @Test
  void what_the_customer_did_in_his_browser_is_learned_from_a_message() {
    Payable order = Market.order("order_1");
    market.paying.open(order);
    Operation start = market.paying.start(order.id(), Capture.AT_ONCE);
    market.provider.authorise(
        IdempotencyKey.of("browser", "confirm", 1),
        Objects.requireNonNull(start.reference()),
        SandboxCard.APPROVED.token());

    market.listen();

    assertThat(market.balance(Kind.CUSTOMER_CASH)).isEqualTo(eur("169.00"));
    assertThat(market.paying.remaining(order.id())).isPresent();
  }

  @Test
  void bad_input_is_refused_and_leaves_nothing_half_done() {
    PayableId order = market.captured("order_1");
    PayableId unknown = new PayableId("order_9");

    assertThatThrownBy(() -> market.paying.start(unknown, Capture.LATER))
        .isInstanceOf(PaymentRefusedException.class);
    assertThatThrownBy(() -> market.paying.refund(order, "r1", portion("part", "100.01")))
        .isInstanceOf(RefundRefusedException.class);
    assertThatThrownBy(() -> market.paying.refund(order, "r1", portion("gone", "1.00")))
        .isInstanceOf(RefundRefusedException.class);
    assertThatThrownBy(() -> market.paying.transfer(order, new PayeeId("shop_unknown")))
        .isInstanceOf(PaymentRefusedException.class);
    assertThatThrownBy(() -> market.paying.voidPayment(order))
        .isInstanceOf(PaymentRefusedException.class);
    Payable other = new Payable(order, List.of(Market.order("x").lines().getFirst()), List.of());
    assertThatThrownBy(() -> market.paying.open(other)).isInstanceOf(PaymentRefusedException.class);

    assertThat(market.paying.operations(order)).hasSize(3);
    assertThat(market.remaining(order).total()).isEqualTo(eur("169.00"));
  }
}
