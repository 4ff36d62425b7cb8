package io.ktizo.payments.ledger;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ledger.Account.Kind;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the books: which entry follows from which event. Each method is a pure function but
 * for the moment of booking. Causes are made of the names of things, so that the same event leads
 * to the same cause whoever reports it.
 *
 * <p>Amounts are positive; the direction lies in the event. Safe for use by many threads if the
 * clock is.
 */
public final class Bookings {
  private final InstantSource clock;

  /** Books at this clock's time. */
  public Bookings(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A customer's money was taken: it belongs to payees, to the platform and to the authorities.
   *
   * @param capture names the capture, unique for the payable's payment
   * @param providerReference the provider's balance transaction
   */
  public JournalEntry captured(
      PayableId payable, String capture, String providerReference, Allocation allocation) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.CUSTOMER_CASH, allocation.currency()), allocation.total());
    belongs(draft, allocation, 1);
    return entry(
        "capture:" + capture, JournalEntry.Kind.CAPTURE, payable, providerReference, draft);
  }

  /**
   * The provider charged for its work.
   *
   * @param providerReference the balance transaction that it was taken from
   * @param fee more than zero, or less than zero when a fee is given back
   */
  public JournalEntry providerFee(
      @Nullable PayableId payable, String providerReference, Money fee) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.PROVIDER_FEE, fee.getCurrencyUnit()), fee);
    draft.debit(Account.of(Kind.CUSTOMER_CASH, fee.getCurrencyUnit()), fee.negated());
    return entry(
        "provider-fee:" + providerReference,
        JournalEntry.Kind.PROVIDER_FEE,
        payable,
        providerReference,
        draft);
  }

  /** Money went from the platform's balance to a payee's. */
  public JournalEntry transferred(
      PayableId payable, PayeeId payee, String transfer, String providerReference, Money amount) {
    return entry(
        "transfer:" + transfer,
        JournalEntry.Kind.TRANSFER,
        payable,
        providerReference,
        moved(payee, amount));
  }

  /** Money came back from a payee's balance. */
  public JournalEntry reversed(
      PayableId payable, PayeeId payee, String reversal, String providerReference, Money amount) {
    return entry(
        "reversal:" + reversal,
        JournalEntry.Kind.TRANSFER_REVERSAL,
        payable,
        providerReference,
        moved(payee, amount.negated()));
  }

  /** Money left a payee's balance for his bank: so much less is owed to him. */
  public JournalEntry paidOut(
      PayeeId payee, String payout, String providerReference, Money amount) {
    return entry(
        "payout:" + payout,
        JournalEntry.Kind.PAYOUT,
        null,
        providerReference,
        settled(payee, amount));
  }

  /** A payout came back from the bank: it is owed again. */
  public JournalEntry payoutFailed(
      PayeeId payee, String payout, String providerReference, Money amount) {
    return entry(
        "payout-failure:" + payout,
        JournalEntry.Kind.PAYOUT_FAILURE,
        null,
        providerReference,
        settled(payee, amount.negated()));
  }

  /**
   * A refund was asked for: from now on the money belongs to the customer again. No money has moved
   * yet.
   */
  public JournalEntry refunded(PayableId payable, String refund, Allocation refunded) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.REFUNDS, refunded.currency()), refunded.total().negated());
    belongs(draft, refunded, -1);
    return entry("refund:" + refund, JournalEntry.Kind.REFUND, payable, null, draft);
  }

  /** A refund left for the customer. */
  public JournalEntry refundPaid(
      PayableId payable, String refund, String providerReference, Money amount) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.REFUNDS, amount.getCurrencyUnit()), amount);
    draft.debit(Account.of(Kind.CUSTOMER_CASH, amount.getCurrencyUnit()), amount.negated());
    return entry(
        "refund-paid:" + refund, JournalEntry.Kind.REFUND_PAID, payable, providerReference, draft);
  }

  /**
   * A refund came to nothing: the money belongs to whom it belonged before.
   *
   * @param refunded the entry that {@link #refunded} made; what it booked is booked back
   * @param refund names the failure
   * @param providerReference the refund at the provider, if it had left and came back; {@code null}
   *     if it had never left
   */
  public JournalEntry refundFailed(
      JournalEntry refunded, String refund, @Nullable String providerReference) {
    Draft draft = new Draft();
    for (Posting posting : refunded.postings()) {
      Account account = posting.account();
      boolean came = account.kind() == Kind.REFUNDS && providerReference != null;
      draft.debit(
          came ? Account.of(Kind.CUSTOMER_CASH, account.currency()) : account,
          posting.amount().negated());
    }
    return entry(
        "refund-failure:" + refund,
        JournalEntry.Kind.REFUND_FAILURE,
        refunded.payable(),
        providerReference,
        draft);
  }

  /** A bank took back a payment until a dispute is decided. */
  public JournalEntry disputeOpened(
      PayableId payable, String dispute, String providerReference, Money amount) {
    return entry(
        "dispute-opened:" + dispute,
        JournalEntry.Kind.DISPUTE_OPENED,
        payable,
        providerReference,
        reserved(amount));
  }

  /** A dispute was decided for the platform: the bank gave the money back. */
  public JournalEntry disputeWon(
      PayableId payable, String dispute, String providerReference, Money amount) {
    return entry(
        "dispute-won:" + dispute,
        JournalEntry.Kind.DISPUTE_WON,
        payable,
        providerReference,
        reserved(amount.negated()));
  }

  /**
   * A dispute was decided for the customer: what the bank took is taken from whom it belonged to.
   */
  public JournalEntry disputeLost(PayableId payable, String dispute, Allocation lost) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.DISPUTE_RESERVE, lost.currency()), lost.total().negated());
    belongs(draft, lost, -1);
    return entry("dispute-lost:" + dispute, JournalEntry.Kind.DISPUTE_LOST, payable, null, draft);
  }

  /** Credits, or with a sign of -1 debits, everybody whom the parts of an allocation belong to. */
  private static void belongs(Draft draft, Allocation allocation, int sign) {
    for (PayeeId payee : allocation.payees()) {
      draft.debit(
          Account.of(Kind.PAYEE_PAYABLE, payee, allocation.currency()),
          allocation.to(payee).multipliedBy(-sign));
    }
    draft.debit(
        Account.of(Kind.PLATFORM_FEE, allocation.currency()),
        allocation.fees().multipliedBy(-sign));
    draft.debit(
        Account.of(Kind.FEE_TAX, allocation.currency()), allocation.feeTaxes().multipliedBy(-sign));
    draft.debit(
        Account.of(Kind.TAX_PAYABLE, allocation.currency()),
        allocation.taxes().multipliedBy(-sign));
  }

  private static Draft moved(PayeeId payee, Money amount) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.PAYEE_CASH, payee, amount.getCurrencyUnit()), amount);
    draft.debit(Account.of(Kind.CUSTOMER_CASH, amount.getCurrencyUnit()), amount.negated());
    return draft;
  }

  private static Draft settled(PayeeId payee, Money amount) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.PAYEE_PAYABLE, payee, amount.getCurrencyUnit()), amount);
    draft.debit(Account.of(Kind.PAYEE_CASH, payee, amount.getCurrencyUnit()), amount.negated());
    return draft;
  }

  private static Draft reserved(Money amount) {
    Draft draft = new Draft();
    draft.debit(Account.of(Kind.DISPUTE_RESERVE, amount.getCurrencyUnit()), amount);
    draft.debit(Account.of(Kind.CUSTOMER_CASH, amount.getCurrencyUnit()), amount.negated());
    return draft;
  }

  private JournalEntry entry(
      String cause,
      JournalEntry.Kind kind,
      @Nullable PayableId payable,
      @Nullable String providerReference,
      Draft draft) {
    return new JournalEntry(
        cause, kind, clock.instant(), payable, providerReference, draft.postings());
  }

  /** Postings in the making: one an account, none of zero. */
  private static final class Draft {
    private final Map<Account, Money> debits = new LinkedHashMap<>();

    void debit(Account account, Money amount) {
      debits.merge(account, amount, Money::plus);
    }

    List<Posting> postings() {
      return debits.entrySet().stream()
          .filter(debit -> !debit.getValue().isZero())
          .map(debit -> new Posting(debit.getKey(), debit.getValue()))
          .toList();
    }
  }
}
