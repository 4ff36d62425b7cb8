package io.ktizo.payments;

import io.ktizo.core.money.LargestRemainder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * Where an amount of money belongs, line by line: to the payee, to the platform as its fee, to the
 * authorities as tax. The parts of each line add up to it, in every state.
 *
 * <p>Made once from a {@link Payable} and taken from by refunds: a refund of a line is divided like
 * what is left of the line, by largest remainder. So no part ever becomes negative, the parts of
 * all refunds of a line add up to the line whatever their number and order, and the last one takes
 * exactly what is left. Immutable.
 *
 * @param shares one a line, in the payable's order, ids unique
 */
public record Allocation(List<Share> shares) {

  public Allocation {
    shares = List.copyOf(shares);
    if (shares.isEmpty()) {
      throw new IllegalArgumentException("an allocation has at least one share");
    }
  }

  /**
   * Where one line's money belongs; all amounts of one currency, none negative.
   *
   * @param lineId the line
   * @param payee whom the line belongs to
   * @param toPayee what he gets
   * @param fee what the platform keeps, without tax
   * @param feeTax value-added tax on the fee
   * @param tax tax of the line that the platform hands on
   */
  public record Share(
      String lineId, PayeeId payee, Money toPayee, Money fee, Money feeTax, Money tax) {
    public Share {
      for (Money part : List.of(toPayee, fee, feeTax, tax)) {
        if (part.isNegative() || !part.isSameCurrency(toPayee)) {
          throw new IllegalArgumentException("the parts of line " + lineId + " do not fit");
        }
      }
    }

    /** The line's amount: the sum of its parts. */
    public Money total() {
      return Money.total(toPayee, fee, feeTax, tax);
    }

    private Share with(List<Money> parts) {
      return new Share(lineId, payee, parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }

    private List<Money> parts() {
      return List.of(toPayee, fee, feeTax, tax);
    }
  }

  /**
   * What to give back of a line.
   *
   * @param lineId the line
   * @param amount more than zero, in the payable's currency
   */
  public record Portion(String lineId, Money amount) {}

  /**
   * A refund and what it leaves.
   *
   * @param refunded the parts that go back, only of lines that it concerns
   * @param remaining every line, with what is left of it
   */
  public record Refund(Allocation refunded, Allocation remaining) {}

  /**
   * Allocates a whole payable. A payee's commission is spread over his lines in proportion to what
   * they bring him, by largest remainder.
   */
  public static Allocation of(Payable payable) {
    Map<PayeeId, List<Payable.Line>> byPayee = new LinkedHashMap<>();
    payable
        .lines()
        .forEach(line -> byPayee.computeIfAbsent(line.payee(), p -> new ArrayList<>()).add(line));
    Map<String, Share> shares = new HashMap<>();
    byPayee.forEach((payee, lines) -> allocate(payable, payee, lines, shares));
    return new Allocation(
        payable.lines().stream()
            .map(line -> Objects.requireNonNull(shares.get(line.id())))
            .toList());
  }

  private static void allocate(
      Payable payable, PayeeId payee, List<Payable.Line> lines, Map<String, Share> shares) {
    Money nothing = Money.zero(payable.currency());
    Money fee = payable.commissionOn(payee).map(Payable.Commission::fee).orElse(nothing);
    Money feeTax = payable.commissionOn(payee).map(Payable.Commission::tax).orElse(nothing);
    List<Money> earned =
        lines.stream().map(line -> line.amount().minus(platformTax(line))).toList();
    // Fee and tax together first: each line's part is then at most what the line brings.
    List<Money> kept = proportionally(fee.plus(feeTax), earned);
    List<Money> fees = proportionally(fee, kept);
    for (int i = 0; i < lines.size(); i++) {
      Payable.Line line = lines.get(i);
      shares.put(
          line.id(),
          new Share(
              line.id(),
              payee,
              earned.get(i).minus(kept.get(i)),
              fees.get(i),
              kept.get(i).minus(fees.get(i)),
              platformTax(line)));
    }
  }

  private static Money platformTax(Payable.Line line) {
    return switch (line.taxCollector()) {
      case PLATFORM -> line.tax();
      case PAYEE -> Money.zero(line.tax().getCurrencyUnit());
    };
  }

  private static List<Money> proportionally(Money total, List<Money> weights) {
    // Nothing to divide: every part is zero, also where no weight says how to divide.
    return total.isZero()
        ? weights.stream().map(weight -> total).toList()
        : LargestRemainder.split(total, weights);
  }

  /** The one currency of all parts. */
  public CurrencyUnit currency() {
    return shares.getFirst().toPayee().getCurrencyUnit();
  }

  /** Everything together: what the customer paid, or gets back. */
  public Money total() {
    return Money.total(shares.stream().map(Share::total).toList());
  }

  /** The payees, in the order of their first lines. */
  public List<PayeeId> payees() {
    return shares.stream().map(Share::payee).distinct().toList();
  }

  /** What a payee gets of all his lines; zero if none is his. */
  public Money to(PayeeId payee) {
    return shares.stream()
        .filter(share -> share.payee().equals(payee))
        .map(Share::toPayee)
        .reduce(Money.zero(currency()), Money::plus);
  }

  /** The platform's fees, without tax. */
  public Money fees() {
    return Money.total(shares.stream().map(Share::fee).toList());
  }

  /** Value-added tax on the platform's fees. */
  public Money feeTaxes() {
    return Money.total(shares.stream().map(Share::feeTax).toList());
  }

  /** Taxes that the platform hands on. */
  public Money taxes() {
    return Money.total(shares.stream().map(Share::tax).toList());
  }

  /**
   * Divides a refund of some lines, in part or whole.
   *
   * @throws RefundRefusedException if a line is unknown or named twice, an amount is not positive,
   *     of another currency, or more than is left of its line
   */
  public Refund refund(List<Portion> portions) {
    Map<String, Money> wanted = wanted(portions);
    List<Share> refunded = new ArrayList<>();
    List<Share> remaining = new ArrayList<>(shares.size());
    for (Share share : shares) {
      Money amount = wanted.get(share.lineId());
      if (amount == null) {
        remaining.add(share);
        continue;
      }
      List<Money> parts = LargestRemainder.split(amount, share.parts());
      List<Money> left = new ArrayList<>(parts.size());
      for (int i = 0; i < parts.size(); i++) {
        left.add(share.parts().get(i).minus(parts.get(i)));
      }
      refunded.add(share.with(parts));
      remaining.add(share.with(left));
    }
    return new Refund(new Allocation(refunded), new Allocation(remaining));
  }

  /** Gives back all that is left; empty lines are left out of what is refunded. */
  public Refund refundAll() {
    return refund(
        shares.stream()
            .filter(share -> !share.total().isZero())
            .map(share -> new Portion(share.lineId(), share.total()))
            .toList());
  }

  /**
   * What is left when parts are taken away that had been divided before.
   *
   * @throws IllegalArgumentException if a part is of another line, or more than there is
   */
  public Allocation minus(Allocation taken) {
    Map<String, Share> byLine = new HashMap<>();
    taken.shares().forEach(share -> byLine.put(share.lineId(), share));
    List<Share> left = new ArrayList<>(shares.size());
    for (Share share : shares) {
      Share part = byLine.remove(share.lineId());
      left.add(
          part == null
              ? share
              : new Share(
                  share.lineId(),
                  share.payee(),
                  share.toPayee().minus(part.toPayee()),
                  share.fee().minus(part.fee()),
                  share.feeTax().minus(part.feeTax()),
                  share.tax().minus(part.tax())));
    }
    if (!byLine.isEmpty()) {
      throw new IllegalArgumentException("not lines of this: " + byLine.keySet());
    }
    return new Allocation(left);
  }

  private Map<String, Money> wanted(List<Portion> portions) {
    if (portions.isEmpty()) {
      throw new RefundRefusedException(RefundRefusedException.Reason.NOTHING_TO_REFUND, "");
    }
    Map<String, Share> byLine = new HashMap<>();
    shares.forEach(share -> byLine.put(share.lineId(), share));
    Map<String, Money> wanted = new HashMap<>();
    for (Portion portion : portions) {
      Share share = byLine.get(portion.lineId());
      if (share == null) {
        throw new RefundRefusedException(
            RefundRefusedException.Reason.UNKNOWN_LINE, portion.lineId());
      }
      if (!portion.amount().isSameCurrency(share.toPayee())) {
        throw new RefundRefusedException(
            RefundRefusedException.Reason.OTHER_CURRENCY, portion.lineId());
      }
      if (!portion.amount().isPositive()) {
        throw new RefundRefusedException(
            RefundRefusedException.Reason.NOT_POSITIVE, portion.lineId());
      }
      if (portion.amount().isGreaterThan(share.total())) {
        throw new RefundRefusedException(
            RefundRefusedException.Reason.MORE_THAN_IS_LEFT, portion.lineId());
      }
      if (wanted.put(portion.lineId(), portion.amount()) != null) {
        throw new RefundRefusedException(
            RefundRefusedException.Reason.LINE_NAMED_TWICE, portion.lineId());
      }
    }
    return wanted;
  }
}
