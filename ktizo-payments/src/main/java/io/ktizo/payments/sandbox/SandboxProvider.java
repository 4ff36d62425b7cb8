package io.ktizo.payments.sandbox;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Reason;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.Gateway.NewTransfer;
import io.ktizo.payments.Gateway.ObjectKind;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.ClosedAccount;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.DisputeState;
import io.ktizo.payments.ProviderObject.MoveState;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.PaymentState;
import io.ktizo.payments.ProviderObject.Payout;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Reversal;
import io.ktizo.payments.ProviderObject.Transfer;
import io.ktizo.payments.WebhookEvent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * The books and rules of the provider that is not there. Every method checks, changes and tells
 * what happened, or refuses and changes nothing. For one thread at a time.
 */
final class SandboxProvider {
  /** Price of a European card at the usual providers: 1.5 % and 25 minor units. */
  private static final String FEE_SHARE = "0.015";

  private static final long FEE_FIXED_MINOR = 25;
  private static final Duration EVIDENCE_TIME = Duration.ofDays(7);

  private final InstantSource clock;
  private final Map<String, Payment> payments = new LinkedHashMap<>();
  private final Map<String, SandboxCard> cards = new HashMap<>();
  private final Map<String, Capture> captures = new HashMap<>();
  private final Map<String, Integer> looks = new HashMap<>();
  private final Map<String, Refund> refunds = new HashMap<>();
  private final Map<String, Transfer> transfers = new HashMap<>();
  private final Map<String, Payout> payouts = new HashMap<>();
  private final Map<String, Dispute> disputes = new HashMap<>();
  private final Map<String, PayeeAccount> accounts = new HashMap<>();
  private final Map<String, String> paymentOfCharge = new HashMap<>();
  private final Map<PayableId, List<String>> paymentsOfPayable = new HashMap<>();
  private final Map<String, List<BalanceChange>> changes = new HashMap<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final Map<String, Money> balances = new HashMap<>();
  private final List<WebhookEvent> events = new ArrayList<>();
  private long counter;

  SandboxProvider(InstantSource clock) {
    this.clock = clock;
  }

  /** What happened since this was last asked. */
  List<WebhookEvent> drainEvents() {
    List<WebhookEvent> happened = List.copyOf(events);
    events.clear();
    return happened;
  }

  /** Does a call. */
  Answer<?> perform(SandboxCall call) {
    return switch (call.verb()) {
      case START ->
          start(
              new NewPayment(
                  new PayableId(call.argument(0)),
                  call.amount(1),
                  Capture.valueOf(call.argument(2))));
      case AUTHORISE -> authorise(call.argument(0), call.argument(1));
      case CAPTURE -> capture(call.argument(0), call.amount(1));
      case VOID -> voidPayment(call.argument(0));
      case REFUND -> refund(call.argument(0), call.amount(1));
      case TRANSFER ->
          transfer(
              new NewTransfer(
                  new PayableId(call.argument(0)),
                  call.argument(1),
                  call.amount(2),
                  call.argument(3).isEmpty() ? null : call.argument(3)));
      case REVERSE -> reverse(call.argument(0), call.amount(1));
      case PAYOUT -> payout(call.argument(0), call.amount(1));
      case ONBOARD -> onboard(new PayeeId(call.argument(0)));
      case COMPLETE -> complete(call.argument(0));
      case CLOSE -> close(call.argument(0));
      case CONTEST -> contest(call.argument(0), Boolean.parseBoolean(call.argument(1)));
      case LOOK -> {
        Payment seen = looked(call.argument(0));
        yield seen == null
            ? new Answer.Refused<>("no_such_object", Reason.UNKNOWN_OBJECT)
            : new Answer.Done<>(seen);
      }
    };
  }

  /** Whether looking at a payment changes it: its bank takes some time. */
  boolean isUnderWay(String reference) {
    Payment payment = payments.get(reference);
    return payment != null && payment.state() == PaymentState.PROCESSING;
  }

  private Answer<Payment> start(NewPayment wanted) {
    String reference = next("pay");
    Money nothing = Money.zero(wanted.amount().getCurrencyUnit());
    captures.put(reference, wanted.capture());
    paymentsOfPayable
        .computeIfAbsent(wanted.payable(), payable -> new ArrayList<>())
        .add(reference);
    return keep(
        new Payment(
            reference,
            false,
            wanted.payable(),
            PaymentState.NEEDS_METHOD,
            wanted.amount(),
            nothing,
            nothing,
            null,
            reference + "_secret",
            null),
        "payment.created");
  }

  private Answer<Payment> authorise(String reference, String token) {
    Payment payment = payments.get(reference);
    SandboxCard card =
        SandboxCard.of(token)
            .orElseThrow(() -> new IllegalStateException("kept a card that there is not"));
    if (payment == null) {
      return new Answer.Refused<>("no_such_payment", Reason.UNKNOWN_OBJECT);
    }
    if (payment.state() != PaymentState.NEEDS_METHOD
        && payment.state() != PaymentState.NEEDS_ACTION) {
      return new Answer.Refused<>("payment_" + lower(payment.state()), Reason.WRONG_STATE);
    }
    return switch (card) {
      case DECLINED -> declined(payment, "card_declined");
      case INSUFFICIENT_FUNDS -> declined(payment, "insufficient_funds");
      case NEEDS_CONFIRMATION ->
          keep(in(payment, PaymentState.NEEDS_ACTION), "payment.needs_action");
      case SLOW -> {
        cards.put(reference, card);
        yield keep(in(payment, PaymentState.PROCESSING), "payment.processing");
      }
      case APPROVED, ANSWER_LOST, DISPUTED, REFUND_FAILS -> {
        cards.put(reference, card);
        yield agreed(payment);
      }
    };
  }

  private Answer<Payment> agreed(Payment payment) {
    Payment authorised = in(charged(payment), PaymentState.AUTHORISED);
    if (captures.get(payment.reference()) == Capture.LATER) {
      return keep(authorised, "payment.authorised");
    }
    return taken(authorised, payment.amount());
  }

  private Answer<Payment> declined(Payment payment, String code) {
    keep(
        new Payment(
            payment.reference(),
            false,
            payment.payable(),
            PaymentState.NEEDS_METHOD,
            payment.amount(),
            payment.captured(),
            payment.refunded(),
            null,
            payment.clientSecret(),
            code),
        "payment.declined");
    return new Answer.Refused<>(code, Reason.DECLINED);
  }

  private Answer<Payment> capture(String reference, Money amount) {
    Payment payment = payments.get(reference);
    if (payment == null) {
      return new Answer.Refused<>("no_such_payment", Reason.UNKNOWN_OBJECT);
    }
    if (payment.state() != PaymentState.AUTHORISED) {
      return new Answer.Refused<>("payment_" + lower(payment.state()), Reason.WRONG_STATE);
    }
    Optional<Answer<Payment>> wrong = refuseAmount(amount, payment.amount());
    return wrong.orElseGet(() -> taken(payment, amount));
  }

  private Answer<Payment> taken(Payment payment, Money amount) {
    Payment captured =
        new Payment(
            payment.reference(),
            false,
            payment.payable(),
            PaymentState.CAPTURED,
            payment.amount(),
            amount,
            payment.refunded(),
            payment.charge(),
            null,
            null);
    Money fee =
        amount
            .multipliedBy(new BigDecimal(FEE_SHARE), RoundingMode.HALF_UP)
            .plus(Money.ofMinor(amount.getCurrencyUnit(), FEE_FIXED_MINOR));
    change(null, BalanceChange.Kind.CHARGE, payment.charge(), amount, fee);
    Answer<Payment> answer = keep(captured, "payment.captured");
    if (cards.get(payment.reference()) == SandboxCard.DISPUTED) {
      dispute(captured);
    }
    return answer;
  }

  private Answer<Payment> voidPayment(String reference) {
    Payment payment = payments.get(reference);
    if (payment == null) {
      return new Answer.Refused<>("no_such_payment", Reason.UNKNOWN_OBJECT);
    }
    return switch (payment.state()) {
      case NEEDS_METHOD, NEEDS_ACTION, AUTHORISED ->
          keep(in(payment, PaymentState.VOIDED), "payment.voided");
      case PROCESSING, CAPTURED, VOIDED ->
          new Answer.Refused<>("payment_" + lower(payment.state()), Reason.WRONG_STATE);
    };
  }

  private Answer<Refund> refund(String reference, Money amount) {
    Payment payment = payments.get(reference);
    if (payment == null) {
      return new Answer.Refused<>("no_such_payment", Reason.UNKNOWN_OBJECT);
    }
    if (payment.state() != PaymentState.CAPTURED) {
      return new Answer.Refused<>("payment_" + lower(payment.state()), Reason.WRONG_STATE);
    }
    Optional<Answer<Refund>> wrong =
        refuseAmount(amount, payment.captured().minus(payment.refunded()));
    if (wrong.isPresent()) {
      return wrong.get();
    }
    if (available(amount.getCurrencyUnit(), null).isLessThan(amount)) {
      return new Answer.Refused<>("balance_insufficient", Reason.TOO_MUCH);
    }
    Refund refund = new Refund(next("ref"), false, reference, MoveState.SUCCEEDED, amount);
    refunds.put(refund.reference(), refund);
    change(
        null,
        BalanceChange.Kind.REFUND,
        refund.reference(),
        amount.negated(),
        Money.zero(amount.getCurrencyUnit()));
    keep(refunding(payment, payment.refunded().plus(amount)), "payment.refunded");
    if (cards.get(reference) == SandboxCard.REFUND_FAILS) {
      Refund failed = new Refund(refund.reference(), false, reference, MoveState.FAILED, amount);
      refunds.put(refund.reference(), failed);
      change(
          null,
          BalanceChange.Kind.REFUND_FAILURE,
          refund.reference(),
          amount,
          Money.zero(amount.getCurrencyUnit()));
      keep(refunding(payment, payment.refunded()), "payment.refund_failed");
      event("refund.failed", WebhookEvent.Kind.REFUND, refund.reference(), null);
    }
    // The answer tells the state of the moment, as a provider does: the failure comes later.
    return new Answer.Done<>(refund);
  }

  private Answer<Transfer> transfer(NewTransfer wanted) {
    PayeeAccount account = accounts.get(wanted.account());
    if (account == null) {
      return new Answer.Refused<>("no_such_account", Reason.UNKNOWN_OBJECT);
    }
    if (account.standing() != PayeeStanding.ACTIVE) {
      return new Answer.Refused<>("account_" + lower(account.standing()), Reason.PAYEE_NOT_READY);
    }
    Money amount = wanted.amount();
    String charge = wanted.charge();
    if (charge != null) {
      Optional<Payment> source =
          Optional.ofNullable(paymentOfCharge.get(charge))
              .map(payments::get)
              .filter(payment -> payment.state() == PaymentState.CAPTURED);
      if (source.isEmpty()) {
        return new Answer.Refused<>("no_such_charge", Reason.UNKNOWN_OBJECT);
      }
      Optional<Answer<Transfer>> wrong = refuseAmount(amount, source.get().captured());
      if (wrong.isPresent()) {
        return wrong.get();
      }
    }
    if (available(amount.getCurrencyUnit(), null).isLessThan(amount)) {
      return new Answer.Refused<>("balance_insufficient", Reason.TOO_MUCH);
    }
    Transfer transfer =
        new Transfer(
            next("tra"),
            false,
            wanted.payable(),
            wanted.account(),
            amount,
            Money.zero(amount.getCurrencyUnit()));
    transfers.put(transfer.reference(), transfer);
    move(wanted.account(), BalanceChange.Kind.TRANSFER, transfer.reference(), amount);
    event("transfer.created", WebhookEvent.Kind.TRANSFER, transfer.reference(), null);
    return new Answer.Done<>(transfer);
  }

  private Answer<Reversal> reverse(String reference, Money amount) {
    Transfer transfer = transfers.get(reference);
    if (transfer == null) {
      return new Answer.Refused<>("no_such_transfer", Reason.UNKNOWN_OBJECT);
    }
    Optional<Answer<Reversal>> wrong =
        refuseAmount(amount, transfer.amount().minus(transfer.reversed()));
    if (wrong.isPresent()) {
      return wrong.get();
    }
    if (available(amount.getCurrencyUnit(), transfer.account()).isLessThan(amount)) {
      return new Answer.Refused<>("balance_insufficient", Reason.TOO_MUCH);
    }
    Reversal reversal = new Reversal(next("rev"), false, reference, amount);
    transfers.put(
        reference,
        new Transfer(
            reference,
            false,
            transfer.payable(),
            transfer.account(),
            transfer.amount(),
            transfer.reversed().plus(amount)));
    move(
        transfer.account(),
        BalanceChange.Kind.TRANSFER_REVERSAL,
        reversal.reference(),
        amount.negated());
    event("transfer.reversed", WebhookEvent.Kind.TRANSFER, reference, null);
    return new Answer.Done<>(reversal);
  }

  private Answer<Payout> payout(String account, Money amount) {
    PayeeAccount known = accounts.get(account);
    if (known == null) {
      return new Answer.Refused<>("no_such_account", Reason.UNKNOWN_OBJECT);
    }
    if (known.standing() != PayeeStanding.ACTIVE) {
      return new Answer.Refused<>("account_" + lower(known.standing()), Reason.PAYEE_NOT_READY);
    }
    Optional<Answer<Payout>> wrong =
        refuseAmount(amount, available(amount.getCurrencyUnit(), account));
    if (wrong.isPresent()) {
      return wrong.get();
    }
    Payout payout = new Payout(next("out"), false, account, MoveState.SUCCEEDED, amount, null);
    payouts.put(payout.reference(), payout);
    change(
        account,
        BalanceChange.Kind.PAYOUT,
        payout.reference(),
        amount.negated(),
        Money.zero(amount.getCurrencyUnit()));
    event("payout.paid", WebhookEvent.Kind.PAYOUT, payout.reference(), account);
    return new Answer.Done<>(payout);
  }

  private Answer<PayeeAccount> onboard(PayeeId payee) {
    PayeeAccount account =
        new PayeeAccount(
            next("acc"), false, payee, PayeeStanding.PENDING, List.of("external_account"));
    accounts.put(account.reference(), account);
    event("payee.updated", WebhookEvent.Kind.PAYEE, account.reference(), account.reference());
    return new Answer.Done<>(account);
  }

  /** The page of a provider that is not there asks for nothing: opening it is enough. */
  private Answer<PayeeAccount> complete(String reference) {
    PayeeAccount account = accounts.get(reference);
    if (account == null) {
      return new Answer.Refused<>("no_such_account", Reason.UNKNOWN_OBJECT);
    }
    PayeeAccount active =
        new PayeeAccount(reference, false, account.payee(), PayeeStanding.ACTIVE, List.of());
    accounts.put(reference, active);
    event("payee.updated", WebhookEvent.Kind.PAYEE, reference, reference);
    return new Answer.Done<>(active);
  }

  private Answer<ClosedAccount> close(String reference) {
    boolean empty =
        changes(reference).stream()
            .collect(
                Collectors.groupingBy(
                    change -> change.amount().getCurrencyUnit(),
                    Collectors.reducing(
                        BigDecimal.ZERO,
                        change -> change.amount().minus(change.fee()).getAmount(),
                        BigDecimal::add)))
            .values()
            .stream()
            .allMatch(sum -> sum.signum() == 0);
    if (!empty) {
      return new Answer.Refused<>("balance_not_zero", Reason.WRONG_STATE);
    }
    accounts.remove(reference);
    return new Answer.Done<>(new ClosedAccount(reference, false));
  }

  private void dispute(Payment payment) {
    Dispute dispute =
        new Dispute(
            next("dis"),
            false,
            payment.reference(),
            DisputeState.NEEDS_RESPONSE,
            payment.captured(),
            clock.instant().plus(EVIDENCE_TIME));
    disputes.put(dispute.reference(), dispute);
    change(
        null,
        BalanceChange.Kind.DISPUTE,
        dispute.reference(),
        payment.captured().negated(),
        Money.zero(payment.captured().getCurrencyUnit()));
    event("dispute.opened", WebhookEvent.Kind.DISPUTE, dispute.reference(), null);
  }

  /** The sandbox's bank believes whoever says anything at all. */
  private Answer<Dispute> contest(String reference, boolean withEvidence) {
    Dispute dispute = disputes.get(reference);
    if (dispute == null) {
      return new Answer.Refused<>("no_such_dispute", Reason.UNKNOWN_OBJECT);
    }
    if (dispute.state() != DisputeState.NEEDS_RESPONSE) {
      return new Answer.Refused<>("dispute_" + lower(dispute.state()), Reason.WRONG_STATE);
    }
    Dispute decided =
        new Dispute(
            reference,
            false,
            dispute.payment(),
            withEvidence ? DisputeState.WON : DisputeState.LOST,
            dispute.amount(),
            null);
    disputes.put(reference, decided);
    if (withEvidence) {
      change(
          null,
          BalanceChange.Kind.DISPUTE,
          reference,
          dispute.amount(),
          Money.zero(dispute.amount().getCurrencyUnit()));
    }
    event("dispute.closed", WebhookEvent.Kind.DISPUTE, reference, null);
    return new Answer.Done<>(decided);
  }

  Optional<ProviderObject> lookUp(ObjectKind kind, String reference) {
    return switch (kind) {
      case PAYMENT -> Optional.ofNullable(looked(reference));
      case REFUND -> Optional.ofNullable(refunds.get(reference));
      case TRANSFER -> Optional.ofNullable(transfers.get(reference));
      case PAYOUT -> Optional.ofNullable(payouts.get(reference));
      case DISPUTE -> Optional.ofNullable(disputes.get(reference));
      case PAYEE -> Optional.ofNullable(accounts.get(reference));
    };
  }

  private @Nullable Payment looked(String reference) {
    Payment payment = payments.get(reference);
    if (payment != null
        && payment.state() == PaymentState.PROCESSING
        && looks.merge(reference, 1, Integer::sum) > 1) {
      agreed(payment);
      return payments.get(reference);
    }
    return payment;
  }

  List<Payment> paymentsOf(PayableId payable) {
    return paymentsOfPayable.getOrDefault(payable, List.of()).reversed().stream()
        .map(payments::get)
        .filter(Objects::nonNull)
        .toList();
  }

  Money available(CurrencyUnit currency, @Nullable String account) {
    return balances.getOrDefault(balance(account, currency), Money.zero(currency));
  }

  private static String balance(@Nullable String account, CurrencyUnit currency) {
    return orPlatform(account) + " " + currency;
  }

  private static String orPlatform(@Nullable String account) {
    return account == null ? "" : account;
  }

  /** Lines of a balance, oldest first; not to be kept. */
  List<BalanceChange> changes(@Nullable String account) {
    return changes.getOrDefault(orPlatform(account), List.of());
  }

  /** How many lines of its balance there are before this one; all of them if it is unknown. */
  int positionOf(@Nullable String account, String reference) {
    return positions.getOrDefault(reference, changes(account).size());
  }

  /** From the platform to a payee; with a negative amount the other way. */
  private void move(String account, BalanceChange.Kind kind, String source, Money amount) {
    Money nothing = Money.zero(amount.getCurrencyUnit());
    change(null, kind, source, amount.negated(), nothing);
    change(account, kind, source, amount, nothing);
  }

  private void change(
      @Nullable String account,
      BalanceChange.Kind kind,
      @Nullable String source,
      Money amount,
      Money fee) {
    List<BalanceChange> lines =
        changes.computeIfAbsent(orPlatform(account), name -> new ArrayList<>());
    String reference = next("chg");
    positions.put(reference, lines.size());
    lines.add(new BalanceChange(reference, account, kind, source, amount, fee, clock.instant()));
    balances.merge(balance(account, amount.getCurrencyUnit()), amount.minus(fee), Money::plus);
  }

  private Answer<Payment> keep(Payment payment, String event) {
    payments.put(payment.reference(), payment);
    event(event, WebhookEvent.Kind.PAYMENT, payment.reference(), null);
    return new Answer.Done<>(payment);
  }

  private void event(
      String type, WebhookEvent.Kind kind, String reference, @Nullable String account) {
    events.add(
        new WebhookEvent(
            next("evt"), type, kind, reference, account, false, clock.instant(), null));
  }

  private static <T> Optional<Answer<T>> refuseAmount(Money amount, Money most) {
    if (!amount.isSameCurrency(most)) {
      return Optional.of(new Answer.Refused<>("currency_mismatch", Reason.INVALID_CALL));
    }
    if (!amount.isPositive()) {
      return Optional.of(new Answer.Refused<>("amount_not_positive", Reason.INVALID_CALL));
    }
    if (amount.isGreaterThan(most)) {
      return Optional.of(new Answer.Refused<>("amount_too_large", Reason.TOO_MUCH));
    }
    return Optional.empty();
  }

  private Payment charged(Payment payment) {
    String charge = next("cha");
    paymentOfCharge.put(charge, payment.reference());
    return new Payment(
        payment.reference(),
        false,
        payment.payable(),
        payment.state(),
        payment.amount(),
        payment.captured(),
        payment.refunded(),
        charge,
        null,
        null);
  }

  private static Payment in(Payment payment, PaymentState state) {
    return new Payment(
        payment.reference(),
        false,
        payment.payable(),
        state,
        payment.amount(),
        payment.captured(),
        payment.refunded(),
        payment.charge(),
        payment.clientSecret(),
        null);
  }

  private static Payment refunding(Payment payment, Money refunded) {
    return new Payment(
        payment.reference(),
        false,
        payment.payable(),
        payment.state(),
        payment.amount(),
        payment.captured(),
        refunded,
        payment.charge(),
        null,
        null);
  }

  private String next(String prefix) {
    counter++;
    return prefix + "_" + counter;
  }

  private static String lower(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
