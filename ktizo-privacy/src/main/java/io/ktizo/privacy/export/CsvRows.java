package io.ktizo.privacy.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Rows as RFC 4180 has them: a head line, CRLF, quotes doubled. The file begins with a byte order
 * mark, without which spreadsheets take UTF-8 for something else. NULL is an empty cell, an empty
 * text is {@code ""}.
 *
 * <p>Text is always quoted, and text that a spreadsheet might take for a formula gets an apostrophe
 * before it (OWASP, CSV injection): the JSON beside it has the value as it is.
 */
final class CsvRows {
  private static final byte[] LINE_END = {'\r', '\n'};

  /** Characters that begin a formula, in ASCII and in the full width of East Asian keyboards. */
  private static final String DANGEROUS = "=+-@\t\r\n＝＋－＠";

  private final OutputStream out;
  private final List<ColumnType> types;
  private final StringBuilder line = new StringBuilder();

  CsvRows(OutputStream out, List<ColumnType> types) {
    this.out = out;
    this.types = types;
  }

  void head(List<String> names) throws IOException {
    line.setLength(0);
    line.append('\uFEFF');
    for (int i = 0; i < names.size(); i++) {
      separate(i);
      quoted(names.get(i), true);
    }
    flush();
  }

  void row(List<Cell> cells) throws IOException {
    line.setLength(0);
    for (int i = 0; i < cells.size(); i++) {
      separate(i);
      cell(cells.get(i), !types.get(i).harmlessInSheets());
    }
    flush();
  }

  private void separate(int column) {
    if (column > 0) {
      line.append(',');
    }
  }

  private void cell(Cell cell, boolean suspicious) throws IOException {
    switch (cell) {
      case Cell.Nothing n -> {}
      case Cell.Hidden h -> {}
      case Cell.Whole whole -> line.append(whole.value());
      case Cell.Exact exact -> line.append(exact.value().toPlainString());
      case Cell.Approximate number -> line.append(number.value());
      case Cell.Truth truth -> line.append(truth.value());
      case Cell.Text text -> quoted(text.value(), suspicious);
      case Cell.Bytes bytes -> quoted(bytes.base64(), suspicious);
      case Cell.Document document -> quoted(document.value().toString(), suspicious);
      case Cell.Many many -> quoted(JsonRows.text(many), suspicious);
      case Cell.LongText text -> quoted("[" + text.length() + " characters, in the JSON]", false);
      case Cell.LongBytes bytes -> quoted("[" + bytes.length() + " bytes, in the JSON]", false);
    }
  }

  private void quoted(String text, boolean suspicious) {
    line.append('"');
    if (suspicious && formula(text)) {
      line.append('\'');
    }
    int from = 0;
    for (int quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', from)) {
      line.append(text, from, quote).append("\"\"");
      from = quote + 1;
    }
    line.append(text, from, text.length()).append('"');
  }

  /** Blanks and invisible characters before a formula do not make it harmless everywhere. */
  private static boolean formula(String text) {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (DANGEROUS.indexOf(one) >= 0) {
        return true;
      }
      boolean invisible =
          one <= ' '
              || Character.isWhitespace(one)
              || Character.isSpaceChar(one)
              || Character.isISOControl(one)
              || Character.getType(one) == Character.FORMAT;
      if (!invisible) {
        return false;
      }
    }
    return false;
  }

  private void flush() throws IOException {
    out.write(line.toString().getBytes(StandardCharsets.UTF_8));
    out.write(LINE_END);
  }
}
