package io.ktizo.payments;

import io.ktizo.payments.InvalidPayableException.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * What a customer is to pay once: lines, the payees that they belong to, and what the platform
 * keeps. Immutable and frozen: a price or a commission that changes later makes another payable.
 *
 * <p>All amounts are of one currency. Lines are gross, tax included, as the customer pays them.
 *
 * @param id the host's name for it
 * @param lines what is paid for, at least one, ids unique
 * @param commissions what the platform keeps, at most one a payee
 * @param taxCalculation under which name a tax service keeps the calculation that the lines' tax
 *     comes from, so that the sale is written down there once it is paid; {@code null} if none does
 */
public record Payable(
    PayableId id, List<Line> lines, List<Commission> commissions, @Nullable String taxCalculation) {

  /** Stripe takes amounts of up to eight digits; a host that needs more uses several payables. */
  private static final long MOST_MINOR_UNITS = 99_999_999L;

  /** No payable has more lines. */
  public static final int MOST_LINES = 10_000;

  /**
   * Checks the payable.
   *
   * @throws InvalidPayableException with every fault, each at its place: no lines, amounts that are
   *     negative or of another currency, tax beyond its line, a repeated id, a commission of a
   *     payee without lines or beyond what its lines bring, a total of nothing or of more than
   *     eight digits, a calculation whose name is none
   */
  public Payable {
    lines = List.copyOf(lines);
    commissions = List.copyOf(commissions);
    List<Fault> faults = faults(lines, commissions);
    if (taxCalculation != null && !taxCalculation.matches("[A-Za-z0-9_-]{1,255}")) {
      faults.add(new Fault("/taxCalculation", "bad-format", "this is no name of a calculation"));
    }
    if (!faults.isEmpty()) {
      throw new InvalidPayableException(faults);
    }
  }

  /** A payable whose tax no service writes down. */
  public Payable(PayableId id, List<Line> lines, List<Commission> commissions) {
    this(id, lines, commissions, null);
  }

  /** Who hands a line's tax to the authorities. */
  public enum TaxCollector {
    /** The payee, who therefore gets the tax with the line. */
    PAYEE,
    /** The platform, as a marketplace facilitator or deemed supplier. */
    PLATFORM
  }

  /**
   * One line.
   *
   * @param id unique in the payable, of the form of {@link PayableId}
   * @param payee whom it belongs to
   * @param amount what the customer pays for it, tax included; not negative
   * @param tax the part of {@code amount} that is tax; not negative
   * @param taxCollector who hands the tax on
   */
  public record Line(String id, PayeeId payee, Money amount, Money tax, TaxCollector taxCollector) {
    public Line {
      ForeignId.require("line id", id);
    }
  }

  /**
   * What the platform keeps of a payee's lines, fixed when the order is placed.
   *
   * @param payee whose lines
   * @param fee without tax; not negative
   * @param tax value-added tax on the fee; not negative
   */
  public record Commission(PayeeId payee, Money fee, Money tax) {}

  /** The one currency of all amounts. */
  public CurrencyUnit currency() {
    return lines.getFirst().amount().getCurrencyUnit();
  }

  /** What the customer pays, tax included. */
  public Money total() {
    return Money.total(lines.stream().map(Line::amount).toList());
  }

  /** The payees, in the order of their first lines. */
  public List<PayeeId> payees() {
    return lines.stream().map(Line::payee).distinct().toList();
  }

  /** The line of this id. */
  public Optional<Line> line(String lineId) {
    return lines.stream().filter(line -> line.id().equals(lineId)).findFirst();
  }

  /** The commission on a payee's lines; none if the platform takes nothing. */
  public Optional<Commission> commissionOn(PayeeId payee) {
    return commissions.stream().filter(one -> one.payee().equals(payee)).findFirst();
  }

  private static List<Fault> faults(List<Line> lines, List<Commission> commissions) {
    List<Fault> faults = new ArrayList<>();
    if (lines.isEmpty() || lines.size() > MOST_LINES) {
      faults.add(
          new Fault("/lines", "line-count", "a payable has from 1 to " + MOST_LINES + " lines"));
      return faults;
    }
    CurrencyUnit currency = lines.getFirst().amount().getCurrencyUnit();
    Set<String> ids = new HashSet<>();
    Map<PayeeId, Long> earned = new HashMap<>();
    long total = 0;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      String at = "/lines/" + i;
      if (!ids.add(line.id())) {
        faults.add(new Fault(at + "/id", "repeated-id", "another line has this id"));
      }
      boolean amountIsSound = amount(faults, at + "/amount", line.amount(), currency);
      boolean taxIsSound = amount(faults, at + "/tax", line.tax(), currency);
      if (!amountIsSound || !taxIsSound) {
        continue;
      }
      long amount = line.amount().getAmountMinorLong();
      long tax = line.tax().getAmountMinorLong();
      if (tax > amount) {
        faults.add(new Fault(at + "/tax", "tax-beyond-line", "tax is more than the line"));
        continue;
      }
      // Each amount has eight digits at most and lines are bounded, so these sums cannot overflow.
      total += amount;
      long payees = line.taxCollector() == TaxCollector.PLATFORM ? amount - tax : amount;
      earned.merge(line.payee(), payees, Long::sum);
    }
    if (total > MOST_MINOR_UNITS) {
      faults.add(new Fault("/lines", "total-too-large", "the total has more than eight digits"));
    } else if (total == 0 && faults.isEmpty()) {
      faults.add(new Fault("/lines", "nothing-to-pay", "the total is zero"));
    }
    commissionFaults(faults, commissions, currency, earned);
    return faults;
  }

  private static void commissionFaults(
      List<Fault> faults,
      List<Commission> commissions,
      CurrencyUnit currency,
      Map<PayeeId, Long> earned) {
    Set<PayeeId> seen = new HashSet<>();
    for (int i = 0; i < commissions.size(); i++) {
      Commission commission = commissions.get(i);
      String at = "/commissions/" + i;
      if (!seen.add(commission.payee())) {
        faults.add(new Fault(at + "/payee", "repeated-payee", "another commission has this payee"));
      }
      Long payees = earned.get(commission.payee());
      if (payees == null) {
        faults.add(new Fault(at + "/payee", "unknown-payee", "no line belongs to this payee"));
        continue;
      }
      boolean feeIsSound = amount(faults, at + "/fee", commission.fee(), currency);
      boolean taxIsSound = amount(faults, at + "/tax", commission.tax(), currency);
      if (feeIsSound
          && taxIsSound
          && commission.fee().getAmountMinorLong() + commission.tax().getAmountMinorLong()
              > payees) {
        faults.add(
            new Fault(at + "/fee", "fee-beyond-lines", "the fee is more than the payee's lines"));
      }
    }
  }

  private static boolean amount(
      List<Fault> faults, String pointer, Money amount, CurrencyUnit currency) {
    if (!amount.getCurrencyUnit().equals(currency)) {
      faults.add(
          new Fault(
              pointer,
              "currency-mismatch",
              "expected " + currency + " and found " + amount.getCurrencyUnit()));
      return false;
    }
    if (amount.isNegative()) {
      faults.add(new Fault(pointer, "negative-amount", "the amount is negative"));
      return false;
    }
    if (amount.getAmount().unscaledValue().bitLength() > 62
        || amount.getAmountMinorLong() > MOST_MINOR_UNITS) {
      faults.add(new Fault(pointer, "amount-too-large", "the amount has more than eight digits"));
      return false;
    }
    return true;
  }
}
