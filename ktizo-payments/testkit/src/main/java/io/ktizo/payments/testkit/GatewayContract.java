package io.ktizo.payments.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Reason;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.Capability;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.Evidence;
import io.ktizo.payments.Gateway.NewPayee;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.Gateway.NewTransfer;
import io.ktizo.payments.Gateway.ObjectKind;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ProviderObject.ClosedAccount;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.DisputeState;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.PaymentState;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Transfer;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.WebhookRefusedException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every gateway keeps. Whoever writes one extends this and hands in a provider with empty
 * books.
 */
public abstract class GatewayContract {

  /** A gateway over a provider with empty books, and what a test must know of it. */
  public interface Provider {
    /** The gateway under test. */
    Gateway gateway();

    /** Means of payment whose outcomes are known. */
    String token(Means means);

    /** Messages that the provider has sent so far, oldest first. */
    List<Delivered> delivered();

    /** Does what a payee does on the provider's page. */
    void completeOnboarding(String account);
  }

  /** Outcomes that every provider has a test token for. */
  public enum Means {
    APPROVED,
    DECLINED,
    INSUFFICIENT_FUNDS,
    NEEDS_CONFIRMATION,
    DISPUTED
  }

  /** A message as it came. */
  public static final class Delivered {
    private final byte[] body;
    private final @Nullable String signature;

    /** These bytes under this header. */
    public Delivered(byte[] body, @Nullable String signature) {
      this.body = body.clone();
      this.signature = signature;
    }
  }

  private static final PayableId ORDER = new PayableId("order_1");
  private static final PayeeId SHOP = new PayeeId("shop_alpha");
  private static final CurrencyUnit EUR = CurrencyUnit.EUR;
  private static final Money PRICE = Money.parse("EUR 124.95");
  private static final Instant EVER = Instant.EPOCH;

  private Provider provider;
  private Gateway gateway;

  /** A provider with empty books. */
  protected abstract Provider provider();

  @BeforeEach
  void open() {
    provider = provider();
    gateway = provider.gateway();
  }

  @Test
  void a_payment_is_held_then_captured_in_part_and_the_rest_is_released() {
    Payment held = authorised(Capture.LATER);
    assertThat(held.state()).isEqualTo(PaymentState.AUTHORISED);
    assertThat(held.captured()).isEqualTo(zero());

    Payment captured = done(gateway.capture(key("capture"), held.reference(), eur("100.00")));

    assertThat(captured.state()).isEqualTo(PaymentState.CAPTURED);
    assertThat(captured.captured()).isEqualTo(eur("100.00"));
    assertThat(captured.charge()).isNotNull();
    assertThat(captured.payable()).isEqualTo(ORDER);
    assertRefused(
        gateway.capture(key("capture-2"), held.reference(), eur("1.00")), Reason.WRONG_STATE);
  }

  @Test
  void money_is_taken_at_once_where_that_was_asked_for() {
    assertThat(authorised(Capture.AT_ONCE).state()).isEqualTo(PaymentState.CAPTURED);
  }

  @Test
  void more_than_is_held_cannot_be_captured() {
    Payment held = authorised(Capture.LATER);

    assertRefused(
        gateway.capture(key("capture"), held.reference(), PRICE.plusMinor(1)), Reason.TOO_MUCH);

    assertThat(looked(held).state()).isEqualTo(PaymentState.AUTHORISED);
  }

  @Test
  void a_voided_payment_holds_nothing_and_cannot_be_captured() {
    Payment held = authorised(Capture.LATER);

    Payment voided = done(gateway.voidPayment(key("void"), held.reference()));

    assertThat(voided.state()).isEqualTo(PaymentState.VOIDED);
    assertRefused(gateway.capture(key("capture"), held.reference(), PRICE), Reason.WRONG_STATE);
    assertThat(done(gateway.available(EUR, null))).isEqualTo(zero());
  }

  @Test
  void a_declined_payment_says_why_and_may_be_tried_again() {
    Payment started = started(Capture.LATER);

    Answer<Payment> declined = authorise(started, Means.INSUFFICIENT_FUNDS, 1);

    assertThat(declined)
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.DECLINED);
              assertThat(refused.code()).isEqualTo("insufficient_funds");
            });
    assertThat(looked(started).state()).isEqualTo(PaymentState.NEEDS_METHOD);
    assertThat(looked(started).failureCode()).isEqualTo("insufficient_funds");
    assertThat(done(authorise(started, Means.APPROVED, 2)).state())
        .isEqualTo(PaymentState.AUTHORISED);
  }

  @Test
  void a_payment_may_wait_for_the_customer() {
    Payment started = started(Capture.LATER);

    Payment waiting = done(authorise(started, Means.NEEDS_CONFIRMATION, 1));

    assertThat(waiting.state()).isEqualTo(PaymentState.NEEDS_ACTION);
    assertThat(waiting.clientSecret()).isNotNull();
  }

  @Test
  void refunds_add_up_to_what_was_captured_and_not_beyond() {
    Payment captured = captured();

    Refund first = done(gateway.refund(key("refund:1"), captured.reference(), eur("24.95")));
    Refund equal = done(gateway.refund(key("refund:2"), captured.reference(), eur("24.95")));

    assertThat(equal.reference()).isNotEqualTo(first.reference());
    assertThat(looked(captured).refunded()).isEqualTo(eur("49.90"));
    assertRefused(
        gateway.refund(key("refund:3"), captured.reference(), eur("75.06")), Reason.TOO_MUCH);
    assertThat(looked(captured).refunded()).isEqualTo(eur("49.90"));
  }

  @Test
  void the_same_key_is_the_same_call() {
    Payment captured = captured();
    IdempotencyKey key = key("refund:1");

    Refund first = done(gateway.refund(key, captured.reference(), eur("10.00")));
    Refund again = done(gateway.refund(key, captured.reference(), eur("10.00")));

    assertThat(again).isEqualTo(first);
    assertThat(looked(captured).refunded()).isEqualTo(eur("10.00"));
    assertRefused(gateway.refund(key, captured.reference(), eur("11.00")), Reason.INVALID_CALL);
    assertThat(looked(captured).refunded()).isEqualTo(eur("10.00"));
  }

  @Test
  void thirty_calls_at_once_with_one_key_are_one_call() throws Exception {
    Payment captured = captured();
    Callable<Answer<Refund>> call =
        () -> gateway.refund(key("refund:1"), captured.reference(), eur("1.00"));
    Set<String> references;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Answer<Refund>>> calls = IntStream.range(0, 30).mapToObj(i -> call).toList();
      List<String> done = new ArrayList<>();
      for (Future<Answer<Refund>> answer : threads.invokeAll(calls)) {
        if (answer.get() instanceof Answer.Done<Refund>(Refund refund)) {
          done.add(refund.reference());
        }
      }
      references = done.stream().collect(Collectors.toSet());
    }

    assertThat(references).hasSize(1);
    assertThat(looked(captured).refunded()).isEqualTo(eur("1.00"));
  }

  @Test
  void money_moves_to_a_payee_and_back_and_to_his_bank() {
    Payment captured = captured();
    String shop = payee();

    Transfer transfer =
        done(
            gateway.transfer(
                key("transfer"), new NewTransfer(ORDER, shop, eur("100.00"), captured.charge())));
    done(gateway.reverse(key("reverse:1"), transfer.reference(), eur("30.00")));
    done(gateway.payout(key("payout:1"), shop, eur("50.00")));

    assertThat(done(gateway.available(EUR, shop))).isEqualTo(eur("20.00"));
    assertThat(done(gateway.lookUp(ObjectKind.TRANSFER, transfer.reference(), null)))
        .isInstanceOfSatisfying(
            Transfer.class, seen -> assertThat(seen.reversed()).isEqualTo(eur("30.00")));
    assertRefused(
        gateway.reverse(key("reverse:2"), transfer.reference(), eur("70.01")), Reason.TOO_MUCH);
    assertRefused(gateway.payout(key("payout:2"), shop, eur("20.01")), Reason.TOO_MUCH);
    assertThat(done(gateway.available(EUR, shop))).isEqualTo(eur("20.00"));
  }

  @Test
  void a_payee_who_is_not_known_well_enough_is_not_paid() {
    Payment captured = captured();
    PayeeAccount account = done(gateway.onboard(key("onboard"), new NewPayee(SHOP, "DE")));
    assertThat(account.standing()).isEqualTo(PayeeStanding.PENDING);
    assertThat(account.requirements()).isNotEmpty();

    assertRefused(
        gateway.transfer(
            key("transfer"),
            new NewTransfer(ORDER, account.reference(), eur("1.00"), captured.charge())),
        Reason.PAYEE_NOT_READY);
  }

  @Test
  void a_dispute_takes_the_money_and_evidence_may_bring_it_back() {
    assertThat(gateway.can(Capability.EVIDENCE)).isTrue();
    Payment started = started(Capture.AT_ONCE);
    done(authorise(started, Means.DISPUTED, 1));
    Money before = done(gateway.available(EUR, null));
    String dispute = reference(WebhookEvent.Kind.DISPUTE);
    assertThat(done(gateway.lookUp(ObjectKind.DISPUTE, dispute, null)))
        .isInstanceOfSatisfying(
            Dispute.class,
            seen -> {
              assertThat(seen.state()).isEqualTo(DisputeState.NEEDS_RESPONSE);
              assertThat(seen.payment()).isEqualTo(started.reference());
              assertThat(seen.evidenceDue()).isNotNull();
            });

    Dispute won =
        done(
            gateway.contest(
                key("contest"),
                dispute,
                List.of(new Evidence(Evidence.Field.UNCATEGORIZED_TEXT, "winning_evidence"))));

    assertThat(won.state()).isIn(DisputeState.WON, DisputeState.UNDER_REVIEW);
    // More where the provider gives its fee for the dispute back.
    assertThat(done(gateway.available(EUR, null)).minus(before)).isGreaterThanOrEqualTo(PRICE);
  }

  @Test
  void the_provider_s_books_explain_every_balance() {
    Payment captured = captured();
    String shop = payee();
    done(gateway.refund(key("refund"), captured.reference(), eur("5.00")));
    done(
        gateway.transfer(
            key("transfer"), new NewTransfer(ORDER, shop, eur("60.00"), captured.charge())));
    done(gateway.payout(key("payout"), shop, eur("60.00")));

    List<BalanceChange> platform = changes(null);
    List<BalanceChange> payees = changes(shop);

    assertThat(platform)
        .extracting(BalanceChange::kind)
        .containsExactly(
            BalanceChange.Kind.TRANSFER, BalanceChange.Kind.REFUND, BalanceChange.Kind.CHARGE);
    assertThat(platform)
        .extracting(BalanceChange::amount)
        .containsExactly(eur("-60.00"), eur("-5.00"), PRICE);
    assertThat(platform.getLast().fee().isPositive()).isTrue();
    assertThat(payees)
        .extracting(BalanceChange::amount)
        .containsExactly(eur("-60.00"), eur("60.00"));
    assertThat(platform.stream().map(change -> change.amount().minus(change.fee())))
        .satisfies(
            net ->
                assertThat(Money.total(net.toArray(Money[]::new)))
                    .isEqualTo(done(gateway.available(EUR, null))));
  }

  @Test
  void an_account_is_closed_once_it_is_empty_and_is_unknown_from_then_on() {
    if (!gateway.can(Capability.CLOSING)) {
      assertThatThrownBy(() -> gateway.close(key("close"), "acc"))
          .isInstanceOf(UnsupportedOperationException.class);
      return;
    }
    Payment captured = captured();
    String shop = payee();
    done(
        gateway.transfer(
            key("transfer"), new NewTransfer(ORDER, shop, eur("60.00"), captured.charge())));

    assertThat(gateway.close(key("close"), shop)).isInstanceOf(Answer.Refused.class);
    done(gateway.payout(key("payout"), shop, eur("60.00")));
    assertThat(done(gateway.close(IdempotencyKey.of("payee/shop_alpha", "close", 2), shop)))
        .isEqualTo(new ClosedAccount(shop, false));

    assertRefused(gateway.lookUp(ObjectKind.PAYEE, shop, null), Reason.UNKNOWN_OBJECT);
    assertThat(done(gateway.close(IdempotencyKey.of("payee/shop_alpha", "close", 2), shop)))
        .isEqualTo(new ClosedAccount(shop, false));
  }

  @Test
  void what_was_started_for_a_payable_is_found_by_it() {
    Payment started = started(Capture.LATER);

    assertThat(done(gateway.paymentsOf(ORDER)))
        .extracting(Payment::reference)
        .containsExactly(started.reference());
    assertThat(done(gateway.paymentsOf(new PayableId("order_2")))).isEmpty();
  }

  @Test
  void unknown_objects_are_refused_by_every_verb() {
    assertRefused(gateway.lookUp(ObjectKind.PAYMENT, "pi_gone", null), Reason.UNKNOWN_OBJECT);
    assertRefused(gateway.capture(key("a"), "pi_gone", PRICE), Reason.UNKNOWN_OBJECT);
    assertRefused(gateway.voidPayment(key("b"), "pi_gone"), Reason.UNKNOWN_OBJECT);
    assertRefused(gateway.refund(key("c"), "pi_gone", PRICE), Reason.UNKNOWN_OBJECT);
    assertRefused(gateway.reverse(key("d"), "tr_gone", PRICE), Reason.UNKNOWN_OBJECT);
  }

  @Test
  void messages_are_signed_and_point_to_objects() {
    Payment captured = captured();

    List<WebhookEvent> events =
        provider.delivered().stream()
            .map(message -> gateway.readWebhook(message.body, message.signature))
            .toList();

    assertThat(events)
        .filteredOn(event -> event.kind() == WebhookEvent.Kind.PAYMENT)
        .extracting(WebhookEvent::reference)
        .contains(captured.reference());
    assertThat(events).extracting(WebhookEvent::id).doesNotHaveDuplicates();
    assertThat(events).extracting(WebhookEvent::live).containsOnly(false);
  }

  @Test
  void a_message_with_one_byte_changed_is_refused() {
    captured();
    Delivered message = provider.delivered().getFirst();
    for (int i = 0; i < message.body.length; i++) {
      byte[] tampered = message.body.clone();
      tampered[i] ^= 1;
      assertThatThrownBy(() -> gateway.readWebhook(tampered, message.signature))
          .isInstanceOf(WebhookRefusedException.class);
    }
    assertThatThrownBy(() -> gateway.readWebhook(message.body, null))
        .isInstanceOf(WebhookRefusedException.class);
    assertThatThrownBy(
            () -> gateway.readWebhook("{}".getBytes(StandardCharsets.UTF_8), message.signature))
        .isInstanceOf(WebhookRefusedException.class);
  }

  private Payment started(Capture capture) {
    return done(gateway.start(key("start"), new NewPayment(ORDER, PRICE, capture)));
  }

  private Answer<Payment> authorise(Payment payment, Means means, int attempt) {
    return gateway.authorise(
        IdempotencyKey.of(ORDER.value(), "authorise", attempt),
        payment.reference(),
        provider.token(means));
  }

  private Payment authorised(Capture capture) {
    return done(authorise(started(capture), Means.APPROVED, 1));
  }

  private Payment captured() {
    return authorised(Capture.AT_ONCE);
  }

  private String payee() {
    PayeeAccount account = done(gateway.onboard(key("onboard"), new NewPayee(SHOP, "DE")));
    URI here = URI.create("https://shop.example/payouts");
    done(gateway.onboardingPage(account.reference(), here, here));
    provider.completeOnboarding(account.reference());
    assertThat(done(gateway.lookUp(ObjectKind.PAYEE, account.reference(), account.reference())))
        .isInstanceOfSatisfying(
            PayeeAccount.class,
            seen -> assertThat(seen.standing()).isEqualTo(PayeeStanding.ACTIVE));
    return account.reference();
  }

  private Payment looked(Payment payment) {
    return (Payment) done(gateway.lookUp(ObjectKind.PAYMENT, payment.reference(), null));
  }

  private List<BalanceChange> changes(@Nullable String account) {
    List<BalanceChange> changes = new ArrayList<>();
    String after = null;
    Gateway.BalancePage page;
    do {
      page = done(gateway.balanceChanges(account, EVER, after));
      changes.addAll(page.changes());
      after = changes.isEmpty() ? null : changes.getLast().reference();
    } while (page.more());
    return changes;
  }

  private String reference(WebhookEvent.Kind kind) {
    return provider.delivered().stream()
        .map(message -> gateway.readWebhook(message.body, message.signature))
        .filter(event -> event.kind() == kind)
        .map(WebhookEvent::reference)
        .findFirst()
        .orElseThrow();
  }

  private static IdempotencyKey key(String purpose) {
    return IdempotencyKey.of(ORDER.value(), purpose, 1);
  }

  private static <T> T done(Answer<T> answer) {
    assertThat(answer).isInstanceOf(Answer.Done.class);
    return ((Answer.Done<T>) answer).object();
  }

  private static void assertRefused(Answer<?> answer, Reason reason) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  private static Money eur(String amount) {
    return Money.parse("EUR " + amount);
  }

  private static Money zero() {
    return Money.zero(EUR);
  }
}
