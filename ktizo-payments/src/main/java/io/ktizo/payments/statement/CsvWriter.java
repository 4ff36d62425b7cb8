package io.ktizo.payments.statement;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes comma-separated values: RFC 4180, every text in quotes, lines ended by CR LF.
 *
 * <p>Texts that a spreadsheet would take for a formula get an apostrophe in front (OWASP ASVS 5.0,
 * 1.2.10), also behind spaces and quotes. Numbers are ours and stay numbers.
 */
final class CsvWriter {
  private static final Pattern FORMULA =
      Pattern.compile("[\\s\"']*[=+\\-@\\t\\r\\n\\x00|%].*", Pattern.DOTALL);

  private final Appendable out;

  CsvWriter(Appendable out) {
    this.out = out;
  }

  /** A number, as it is written: never the text of somebody else. */
  record Digits(String text) {}

  void row(List<?> cells) throws IOException {
    for (int i = 0; i < cells.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      Object cell = cells.get(i);
      if (cell instanceof Digits(String digits)) {
        out.append(digits);
      } else {
        text(cell.toString());
      }
    }
    out.append("\r\n");
  }

  private void text(String text) throws IOException {
    out.append('"');
    if (FORMULA.matcher(text).matches()) {
      out.append('\'');
    }
    out.append(text.replace("\"", "\"\"")).append('"');
  }
}
