package io.ktizo.core.quote;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A price that stands: it names the file, the profile and the price list's version that it was made
 * from, and says how it came about. Immutable; any number of threads may share it.
 *
 * @param choice Shop, printer, material and quality
 * @param fileSha256 of the model's file; another file needs another quote
 * @param profileSha256 of the print profile
 * @param priceList id of the price list
 * @param priceListVersion its version
 * @param issued when
 * @param validUntil first moment at which it no longer binds the Shop
 * @param quantity copies
 * @param options what was asked for beside
 * @param display whether {@link #unitPrice} and the lines' unit prices contain tax
 * @param unitPrice of one copy
 * @param lines what is charged, the parts first; their sums are the totals
 * @param taxes by rate; their sum is {@link #tax}
 * @param net total without tax
 * @param tax total tax
 * @param gross what is to be paid
 * @param gramsPerPart filament in one part and its supports
 * @param timePerPart printing time of one part (P50)
 * @param promised when the order is ready for shipping; nine of ten prints need no longer (P90)
 * @param derivation how all this came about
 */
public record Quote(
    Offer.Choice choice,
    String fileSha256,
    String profileSha256,
    String priceList,
    int priceListVersion,
    Instant issued,
    Instant validUntil,
    int quantity,
    Options options,
    PriceList.Display display,
    Money unitPrice,
    List<Line> lines,
    List<TaxAmount> taxes,
    Money net,
    Money tax,
    Money gross,
    BigDecimal gramsPerPart,
    Duration timePerPart,
    Instant promised,
    Derivation derivation) {

  /**
   * Checks that lines and taxes add up.
   *
   * @throws IllegalArgumentException if they do not
   */
  public Quote {
    Fingerprint.require("file hash", fileSha256);
    Fingerprint.require("profile hash", profileSha256);
    lines = List.copyOf(lines);
    taxes = List.copyOf(taxes);
    reconcile("net", net, lines, Line::net);
    reconcile("tax", tax, lines, Line::tax);
    reconcile("gross", gross, lines, Line::gross);
    reconcile("tax", tax, taxes, TaxAmount::amount);
    if (!net.plus(tax).equals(gross)) {
      throw new IllegalArgumentException("net and tax must be gross: " + net + ", " + tax);
    }
  }

  /** The currency of every amount. */
  public CurrencyUnit currency() {
    return gross.getCurrencyUnit();
  }

  /** Whether the Shop is bound at that moment. */
  public boolean validAt(Instant moment) {
    return !moment.isBefore(issued) && moment.isBefore(validUntil);
  }

  private static <T> void reconcile(
      String what, Money total, List<T> parts, Function<T, Money> amount) {
    Money sum = Money.zero(total.getCurrencyUnit());
    for (T part : parts) {
      sum = sum.plus(amount.apply(part));
    }
    if (!sum.equals(total)) {
      throw new IllegalArgumentException(
          what + " must be the sum of its parts: " + total + ", " + sum);
    }
  }

  /**
   * What was asked for beside printing.
   *
   * @param postProcessing ids, in the order asked for
   * @param leadTime id of the speed
   * @param customerTerms id of the customer's terms; {@code null} for list prices
   */
  public record Options(
      List<String> postProcessing, String leadTime, @Nullable String customerTerms) {
    public Options {
      postProcessing = List.copyOf(postProcessing);
    }
  }

  /**
   * One amount of the order.
   *
   * @param kind what for
   * @param item id of the material, post-processing, lead time or terms that it concerns; empty for
   *     the order as such
   * @param quantity how many times the unit price
   * @param unitPrice with or without tax as {@link Quote#display} says
   * @param net without tax; negative for a reduction
   * @param tax its part of the tax
   * @param gross with tax
   */
  public record Line(
      Kind kind, String item, int quantity, Money unitPrice, Money net, Money tax, Money gross) {

    public Line {
      if (!net.plus(tax).equals(gross)) {
        throw new IllegalArgumentException("net and tax must be gross: " + net + ", " + tax);
      }
    }

    /** What a line is for, in the order of an invoice. */
    public enum Kind {
      /** The copies. */
      PARTS,
      /** Raises copies with a reduction to what fewer without it cost. */
      QUANTITY_FLOOR,
      /** Raises the copies to the least for a line. */
      LINE_MINIMUM,
      /** Set-up and labour of the order. */
      SETUP,
      /** Post-processing charged once. */
      POST_PROCESSING,
      /** What the customer's terms take off. */
      REDUCTION,
      /** Raises the order to its least. */
      ORDER_MINIMUM,
      /** More for sooner, or less for later. */
      LEAD_TIME
    }
  }

  /**
   * One tax.
   *
   * @param name as in the price list
   * @param rate share of the net total
   * @param amount on the order
   */
  public record TaxAmount(String name, BigDecimal rate, Money amount) {}
}
