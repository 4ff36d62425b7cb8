package io.ktizo.payments.statement;

import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.statement.CsvWriter.Digits;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * What a platform reports of a seller's year, by quarter: Council Directive 2011/16/EU as amended
 * by Council Directive (EU) 2021/514 (DAC7), Annex V, Section III, part B(2): the consideration
 * paid or credited and the number of relevant activities that it was for (point f), and the fees,
 * commissions and taxes withheld or charged by the platform (point g).
 *
 * <p>Consideration is net of these (Section I, part A(10)); value-added tax on a commission is one
 * of the taxes, and stands apart from the commission. It counts when it is credited to the seller,
 * also while he cannot draw it yet, which is when the customer's money is taken; what is refunded
 * counts against it when it is refunded. An activity is a payable with a line of the seller whose
 * money was taken in the quarter and was not all given back in it. Who the seller is, and his tax
 * numbers, the host adds: they are not kept here.
 *
 * @param payee the seller
 * @param year the reportable period
 * @param quarters one a quarter and currency with an account, by quarter, then currency
 */
public record SellerYear(PayeeId payee, Year year, List<Quarter> quarters) {
  public SellerYear {
    quarters = List.copyOf(quarters);
  }

  /**
   * One quarter in one currency.
   *
   * @param number 1 to 4
   * @param consideration what was credited, net of all that was kept; below zero if more was
   *     refunded
   * @param activities how many
   * @param fees commissions, without tax
   * @param feeTaxes value-added tax on commissions
   * @param taxes taxes of the seller's lines that the platform hands to the authorities
   */
  public record Quarter(
      int number, Money consideration, int activities, Money fees, Money feeTaxes, Money taxes) {}

  /**
   * Adds up a year that is over.
   *
   * @param zone whose midnights begin the quarters: that of the Member State reported to
   * @throws IllegalArgumentException if the year is not over
   */
  public static SellerYear of(Statements statements, PayeeId payee, Year year, ZoneId zone) {
    List<Quarter> quarters = new ArrayList<>();
    List<CurrencyUnit> currencies = statements.currencies(payee);
    for (int number = 1; number <= 4; number++) {
      LocalDate first = year.atMonth(3 * number - 2).atDay(1);
      Instant from = first.atStartOfDay(zone).toInstant();
      Instant to = first.plusMonths(3).atStartOfDay(zone).toInstant();
      for (CurrencyUnit currency : currencies) {
        quarters.add(quarter(number, statements.of(payee, currency, from, to)));
      }
    }
    return new SellerYear(payee, year, quarters);
  }

  private static Quarter quarter(int number, Statement statement) {
    Money zero = Money.zero(statement.currency());
    Money consideration = zero;
    Money fees = zero;
    Money feeTaxes = zero;
    Money taxes = zero;
    Map<PayableId, Money> perPayable = new HashMap<>();
    Set<PayableId> taken = new HashSet<>();
    for (Statement.Line line : statement.lines()) {
      PayableId payable = line.payable();
      if (payable == null) {
        // A payout settles what was credited before; it is counted once.
        continue;
      }
      consideration = consideration.plus(line.net());
      fees = fees.plus(line.fee());
      feeTaxes = feeTaxes.plus(line.feeTax());
      taxes = taxes.plus(line.tax());
      perPayable.merge(payable, line.net(), Money::plus);
      if (line.kind() == JournalEntry.Kind.CAPTURE) {
        taken.add(payable);
      }
    }
    int activities =
        (int)
            taken.stream()
                .filter(payable -> perPayable.getOrDefault(payable, zero).isPositive())
                .count();
    return new Quarter(number, consideration, activities, fees, feeTaxes, taxes);
  }

  /** All activities of the year; one that was paid for in two currencies counts in both. */
  public int activities() {
    return quarters.stream().mapToInt(Quarter::activities).sum();
  }

  /** Writes it as comma-separated values (RFC 4180), one row a quarter and currency. */
  public void writeCsv(Appendable out) throws IOException {
    CsvWriter csv = new CsvWriter(out);
    csv.row(
        List.of(
            "seller",
            "year",
            "quarter",
            "currency",
            "consideration",
            "activities",
            "fees",
            "fee_taxes",
            "taxes"));
    for (Quarter quarter : quarters) {
      csv.row(
          List.of(
              payee.value(),
              new Digits(year.toString()),
              new Digits(Integer.toString(quarter.number())),
              quarter.consideration().getCurrencyUnit().getCode(),
              number(quarter.consideration()),
              new Digits(Integer.toString(quarter.activities())),
              number(quarter.fees()),
              number(quarter.feeTaxes()),
              number(quarter.taxes())));
    }
  }

  private static Digits number(Money amount) {
    return new Digits(amount.getAmount().toPlainString());
  }
}
