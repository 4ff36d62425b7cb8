package io.ktizo.payments.paying;

import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PaymentRefusedException.Reason;
import io.ktizo.payments.PaymentsException;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.Release;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.store.PaymentsStore.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * When payees get their money: after delivery and a time for complaints their part is passed on to
 * their balance, and their balance is sent to their bank on the days that were agreed.
 *
 * <p>Two sweeps do it, {@link #passOn} and {@link #payOut}; a host runs both by a schedule, on any
 * number of instances. Nobody else has to: without a sweep no payee is ever paid.
 *
 * <p>Safe for use by many threads.
 */
public final class PassingOn {
  private static final System.Logger LOG = System.getLogger(PassingOn.class.getName());

  /** After a try that the provider or a dispute did not allow. */
  private static final Duration PAUSE = Duration.ofHours(6);

  private final PaymentsStore store;
  private final Paying paying;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Function<CurrencyUnit, PayoutTerms> usual;

  /**
   * Passes on what was paid.
   *
   * @param zone whose midnights begin the days of schedules
   * @param usual the terms of payees with whom nothing else was agreed, by currency
   */
  public PassingOn(
      PaymentsStore store,
      Paying paying,
      InstantSource clock,
      ZoneId zone,
      Function<CurrencyUnit, PayoutTerms> usual) {
    this.store = store;
    this.paying = paying;
    this.clock = clock;
    this.zone = zone;
    this.usual = usual;
  }

  /** What holds for a payee in a currency. */
  public PayoutTerms terms(PayeeId payee, CurrencyUnit currency) {
    return store.inTransaction(tables -> terms(tables, payee, currency));
  }

  private PayoutTerms terms(Tables tables, PayeeId payee, CurrencyUnit currency) {
    return tables.terms(payee, currency).orElseGet(() -> usual.apply(currency));
  }

  /** Agrees on terms with a payee; they hold for what is delivered from now on. */
  public void agree(PayeeId payee, PayoutTerms terms) {
    store.inTransaction(
        tables -> {
          tables.lock(Subject.of(payee));
          tables.put(payee, terms);
          return terms;
        });
  }

  /**
   * A payee's part was delivered: its time for complaints begins. Again changes nothing.
   *
   * @throws PaymentRefusedException if the payable is unknown or has no line of the payee
   */
  public Release delivered(PayableId payable, PayeeId payee, Instant at) {
    return changed(
        payable,
        payee,
        (tables, currency, before) ->
            before.orElseGet(
                () ->
                    new Release(
                        payable,
                        payee,
                        Release.State.WAITING,
                        at,
                        at.plus(terms(tables, payee, currency).hold()))));
  }

  /**
   * The customer is content: the payee's part is passed on without waiting any longer.
   *
   * @throws PaymentRefusedException if the payable is unknown or has no line of the payee
   */
  public Release accepted(PayableId payable, PayeeId payee) {
    Instant now = clock.instant();
    return changed(
        payable,
        payee,
        (tables, currency, before) -> {
          Release release =
              before.orElseGet(() -> new Release(payable, payee, Release.State.WAITING, now, now));
          return release.state() == Release.State.PASSED_ON
              ? release
              : release.in(
                  Release.State.WAITING, release.dueAt().isBefore(now) ? release.dueAt() : now);
        });
  }

  /**
   * Somebody complained: nothing of the payee's part is passed on until {@link #accepted}, or until
   * it was refunded.
   *
   * @throws PaymentRefusedException if the payable is unknown, has no line of the payee, or his
   *     part was passed on already: then only a refund takes it back
   */
  public Release freeze(PayableId payable, PayeeId payee) {
    Instant now = clock.instant();
    return changed(
        payable,
        payee,
        (tables, currency, before) -> {
          if (before.filter(one -> one.state() == Release.State.PASSED_ON).isPresent()) {
            throw new PaymentRefusedException(Reason.ALREADY_SETTLED, payable);
          }
          return before
              .orElseGet(() -> new Release(payable, payee, Release.State.FROZEN, now, now))
              .in(Release.State.FROZEN, before.map(Release::dueAt).orElse(now));
        });
  }

  @FunctionalInterface
  private interface Change {
    Release of(Tables tables, CurrencyUnit currency, Optional<Release> before);
  }

  private Release changed(PayableId payable, PayeeId payee, Change change) {
    return store.inTransaction(
        tables -> {
          tables.lock(Subject.of(payable));
          Payable known =
              tables
                  .payable(payable)
                  .orElseThrow(() -> new PaymentRefusedException(Reason.UNKNOWN_PAYABLE, payable));
          if (!known.payees().contains(payee)) {
            throw new PaymentRefusedException(Reason.UNKNOWN_PAYEE, payee);
          }
          Release now = change.of(tables, known.currency(), tables.release(payable, payee));
          tables.put(now);
          return now;
        });
  }

  /** A payee's part of a payable, once it was delivered. */
  public Optional<Release> release(PayableId payable, PayeeId payee) {
    return store.inTransaction(tables -> tables.release(payable, payee));
  }

  /**
   * Passes on what is due, the longest due first. What cannot be passed on now, because a bank is
   * deciding or the payee may not be paid, is tried again some hours later.
   *
   * @param most how many at a time
   * @return how many were passed on to the end
   */
  public int passOn(int most) {
    List<Release> due = store.inTransaction(tables -> tables.dueReleases(clock.instant(), most));
    int passedOn = 0;
    for (Release release : due) {
      boolean done = passOn(release);
      passedOn += done ? 1 : 0;
      store.inTransaction(
          tables -> {
            tables.lock(Subject.of(release.payable()));
            // Somebody may have complained meanwhile; the transfer would have been refused.
            if (tables.release(release.payable(), release.payee()).equals(Optional.of(release))) {
              tables.put(
                  done
                      ? release.in(Release.State.PASSED_ON, release.dueAt())
                      : release.in(Release.State.WAITING, clock.instant().plus(PAUSE)));
            }
            return release;
          });
    }
    return passedOn;
  }

  private boolean passOn(Release release) {
    try {
      return paying.transfer(release.payable(), release.payee()).state() == State.SUCCESS;
    } catch (PaymentRefusedException e) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "{0} to {1}: {2}",
          release.payable(),
          release.payee(),
          e.reason());
      // Nothing is left after refunds, or it pays a debt: there is nothing to come back for.
      return e.reason() == Reason.NOTHING_OWED;
    } catch (PaymentsException e) {
      LOG.log(System.Logger.Level.WARNING, "{0}: {1}", release.payable(), e.getMessage());
      return false;
    }
  }

  /**
   * Pays out every payee whose day has come and whose balance is large enough. What a bank sent
   * back is in the balance again and goes with the next day.
   *
   * @return the payouts that were asked for
   */
  public List<Operation> payOut() {
    Instant now = clock.instant();
    return store.inTransaction(Tables::payeeCash).keySet().stream()
        .filter(cash -> isDue(cash, now))
        .map(this::payOut)
        .flatMap(Optional::stream)
        .toList();
  }

  private boolean isDue(Account cash, Instant now) {
    PayeeId payee = cash.owner().orElseThrow();
    return store.inTransaction(
        tables -> {
          boolean mayBePaid =
              tables
                  .payee(payee)
                  .map(Payee::standing)
                  .filter(standing -> standing == PayeeStanding.ACTIVE)
                  .isPresent();
          Optional<Instant> last =
              tables.operations(Subject.of(payee)).stream()
                  .filter(one -> one.kind() == Operation.Kind.PAYOUT)
                  .filter(one -> isOf(one, cash.currency()))
                  .map(Operation::createdAt)
                  .reduce((first, second) -> second);
          return mayBePaid
              && terms(tables, payee, cash.currency()).schedule().isDue(last, now, zone);
        });
  }

  private static boolean isOf(Operation payout, CurrencyUnit currency) {
    Money amount = payout.amount();
    return amount != null && amount.getCurrencyUnit().equals(currency);
  }

  private Optional<Operation> payOut(Account cash) {
    PayeeId payee = cash.owner().orElseThrow();
    try {
      return Optional.of(paying.payout(payee, terms(payee, cash.currency()).least()));
    } catch (PaymentsException e) {
      // Less than is worth sending, or not available yet: the next sweep looks again.
      LOG.log(System.Logger.Level.DEBUG, "payout of {0}: {1}", payee, e.getMessage());
      return Optional.empty();
    }
  }
}
