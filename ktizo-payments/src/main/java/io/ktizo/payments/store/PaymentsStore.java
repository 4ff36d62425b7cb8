package io.ktizo.payments.store;

import io.ktizo.payments.DisputeCase;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.RefundRequest;
import io.ktizo.payments.Release;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Journal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Keeps payments.
 *
 * <p>Contract: {@link #inTransaction} either keeps all that its function changed or, if it throws,
 * nothing. Two transactions that changed the same subject do not both succeed unseen: the later one
 * waits or is done again, so functions have no effects but through their {@link Tables}. Once it
 * has returned, what was changed stays as far as the store promises durability. Safe for use by
 * many threads and, where the store is a database, by many processes.
 */
public interface PaymentsStore {

  /** Does some work in a transaction; it may be called more than once. */
  <T> T inTransaction(Function<Tables, T> work);

  /** What can be read and changed in a transaction; of no use after it. */
  interface Tables {

    /**
     * Takes hold of a subject until the transaction ends: nobody else changes its operations
     * meanwhile. To be called before they are read for a decision.
     */
    void lock(Subject subject);

    /**
     * Says whose references these books hold, unless that was said before.
     *
     * @return who was named first, now or before
     */
    String provider(String name);

    /** Whose references these books hold; empty while they hold none. */
    Optional<String> provider();

    /** A payable. */
    Optional<Payable> payable(PayableId id);

    /**
     * Keeps a payable.
     *
     * @return whether it was kept; false if one of its id is there
     */
    boolean insert(Payable payable);

    /**
     * Removes a payable for which nothing was ever asked of the provider.
     *
     * @return whether it was removed; false if there is none, or it has operations
     */
    boolean removeUnpaid(PayableId id);

    /** A subject's operations, in the order in which they were kept. */
    List<Operation> operations(Subject subject);

    /**
     * Keeps a new operation.
     *
     * @return whether it was kept; false if one of its subject, purpose and attempt is there
     */
    boolean insert(Operation operation);

    /** Replaces the operation of the same subject, purpose and attempt. */
    void update(Operation operation);

    /** The operation whose outcome is this object of the provider. */
    Optional<Operation> operationOf(Operation.Kind kind, String reference);

    /** Unresolved operations that have not changed since a moment, oldest first. */
    List<Operation> unresolvedSince(Instant changedBefore, int most);

    /** Operations that wait for the provider and have not changed since a moment, oldest first. */
    List<Operation> pendingSince(Instant changedBefore, int most);

    /**
     * Disputes of a payable's payment, as last seen, in the order in which they were first seen.
     */
    List<DisputeCase> disputes(PayableId payable);

    /** Keeps a dispute of a payable's payment, or what has become of it. */
    void put(DisputeCase dispute);

    /** Refunds and payouts that have succeeded since a moment, oldest first. */
    List<Operation> movedSince(Instant changedSince, int most);

    /**
     * Payments that were started since a moment and neither captured nor voided since, oldest
     * first: nobody has told us yet what the customer did.
     */
    List<Operation> unsettledSince(Instant startedSince, int most);

    /** A payee. */
    Optional<Payee> payee(PayeeId id);

    /** The payee of an account at the provider. */
    Optional<Payee> payeeOf(String account);

    /** Keeps a payee, or what has become of him. */
    void put(Payee payee);

    /** What was agreed with a payee for a currency; empty if nothing was. */
    Optional<PayoutTerms> terms(PayeeId payee, CurrencyUnit currency);

    /** Keeps what was agreed with a payee for the currency of the terms. */
    void put(PayeeId payee, PayoutTerms terms);

    /** A payee's part of a payable, once it was delivered. */
    Optional<Release> release(PayableId payable, PayeeId payee);

    /** Keeps a release, or what has become of it. */
    void put(Release release);

    /** Releases that wait and are due, the longest due first. */
    List<Release> dueReleases(Instant due, int most);

    /** Every payee's balance at the provider that is more than zero, as the books have it. */
    Map<Account, Money> payeeCash();

    /**
     * Whether something that was to be taken back from a payee has not come back: only then may he
     * have debts.
     */
    boolean mayOwe(PayeeId payee);

    /**
     * What a payee has earned by payables of which nothing was passed on to him yet, nor asked to
     * be, nor kept back for a debt: it may still have to be given back to the customers.
     *
     * @param except not counted
     */
    Money held(Payee payee, CurrencyUnit currency, @Nullable PayableId except);

    /** A refund that somebody asked for. */
    Optional<RefundRequest> refundRequest(PayableId payable, String refundId);

    /** Keeps a request, or what was decided about it. */
    void put(RefundRequest request);

    /** Requests that nobody has decided about, the oldest first. */
    List<RefundRequest> undecidedRefunds(int most);

    /**
     * Keeps messages.
     *
     * @return for each, in order, whether it was kept; false if it is there, worked or not, or was
     *     among those before it
     */
    List<Boolean> receive(List<WebhookEvent> events, Instant receivedAt);

    /** Messages that were not worked yet and are due, oldest first. */
    List<WebhookEvent> unworked(Instant due, int most);

    /** Marks a message as worked. */
    void worked(String eventId);

    /** Puts a message off: it failed once more, and is due again at a moment. */
    void putOff(String eventId, Instant dueAgain);

    /** How often a message has failed. */
    int failures(String eventId);

    /** Removes worked messages that came before a moment; answers how many. */
    int forgetWorked(Instant receivedBefore);

    /** Messages that have failed at least as often as this, oldest first. */
    List<WebhookEvent> failing(int failures, int most);

    /** The books. */
    Journal journal();
  }
}
