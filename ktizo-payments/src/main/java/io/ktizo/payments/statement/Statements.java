package io.ktizo.payments.statement;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Account.Kind;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.ledger.Posting;
import io.ktizo.payments.paying.Divisions;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.store.PaymentsStore.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * Makes statements from the journal.
 *
 * <p>Safe for use by many threads. The cost grows with the payee's entries up to the end of the
 * statement.
 */
public final class Statements {
  private static final int PAGE = 1_000;
  private static final int ATTEMPTS = 5;

  private final PaymentsStore store;
  private final InstantSource clock;

  /** Reads the books in a store. */
  public Statements(PaymentsStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * What changed on a payee's account.
   *
   * @param from the first moment that counts
   * @param to the first moment that does not count; not in the future, where entries are still to
   *     come
   * @throws IllegalArgumentException if the span is empty or not over
   */
  public Statement of(PayeeId payee, CurrencyUnit currency, Instant from, Instant to) {
    if (!from.isBefore(to) || to.isAfter(clock.instant())) {
      throw new IllegalArgumentException(
          "a statement is of a span that is over: " + from + "/" + to);
    }
    Account owed = Account.of(Kind.PAYEE_PAYABLE, payee, currency);
    for (int attempt = 1; ; attempt++) {
      Optional<Statement> statement = read(payee, owed, from, to);
      if (statement.isPresent()) {
        return statement.get();
      }
      if (attempt == ATTEMPTS) {
        throw new IllegalStateException("the books of " + payee + " do not add up");
      }
    }
  }

  /**
   * Empty if the sums do not hold. An entry of the last moment may be committed between two reads;
   * then the next look is right.
   */
  private Optional<Statement> read(PayeeId payee, Account owed, Instant from, Instant to) {
    return store.inTransaction(
        tables -> {
          List<Statement.Line> lines = new ArrayList<>();
          long skip = 0;
          List<JournalEntry> page;
          do {
            page = tables.journal().entries(owed, from, to, skip, PAGE);
            page.forEach(entry -> lines.add(line(tables, owed, payee, entry)));
            skip += page.size();
          } while (page.size() == PAGE);
          Money opening = tables.journal().balance(owed, from);
          Money closing = tables.journal().balance(owed, to);
          Money sum = lines.stream().map(Statement.Line::net).reduce(opening, Money::plus);
          return sum.equals(closing)
              ? Optional.of(new Statement(payee, from, to, opening, lines, closing))
              : Optional.empty();
        });
  }

  /** In which currencies a payee has an account. */
  public List<CurrencyUnit> currencies(PayeeId payee) {
    return store.inTransaction(
        tables ->
            tables.journal().accounts().stream()
                .filter(account -> account.kind() == Kind.PAYEE_PAYABLE)
                .filter(account -> account.owner().equals(Optional.of(payee)))
                .map(Account::currency)
                .sorted()
                .toList());
  }

  private static Statement.Line line(
      Tables tables, Account owed, PayeeId payee, JournalEntry entry) {
    Money zero = Money.zero(owed.currency());
    Money net =
        entry.postings().stream()
            .filter(posting -> posting.account().equals(owed))
            .map(Posting::amount)
            .reduce(zero, Money::plus)
            .negated();
    List<Allocation.Share> shares =
        Divisions.of(tables, entry).stream()
            .flatMap(division -> division.shares().stream())
            .filter(share -> share.payee().equals(payee))
            .toList();
    // A refund's division is positive, whichever way its entry books it.
    boolean taken =
        entry.kind() == JournalEntry.Kind.REFUND || entry.kind() == JournalEntry.Kind.DISPUTE_LOST;
    return new Statement.Line(
        entry.bookedAt(),
        entry.kind(),
        entry.payable(),
        sum(shares, Allocation.Share::total, zero, taken),
        sum(shares, Allocation.Share::fee, zero, taken),
        sum(shares, Allocation.Share::feeTax, zero, taken),
        sum(shares, Allocation.Share::tax, zero, taken),
        net);
  }

  private static Money sum(
      List<Allocation.Share> shares,
      Function<Allocation.Share, Money> part,
      Money zero,
      boolean taken) {
    Money sum = shares.stream().map(part).reduce(zero, Money::plus);
    return taken ? sum.negated() : sum;
  }
}
