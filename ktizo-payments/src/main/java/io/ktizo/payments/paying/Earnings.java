package io.ktizo.payments.paying;

import io.ktizo.payments.PayableId;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Journal;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.ledger.Posting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a payee's balance, one earning after the other, the oldest first. Payouts take the
 * oldest; what is taken back is taken from the payable that it concerns.
 */
final class Earnings {
  private static final int PAGE = 10_000;

  /** Balances that are older than ten years are read from their beginning. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  /** One earning; without a payable it is what was there before, or came back from a bank. */
  private record Earning(@Nullable PayableId payable, Money amount) {
    boolean isOfOlder() {
      return payable == null;
    }
  }

  private final List<Earning> earnings = new ArrayList<>();
  private final Account cash;

  private Earnings(Account cash, Money opening) {
    this.cash = cash;
    if (opening.isPositive()) {
      earnings.add(new Earning(null, opening));
    }
  }

  /**
   * Reads the books of a payee's balance as far back as something of it is unpaid: the last days,
   * or four times as many until everything older was paid out.
   */
  static Earnings of(Account cash, Journal journal, Instant now) {
    for (Duration back = Duration.ofDays(1); ; back = back.multipliedBy(4)) {
      boolean all = back.compareTo(LONGEST) > 0;
      List<JournalEntry> entries = entries(cash, journal, all ? Instant.MIN : now.minus(back));
      Money opening = journal.balance(cash);
      for (JournalEntry entry : entries) {
        opening = opening.minus(amount(cash, entry));
      }
      Earnings earnings = new Earnings(cash, opening);
      entries.forEach(earnings::take);
      // What is older than the entries must be gone, or nobody knows of which earnings it is made.
      if (all || earnings.earnings.stream().noneMatch(Earning::isOfOlder)) {
        return earnings;
      }
    }
  }

  private static List<JournalEntry> entries(Account cash, Journal journal, Instant from) {
    List<JournalEntry> all = new ArrayList<>();
    List<JournalEntry> page;
    do {
      page = journal.entries(cash, from, Instant.MAX, all.size(), PAGE);
      all.addAll(page);
    } while (page.size() == PAGE);
    return all;
  }

  private static Money amount(Account cash, JournalEntry entry) {
    Money amount = Money.zero(cash.currency());
    for (Posting posting : entry.postings()) {
      if (posting.account().equals(cash)) {
        amount = amount.plus(posting.amount());
      }
    }
    return amount;
  }

  private void take(JournalEntry entry) {
    Money amount = amount(cash, entry);
    switch (entry.kind()) {
      case TRANSFER -> earnings.add(new Earning(entry.payable(), amount));
      // What a bank sent back is as old as it was before.
      case PAYOUT_FAILURE -> earnings.addFirst(new Earning(null, amount));
      case PAYOUT -> takeOldest(amount.negated());
      case TRANSFER_REVERSAL -> takeBack(entry.payable(), amount.negated());
      case CAPTURE,
          PROVIDER_FEE,
          REFUND,
          REFUND_PAID,
          REFUND_FAILURE,
          DISPUTE_OPENED,
          DISPUTE_WON,
          DISPUTE_LOST ->
          throw new IllegalStateException(entry.kind() + " does not touch a payee's balance");
    }
  }

  private void takeOldest(Money wanted) {
    Money rest = wanted;
    while (rest.isPositive() && !earnings.isEmpty()) {
      rest = takeFrom(0, rest);
    }
  }

  private void takeBack(@Nullable PayableId payable, Money wanted) {
    Money rest = wanted;
    for (int i = earnings.size() - 1; i >= 0 && rest.isPositive(); i--) {
      if (Objects.equals(earnings.get(i).payable(), payable)) {
        rest = takeFrom(i, rest);
      }
    }
    // Paid out already: others pay for it, the newest first.
    while (rest.isPositive() && !earnings.isEmpty()) {
      rest = takeFrom(earnings.size() - 1, rest);
    }
  }

  /** Answers what could not be taken from this one. */
  private Money takeFrom(int index, Money wanted) {
    Earning earning = earnings.get(index);
    if (earning.amount().isGreaterThan(wanted)) {
      earnings.set(index, new Earning(earning.payable(), earning.amount().minus(wanted)));
      return Money.zero(cash.currency());
    }
    earnings.remove(index);
    return wanted.minus(earning.amount());
  }

  /** The sum of the oldest earnings, whole ones, that is not more than a limit. */
  Money oldestThatFit(Money limit) {
    Money sum = Money.zero(cash.currency());
    for (Earning earning : earnings) {
      Money more = sum.plus(earning.amount());
      if (more.isGreaterThan(limit)) {
        return sum;
      }
      sum = more;
    }
    return sum;
  }
}
