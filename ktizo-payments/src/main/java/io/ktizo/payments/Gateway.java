package io.ktizo.payments;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A payment provider, in the trade's verbs.
 *
 * <p>Contract:
 *
 * <ul>
 *   <li>Every verb that changes something takes an idempotency key. The same key with the same
 *       arguments happens once and is answered alike, also by another instance and at the same
 *       time; with other arguments it is refused as an invalid call.
 *   <li>A verb answers with a value, {@link Answer}. Whatever leaves open whether something was
 *       done is {@link Answer.InDoubt}, never a refusal. No verb throws for what the provider or
 *       the network does.
 *   <li>Calls end within bounded time, with bounded retries of their own under the same key.
 *   <li>{@link #can} is asked before a verb that not every provider has; without it the verb throws
 *       {@link UnsupportedOperationException}.
 *   <li>Safe for use by many threads; nothing is kept but what the provider itself keeps.
 * </ul>
 */
public interface Gateway {

  /** What is asked before it is used. */
  enum Capability {
    /** An amount may be held first and captured later, in part. */
    MANUAL_CAPTURE,
    /** Money may be moved to payees and back. */
    TRANSFERS,
    /** Payees' payouts are started by the platform. */
    PAYOUTS,
    /** Evidence may be sent in a dispute. */
    EVIDENCE,
    /** Payees' accounts can be closed, and are deleted at the provider then. */
    CLOSING,
    /** The provider can be asked to forget a customer. */
    REDACTION
  }

  /** Stable, for configuration, start-up message and journal: {@code stripe}, {@code sandbox}. */
  String name();

  /** Whether the provider has this. */
  boolean can(Capability capability);

  /**
   * What a payment starts with.
   *
   * @param payable what is paid; the provider groups transfers by it
   * @param amount more than zero
   * @param capture when the money is taken
   */
  record NewPayment(PayableId payable, Money amount, Capture capture) {
    public NewPayment {
      if (!amount.isPositive()) {
        throw new IllegalArgumentException("a payment is of more than zero: " + amount);
      }
    }
  }

  /** When money is taken. */
  enum Capture {
    /** As soon as the customer has agreed. */
    AT_ONCE,
    /** Held first, then captured by {@link #capture} or released by {@link #voidPayment}. */
    LATER
  }

  /** Starts a payment. The customer goes on with the payment's client secret. */
  Answer<ProviderObject.Payment> start(IdempotencyKey key, NewPayment payment);

  /**
   * Agrees to a payment from here, with a means that the provider knows by a token. Customers agree
   * in their browsers; this is for means on file and for tests.
   *
   * @param method the provider's token; never a card number
   */
  Answer<ProviderObject.Payment> authorise(IdempotencyKey key, String payment, String method);

  /**
   * Takes what is held.
   *
   * @param amount at most what is held; the rest is released
   */
  Answer<ProviderObject.Payment> capture(IdempotencyKey key, String payment, Money amount);

  /** Gives up a payment that was not captured; nothing is held any more. */
  Answer<ProviderObject.Payment> voidPayment(IdempotencyKey key, String payment);

  /**
   * Gives money back.
   *
   * @param amount at most what was captured and not given back yet
   */
  Answer<ProviderObject.Refund> refund(IdempotencyKey key, String payment, Money amount);

  /**
   * What a transfer is made of.
   *
   * @param payable what the money was paid for
   * @param account the payee's account at the provider
   * @param amount more than zero
   * @param charge the charge that the money comes from, so that it may be moved before it is
   *     available; {@code null} to move what is available
   */
  record NewTransfer(PayableId payable, String account, Money amount, @Nullable String charge) {
    public NewTransfer {
      if (!amount.isPositive()) {
        throw new IllegalArgumentException("a transfer is of more than zero: " + amount);
      }
    }
  }

  /** Moves money to a payee's balance. */
  Answer<ProviderObject.Transfer> transfer(IdempotencyKey key, NewTransfer transfer);

  /** Takes back a part of a transfer from the payee's balance. */
  Answer<ProviderObject.Reversal> reverse(IdempotencyKey key, String transfer, Money amount);

  /** Sends money from a payee's balance to his bank. */
  Answer<ProviderObject.Payout> payout(IdempotencyKey key, String account, Money amount);

  /**
   * Who is to be paid.
   *
   * @param payee the host's name for him
   * @param country of his business, ISO 3166-1 alpha-2
   */
  record NewPayee(PayeeId payee, String country) {
    public NewPayee {
      if (!country.matches("[A-Z]{2}")) {
        throw new IllegalArgumentException("a country is two capital letters");
      }
    }
  }

  /** Opens an account for a payee. What it may do is asked for by {@link #lookUp}. */
  Answer<ProviderObject.PayeeAccount> onboard(IdempotencyKey key, NewPayee payee);

  /**
   * A page of the provider's where the payee gives what is asked of him. Valid for minutes and for
   * him alone: made when he asks, never stored.
   *
   * @param returnTo where he comes back to when done
   * @param again where he comes to when the page has expired
   */
  Answer<URI> onboardingPage(String account, URI returnTo, URI again);

  /**
   * Closes a payee's account for good: the provider deletes what it need not keep itself, and the
   * account is unknown from then on. Refused while there is money in it. An account that is gone is
   * answered as closed.
   */
  Answer<ProviderObject.ClosedAccount> close(IdempotencyKey key, String account);

  /**
   * Contests a dispute.
   *
   * @param evidence by the provider's field names, texts only
   */
  Answer<ProviderObject.Dispute> contest(
      IdempotencyKey key, String dispute, List<Evidence> evidence);

  /** One piece of evidence. */
  record Evidence(Field field, String text) {
    /** What a piece of evidence is about. */
    public enum Field {
      /** What was sold. */
      PRODUCT_DESCRIPTION,
      /** Who carried it. */
      SHIPPING_CARRIER,
      /** The carrier's number. */
      SHIPPING_TRACKING_NUMBER,
      /** When it was sent, ISO 8601 date. */
      SHIPPING_DATE,
      /** What the customer was told about giving things back. */
      REFUND_POLICY,
      /** Everything else. */
      UNCATEGORIZED_TEXT
    }
  }

  /** Objects that can be looked up by the provider's name. */
  enum ObjectKind {
    /** {@link ProviderObject.Payment}. */
    PAYMENT,
    /** {@link ProviderObject.Refund}. */
    REFUND,
    /** {@link ProviderObject.Transfer}. */
    TRANSFER,
    /** {@link ProviderObject.Payout}; looked up on the payee's account. */
    PAYOUT,
    /** {@link ProviderObject.Dispute}. */
    DISPUTE,
    /** {@link ProviderObject.PayeeAccount}. */
    PAYEE
  }

  /**
   * Looks an object up.
   *
   * @param account the payee's account that it belongs to; {@code null} for the platform's own
   * @return the object, or refused as {@link Answer.Reason#UNKNOWN_OBJECT}
   */
  Answer<ProviderObject> lookUp(ObjectKind kind, String reference, @Nullable String account);

  /** Every payment that was started for a payable, newest first. */
  Answer<List<ProviderObject.Payment>> paymentsOf(PayableId payable);

  /** What may be moved or sent of a balance now. */
  Answer<Money> available(CurrencyUnit currency, @Nullable String account);

  /**
   * Lines of the provider's books, newest first: lines that come while pages are read do not shift
   * those that follow.
   *
   * @param account whose balance; {@code null} for the platform's
   * @param since lines from this moment on
   * @param after go on after this line; {@code null} to begin
   * @return a page and whether there is more
   */
  Answer<BalancePage> balanceChanges(
      @Nullable String account, Instant since, @Nullable String after);

  /** One page of a balance's lines. */
  record BalancePage(List<BalanceChange> changes, boolean more) {
    public BalancePage {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Reads a message that the provider sent.
   *
   * @param body the bytes as they came, not a text made of them
   * @param signature the header that signs them; {@code null} if there was none
   * @throws WebhookRefusedException if the message is not the provider's
   */
  WebhookEvent readWebhook(byte[] body, @Nullable String signature);
}
