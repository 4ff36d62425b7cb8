package io.ktizo.payments.paying;

import io.ktizo.payments.Answer;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.BalancePage;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Bookings;
import io.ktizo.payments.ledger.Journal;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.ledger.Posting;
import io.ktizo.payments.paying.Reconciliation.Cause;
import io.ktizo.payments.paying.Reconciliation.Difference;
import io.ktizo.payments.store.PaymentsStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Compares the provider's books with ours, line by line and in both directions, and books the
 * provider's fees, which only his books tell.
 *
 * <p>Safe for use by many threads; run it when no operation is unresolved, or its outcome is named
 * as a difference that is gone the next time.
 */
public final class Reconciling {
  private static final System.Logger LOG = System.getLogger(Reconciling.class.getName());
  private static final int PAGE = 1_000;

  private final PaymentsStore store;
  private final Gateway gateway;
  private final Paying paying;
  private final Bookings bookings;

  /**
   * Compares with the books of a gateway.
   *
   * @param paying takes note of disputes that no message has told of
   */
  public Reconciling(PaymentsStore store, Gateway gateway, Paying paying, InstantSource clock) {
    this.store = store;
    this.gateway = gateway;
    this.paying = paying;
    this.bookings = new Bookings(clock);
  }

  /**
   * Compares a span of time.
   *
   * @param payees whose balances are compared beside the platform's
   * @param since lines and entries from this moment on
   * @param until entries before this moment
   * @return what differs, or in doubt if the provider could not be asked
   */
  public Answer<Reconciliation> compare(List<PayeeId> payees, Instant since, Instant until) {
    Map<String, BalanceChange> lines = new HashMap<>();
    List<Difference> differences = new ArrayList<>();
    List<@Nullable String> accounts = new ArrayList<>();
    accounts.add(null);
    for (PayeeId payee : payees) {
      store
          .inTransaction(tables -> tables.payee(payee))
          .map(Payee::account)
          .ifPresent(accounts::add);
    }
    int compared = 0;
    for (String account : accounts) {
      Answer<List<BalanceChange>> read = read(account, since);
      if (!(read instanceof Answer.Done<List<BalanceChange>>(List<BalanceChange> changes))) {
        return doubt(read);
      }
      for (BalanceChange change : changes) {
        compared++;
        collect(lines, differences, change);
      }
    }
    lines.values().forEach(this::noteDispute);
    Set<String> matched = new HashSet<>();
    for (Map.Entry<String, BalanceChange> line : lines.entrySet()) {
      match(line.getKey(), line.getValue(), matched, differences);
    }
    missingAtProvider(matched, since, until, differences);
    return new Answer.Done<>(new Reconciliation(compared, differences));
  }

  private Answer<List<BalanceChange>> read(@Nullable String account, Instant since) {
    List<BalanceChange> all = new ArrayList<>();
    String after = null;
    while (true) {
      Answer<BalancePage> answer = gateway.balanceChanges(account, since, after);
      switch (answer) {
        case Answer.Done<BalancePage>(BalancePage page) -> {
          all.addAll(page.changes());
          if (!page.more()) {
            return new Answer.Done<>(all);
          }
          after = page.changes().getLast().reference();
        }
        case Answer.Refused<BalancePage> refused -> {
          return new Answer.Refused<>(refused.code(), refused.reason());
        }
        case Answer.InDoubt<BalancePage> doubt -> {
          return new Answer.InDoubt<>(doubt.cause());
        }
      }
    }
  }

  private static Answer<Reconciliation> doubt(Answer<?> read) {
    return switch (read) {
      case Answer.Refused<?> refused -> new Answer.Refused<>(refused.code(), refused.reason());
      case Answer.InDoubt<?> doubt -> new Answer.InDoubt<>(doubt.cause());
      case Answer.Done<?> done -> throw new IllegalStateException("read was done");
    };
  }

  private static void collect(
      Map<String, BalanceChange> lines, List<Difference> differences, BalanceChange change) {
    Optional<String> cause = cause(change);
    if (cause.isEmpty()) {
      if (change.kind() == BalanceChange.Kind.OTHER) {
        differences.add(
            new Difference(Cause.UNKNOWN_KIND, change.reference(), change.amount(), null));
      }
      return;
    }
    BalanceChange before = lines.put(cause.get(), change);
    if (before != null) {
      differences.add(
          new Difference(Cause.TWICE_AT_PROVIDER, cause.get(), change.amount(), before.amount()));
    }
  }

  /** The entry that a line should have, by name; none for what is booked with another line. */
  private static Optional<String> cause(BalanceChange change) {
    String source = change.source();
    if (source == null) {
      return Optional.empty();
    }
    return switch (change.kind()) {
      case CHARGE -> Optional.of("capture:" + source);
      case REFUND -> Optional.of("refund-paid:" + source);
      case REFUND_FAILURE -> Optional.of("refund-failure:" + source);
      case TRANSFER ->
          change.account() == null ? Optional.of("transfer:" + source) : Optional.empty();
      case TRANSFER_REVERSAL ->
          change.account() == null ? Optional.of("reversal:" + source) : Optional.empty();
      case DISPUTE ->
          Optional.of((change.amount().isNegative() ? "dispute-opened:" : "dispute-won:") + source);
      case PAYOUT -> change.account() == null ? Optional.empty() : Optional.of("payout:" + source);
      case PAYOUT_FAILURE ->
          change.account() == null ? Optional.empty() : Optional.of("payout-failure:" + source);
      case FEE, OTHER -> Optional.empty();
    };
  }

  /** A dispute whose messages were lost shows itself by the money that it took. */
  private void noteDispute(BalanceChange change) {
    String source = change.source();
    String cause = cause(change).orElse("");
    if (source == null
        || change.kind() != BalanceChange.Kind.DISPUTE
        || store
            .<Optional<JournalEntry>>inTransaction(tables -> tables.journal().entry(cause))
            .isPresent()) {
      return;
    }
    Answer<ProviderObject> seen = gateway.lookUp(Gateway.ObjectKind.DISPUTE, source, null);
    if (seen instanceof Answer.Done<ProviderObject>(ProviderObject dispute)) {
      try {
        paying.see(dispute);
      } catch (ProviderMismatchException e) {
        // It stays among the differences, where somebody looks.
        LOG.log(System.Logger.Level.WARNING, "dispute {0}: {1}", source, e.difference());
      }
    }
  }

  private void match(
      String cause, BalanceChange change, Set<String> matched, List<Difference> differences) {
    store.inTransaction(
        tables -> {
          Journal journal = tables.journal();
          Optional<JournalEntry> entry = journal.entry(cause);
          if (entry.isEmpty()) {
            differences.add(new Difference(Cause.MISSING_IN_JOURNAL, cause, change.amount(), null));
            return cause;
          }
          matched.add(cause);
          Money booked = cash(entry.get(), change.account() != null);
          if (!booked.equals(change.amount())) {
            differences.add(new Difference(Cause.AMOUNT_DIFFERS, cause, change.amount(), booked));
          }
          if (!change.fee().isZero()) {
            bookFee(journal, entry.get().payable(), change);
          }
          return cause;
        });
  }

  private void bookFee(Journal journal, @Nullable PayableId payable, BalanceChange change) {
    if (journal.entry("provider-fee:" + change.reference()).isEmpty()) {
      journal.append(bookings.providerFee(payable, change.reference(), change.fee()));
    }
  }

  /** What an entry moved at the provider: in the platform's balance, or in a payee's. */
  private static Money cash(JournalEntry entry, boolean payees) {
    Account.Kind kind = payees ? Account.Kind.PAYEE_CASH : Account.Kind.CUSTOMER_CASH;
    Money zero = Money.zero(entry.postings().getFirst().account().currency());
    return entry.postings().stream()
        .filter(posting -> posting.account().kind() == kind)
        .map(Posting::amount)
        .reduce(zero, Money::plus);
  }

  private void missingAtProvider(
      Set<String> matched, Instant since, Instant until, List<Difference> differences) {
    long skip = 0;
    List<JournalEntry> page;
    do {
      long from = skip;
      page =
          store.inTransaction(tables -> tables.journal().entries(null, since, until, from, PAGE));
      skip += page.size();
      for (JournalEntry entry : page) {
        boolean moved =
            entry.providerReference() != null && entry.kind() != JournalEntry.Kind.PROVIDER_FEE;
        if (moved && !matched.contains(entry.cause())) {
          differences.add(
              new Difference(
                  Cause.MISSING_AT_PROVIDER,
                  entry.cause(),
                  null,
                  cash(entry, entry.kind() == JournalEntry.Kind.PAYOUT)));
        }
      }
    } while (page.size() == PAGE);
  }
}
