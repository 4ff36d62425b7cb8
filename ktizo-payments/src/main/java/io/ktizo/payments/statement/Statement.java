package io.ktizo.payments.statement;

import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ledger.JournalEntry;
import java.time.Instant;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A payee's account in a span of time and one currency: what he was owed at its beginning, what
 * changed, what he was owed at its end. Below zero he owes. Immutable; the sums hold, or it could
 * not be made.
 *
 * @param payee whose account
 * @param from the first moment that counts
 * @param to the first moment that does not count any more
 * @param opening what he was owed when {@code from} began
 * @param lines what changed, in the order of booking
 * @param closing what he was owed when {@code to} began
 */
public record Statement(
    PayeeId payee, Instant from, Instant to, Money opening, List<Line> lines, Money closing) {

  /**
   * One change. Sales are positive, and what is kept of them too: {@code net = gross - fee - feeTax
   * - tax}. Refunds are the same with the opposite sign. Payouts have a net amount alone.
   *
   * @param at when it was booked
   * @param kind what happened
   * @param payable what was paid for; {@code null} for payouts
   * @param gross what the customer paid for his lines, or got back
   * @param fee what the platform kept as its commission, without tax
   * @param feeTax value-added tax on the commission
   * @param tax tax of his lines that the platform hands to the authorities
   * @param net by how much what he is owed changed
   */
  public record Line(
      Instant at,
      JournalEntry.Kind kind,
      @Nullable PayableId payable,
      Money gross,
      Money fee,
      Money feeTax,
      Money tax,
      Money net) {
    public Line {
      boolean divided = !gross.isZero() || !fee.isZero() || !feeTax.isZero() || !tax.isZero();
      if (divided && !gross.minus(fee).minus(feeTax).minus(tax).equals(net)) {
        throw new IllegalArgumentException("the parts do not add up to " + net);
      }
    }
  }

  public Statement {
    lines = List.copyOf(lines);
    Money sum = lines.stream().map(Line::net).reduce(opening, Money::plus);
    if (!sum.equals(closing)) {
      throw new IllegalArgumentException(
          "opening balance and lines give " + sum + ", not the closing balance " + closing);
    }
  }

  /** The one currency of all amounts. */
  public CurrencyUnit currency() {
    return opening.getCurrencyUnit();
  }
}
