package io.ktizo.payments.statement;

import io.ktizo.payments.PayableId;
import io.ktizo.payments.statement.CsvWriter.Digits;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A statement as comma-separated values (RFC 4180): a heading, the opening balance, one row a line,
 * the closing balance. Amounts have a decimal point and the currency's digits; moments are UTC in
 * ISO 8601.
 */
public final class StatementCsv {
  private StatementCsv() {}

  /** Writes a statement; the caller closes what it was written to. */
  public static void write(Statement statement, Appendable out) throws IOException {
    CsvWriter csv = new CsvWriter(out);
    csv.row(
        List.of(
            "booked",
            "kind",
            "payable",
            "currency",
            "gross",
            "fee",
            "fee_tax",
            "tax",
            "net",
            "balance"));
    String currency = statement.currency().getCode();
    Money zero = Money.zero(statement.currency());
    csv.row(
        row(
            statement.from(),
            "opening",
            null,
            currency,
            zero,
            zero,
            zero,
            zero,
            zero,
            statement.opening()));
    Money balance = statement.opening();
    for (Statement.Line line : statement.lines()) {
      balance = balance.plus(line.net());
      csv.row(
          row(
              line.at(),
              line.kind().name().toLowerCase(Locale.ROOT),
              line.payable(),
              currency,
              line.gross(),
              line.fee(),
              line.feeTax(),
              line.tax(),
              line.net(),
              balance));
    }
    csv.row(
        row(
            statement.to(),
            "closing",
            null,
            currency,
            zero,
            zero,
            zero,
            zero,
            zero,
            statement.closing()));
  }

  private static List<Object> row(
      Instant at, String kind, @Nullable PayableId payable, String currency, Money... amounts) {
    List<Object> cells = new java.util.ArrayList<>();
    cells.add(at.toString());
    cells.add(kind);
    cells.add(payable == null ? "" : payable.value());
    cells.add(currency);
    for (Money amount : amounts) {
      cells.add(new Digits(amount.getAmount().toPlainString()));
    }
    return cells;
  }
}
