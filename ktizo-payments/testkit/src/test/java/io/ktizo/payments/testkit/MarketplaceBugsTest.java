package io.ktizo.payments.testkit;

import static io.ktizo.payments.testkit.StripeMarket.ALPHA;
import static io.ktizo.payments.testkit.StripeMarket.BETA;
import static io.ktizo.payments.testkit.StripeMarket.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PaymentRefusedException.Reason;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.Release;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.paying.OtherProviderException;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.Standing;
import io.ktizo.payments.sandbox.SandboxGateway;
import io.ktizo.payments.statement.Statement;
import io.ktizo.payments.statement.Statements;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Twelve bugs that a marketplace had which was seen end to end: the ten readable ones of
 * spree/spree #14622, and #14606 and #14500. Each is tried here the way it showed itself.
 */
class MarketplaceBugsTest {
  @AutoClose private final StripeMarket market = new StripeMarket().withShops();

  private static void refused(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.getMessage()).isNotBlank().contains(reason.name());
            });
  }

  @Test
  void bug_01_a_second_registration_does_not_take_a_live_secret_away() {
    byte[] body =
        """
        {"id": "evt_1", "object": "event", "type": "account.updated", "livemode": false,
         "created": 1, "data": {"object": {"id": "acct_1"}}}
        """
            .getBytes(StandardCharsets.UTF_8);
    long now = market.now.get().getEpochSecond();
    StripeGateway rotated =
        new StripeGateway(
            new StripeSettings(
                StripeSimulator.API_KEY,
                List.of("whsec_new", "whsec_connect", StripeMarket.SECRET),
                market.stripe.base(),
                URI.create("https://market.example/paid"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                0),
            market.now::get);

    // Platform, connected accounts, and the one that is being rotated in, side by side.
    for (String secret : List.of(StripeMarket.SECRET, "whsec_connect", "whsec_new")) {
      try (StripeSimulator signer = StripeSimulator.start(market.now::get, secret)) {
        assertThat(rotated.readWebhook(body, signer.sign(body, now)).id()).isEqualTo("evt_1");
      }
    }
    try (StripeSimulator stranger = StripeSimulator.start(market.now::get, "whsec_stranger")) {
      assertThatThrownBy(() -> rotated.readWebhook(body, stranger.sign(body, now)))
          .isInstanceOf(WebhookRefusedException.class);
    }
    // Endpoints are the operator's: a whole life of an order makes and deletes none.
    PayableId order = market.captured("order_1");
    market.passingOn.accepted(order, ALPHA);
    market.passingOn.passOn(10);
    market.passingOn.payOut();
    assertThat(market.stripe.calls())
        .hasSizeGreaterThan(5)
        .noneMatch(call -> call.path().contains("webhook_endpoints"));
  }

  @Test
  void bug_02_accounts_ask_for_card_payments_together_with_transfers() {
    // The simulator refuses transfers alone, as Stripe does where they need another agreement.
    assertThat(market.paying.payee(ALPHA)).isPresent();
    List<StripeSimulator.Call> created =
        market.stripe.calls().stream()
            .filter(call -> call.path().equals("/v1/accounts") && call.method().equals("POST"))
            .toList();
    assertThat(created).hasSize(2);
    for (StripeSimulator.Call call : created) {
      assertThat(call.parameters())
          .contains(
              "capabilities[card_payments][requested]",
              "capabilities[transfers][requested]",
              "settings[payouts][schedule][interval]");
    }
  }

  @Test
  void bug_03_a_shop_sees_its_own_commission_and_nobody_else_s() {
    market.captured("order_1");
    market.later(Duration.ofSeconds(1));

    Statement beta =
        new Statements(market.store, market.now::get)
            .of(BETA, CurrencyUnit.EUR, StripeMarket.NOON, market.now.get());

    assertThat(beta.lines()).hasSize(1);
    assertThat(beta.lines().getFirst().fee()).isEqualTo(eur("3.53"));
    assertThat(beta.lines().getFirst().gross()).isEqualTo(eur("50.00"));
    assertThat(beta.closing()).isEqualTo(eur("37.82"));
  }

  @Test
  void bug_04_an_order_of_two_shops_is_paid_when_its_one_payment_is() {
    PayableId order = market.authorised("order_1", "pm_card_visa");
    assertThat(market.paying.standing(order).status()).isEqualTo(Standing.Status.AUTHORISED);
    market.paying.capture(order);
    assertThat(market.paying.standing(order).status()).isEqualTo(Standing.Status.PAID);

    // One of the two Shops declined: what was taken for the other is all there was to pay.
    PayableId half = market.authorised("order_2", "pm_card_visa");
    market.paying.capture(half, List.of("gear"));
    assertThat(market.paying.standing(half).status()).isEqualTo(Standing.Status.PAID);
    assertThat(market.paying.standing(half).captured()).isEqualTo(eur("50.00"));
  }

  @Test
  void bug_05_each_shop_of_one_payment_gets_its_transfer() {
    PayableId order = market.captured("order_1");

    assertThat(market.paying.transfer(order, ALPHA).state()).isEqualTo(State.SUCCESS);
    assertThat(market.paying.transfer(order, BETA).state()).isEqualTo(State.SUCCESS);
    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("107.10"));
    assertThat(market.balance(Account.Kind.PAYEE_CASH, BETA)).isEqualTo(eur("37.82"));

    PayableId half = market.authorised("order_2", "pm_card_visa");
    market.paying.capture(half, List.of("gear"));
    assertThat(market.paying.transfer(half, BETA).state()).isEqualTo(State.SUCCESS);
    refused(Reason.NOTHING_OWED, () -> market.paying.transfer(half, ALPHA));
  }

  @Test
  void bug_06_giving_up_an_order_that_went_out_is_refused_with_its_reason() {
    PayableId order = market.captured("order_1");
    market.passingOn.delivered(order, ALPHA, market.now.get());

    refused(Reason.ALREADY_SETTLED, () -> market.paying.voidPayment(order));

    assertThat(market.paying.standing(order).status()).isEqualTo(Standing.Status.PAID);
    assertThat(market.paying.refund(order, "r1", List.of(new Portion("part", eur("1.00")))).state())
        .isEqualTo(State.SUCCESS);
  }

  @Test
  void bug_07_two_parcels_do_not_charge_or_pay_the_delivery_twice() {
    PayableId order = market.authorised("order_1", "pm_card_visa");
    market.paying.capture(order);
    // A second parcel: somebody captures what he thinks is the rest.
    refused(Reason.OPERATION_DIFFERS, () -> market.paying.capture(order, List.of("post", "gear")));
    assertThat(market.stripe.count("charge")).isEqualTo(1);
    assertThat(market.paying.standing(order).captured()).isEqualTo(eur("169.00"));

    Release first = market.passingOn.delivered(order, ALPHA, market.now.get());
    market.later(Duration.ofDays(2));
    assertThat(market.passingOn.delivered(order, ALPHA, market.now.get())).isEqualTo(first);
    market.later(Duration.ofDays(20));
    market.passingOn.passOn(10);
    market.passingOn.passOn(10);
    assertThat(market.stripe.count("transfer")).isEqualTo(1);
    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("107.10"));
  }

  @Test
  void bug_08_a_fully_refunded_order_is_not_paid_any_more() {
    // Another order's money: the fee of the first is not given back.
    market.captured("order_0");
    PayableId order = market.captured("order_1");

    market.paying.refund(order, "r1", List.of(new Portion("part", eur("100.00"))));
    assertThat(market.paying.standing(order).status()).isEqualTo(Standing.Status.PARTLY_REFUNDED);
    market.paying.refund(
        order, "r2", List.of(new Portion("post", eur("19.00")), new Portion("gear", eur("50.00"))));

    assertThat(market.paying.standing(order).status()).isEqualTo(Standing.Status.REFUNDED);
    assertThat(market.paying.standing(order).left()).isEqualTo(eur("0.00"));
    refused(Reason.NOTHING_OWED, () -> market.paying.transfer(order, ALPHA));
  }

  @Test
  void bug_09_a_payout_larger_than_can_be_sent_sends_the_oldest_earnings_that_fit() {
    for (int i = 1; i <= 3; i++) {
      PayableId order = market.captured("order_" + i);
      market.passingOn.accepted(order, ALPHA);
      market.passingOn.passOn(10);
    }
    // 321.30 lie in the balance; 100.00 of it is on its way.
    market.stripe.holdBack(market.account(ALPHA), "eur", 10_000);

    List<Operation> payouts = market.passingOn.payOut();
    assertThat(payouts).hasSize(1);
    assertThat(payouts.getFirst().state()).isEqualTo(State.SUCCESS);
    assertThat(payouts.getFirst().amount()).isEqualTo(eur("214.20"));

    // Nothing fits: nothing is tried, nothing fails.
    market.later(Duration.ofDays(1));
    refused(Reason.NOT_AVAILABLE_YET, () -> market.paying.payout(ALPHA, eur("1.00")));
    assertThat(market.passingOn.payOut()).isEmpty();

    market.stripe.holdBack(market.account(ALPHA), "eur", 0);
    assertThat(market.passingOn.payOut())
        .extracting(Operation::amount)
        .containsExactly(eur("107.10"));
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("0.00"));
    assertThat(market.paying.payouts(ALPHA, CurrencyUnit.EUR))
        .allMatch(payout -> payout.state() == State.SUCCESS);
  }

  @Test
  void bug_10_a_payout_that_comes_back_after_success_is_owed_again_and_sent_again() {
    PayableId order = market.captured("order_1");
    market.passingOn.accepted(order, ALPHA);
    market.passingOn.passOn(10);
    Operation payout = market.passingOn.payOut().getFirst();
    assertThat(payout.state()).isEqualTo(State.SUCCESS);
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("0.00"));

    market.stripe.failPayout(String.valueOf(payout.reference()), market.account(ALPHA));
    market.listen();

    assertThat(market.paying.payouts(ALPHA, CurrencyUnit.EUR))
        .extracting(Operation::state, Operation::code)
        .containsExactly(tuple(State.FAILED, "account_closed"));
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("107.10"));
    // Not at once, but with the next day of the schedule.
    assertThat(market.passingOn.payOut()).isEmpty();
    market.later(Duration.ofDays(1));
    assertThat(market.passingOn.payOut())
        .extracting(Operation::amount, Operation::state)
        .containsExactly(tuple(eur("107.10"), State.SUCCESS));
    assertThat(market.reconciled().differences()).isEmpty();
  }

  @Test
  void bug_11_payouts_are_made_by_the_sweep_and_manual_ones_have_a_trigger() {
    // spree/spree #14606: none was ever created, for want of somebody who runs the sweep.
    PayableId order = market.captured("order_1");
    market.passingOn.delivered(order, ALPHA, market.now.get());
    market.passingOn.delivered(order, BETA, market.now.get());
    market.passingOn.agree(
        BETA, new PayoutTerms(new PayoutSchedule.Manual(), Duration.ofDays(14), eur("1.00")));

    int sweeps = 0;
    while (market.stripe.count("payout") == 0 && sweeps < 30) {
      market.later(Duration.ofDays(1));
      market.passingOn.passOn(10);
      market.passingOn.payOut();
      sweeps++;
    }

    assertThat(sweeps).isEqualTo(14);
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("0.00"));
    assertThat(market.balance(Account.Kind.PAYEE_CASH, BETA)).isEqualTo(eur("37.82"));
    assertThat(market.paying.payout(BETA, eur("1.00")).state()).isEqualTo(State.SUCCESS);
    assertThat(market.stripe.count("payout")).isEqualTo(2);
  }

  @Test
  void bug_12_transfers_draw_on_the_charge_and_nobody_reverses_another_provider_s_transfer() {
    // spree/spree #14500: the payment's id was given where the charge's is wanted.
    PayableId order = market.captured("order_1");
    market.paying.transfer(order, ALPHA);
    StripeSimulator.Call transfer =
        market.stripe.calls().stream()
            .filter(call -> call.path().equals("/v1/transfers"))
            .findFirst()
            .orElseThrow();
    assertThat(transfer.encoded()).contains("source_transaction=ch_");

    SandboxGateway another =
        new SandboxGateway(
            SandboxGateway.Mode.TRIAL,
            market.now::get,
            "a secret of the sandbox".getBytes(StandardCharsets.UTF_8),
            SandboxGateway.Webhooks.NONE);
    Paying elsewhere = new Paying(market.store, another, market.now::get, false);

    List<Runnable> calls =
        List.of(
            () -> elsewhere.refund(order, "r1", List.of(new Portion("part", eur("100.00")))),
            () -> elsewhere.payout(ALPHA, eur("1.00")),
            () -> elsewhere.resolve(Duration.ZERO, 10));
    for (Runnable call : calls) {
      assertThatThrownBy(call::run)
          .isInstanceOf(OtherProviderException.class)
          .hasMessageContaining("stripe test")
          .hasMessageContaining("sandbox test");
    }
    assertThat(market.paying.operations(order))
        .noneMatch(one -> one.kind() == Kind.REVERSE || one.kind() == Kind.REFUND);
    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("107.10"));
  }
}
