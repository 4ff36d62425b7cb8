package io.ktizo.payments.statement;

import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import org.joda.money.Money;
import org.openpdf.text.Document;
import org.openpdf.text.Element;
import org.openpdf.text.Font;
import org.openpdf.text.FontFactory;
import org.openpdf.text.PageSize;
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.pdf.PdfDate;
import org.openpdf.text.pdf.PdfName;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfWriter;

/**
 * A statement as a PDF of A4 pages, the table's heading repeated on each. Needs OpenPDF on the
 * class path. Letters beyond Western European ones cannot be written: put them in words of that
 * alphabet.
 */
public final class StatementPdf {
  private static final float MARGIN = 40;
  private static final float[] WIDTHS = {2.4f, 2.2f, 3.2f, 1.7f, 1.5f, 1.4f, 1.4f, 1.7f, 1.8f};

  private StatementPdf() {}

  /**
   * Writes a statement.
   *
   * @param heading lines above it: who writes to whom, as the law of the place wants it
   * @param zone in which moments are shown
   * @param out stays open
   */
  public static void write(
      Statement statement, List<String> heading, ZoneId zone, OutputStream out) {
    Document document = new Document(PageSize.A4, MARGIN, MARGIN, MARGIN, MARGIN);
    PdfWriter writer = PdfWriter.getInstance(document, out);
    writer.setCloseStream(false);
    document.addTitle("Statement of " + statement.payee());
    document.addCreator("KTIZO");
    document.open();
    // Not the moment of writing: the same statement gives the same words whenever it is written.
    writer
        .getInfo()
        .put(
            PdfName.CREATIONDATE, new PdfDate(GregorianCalendar.from(statement.to().atZone(zone))));
    Font plain = FontFactory.getFont(FontFactory.HELVETICA, 8);
    Font bold = FontFactory.getFont(FontFactory.HELVETICA_BOLD, 8);
    heading.forEach(line -> document.add(new Paragraph(line, plain)));
    document.add(
        new Paragraph(
            "Statement of " + statement.payee() + " in " + statement.currency(),
            FontFactory.getFont(FontFactory.HELVETICA_BOLD, 14)));
    DateTimeFormatter moment =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone);
    document.add(
        new Paragraph(
            moment.format(statement.from()) + " to " + moment.format(statement.to()) + " " + zone,
            plain));
    document.add(table(statement, moment, plain, bold));
    document.close();
  }

  private static PdfPTable table(
      Statement statement, DateTimeFormatter moment, Font plain, Font bold) {
    PdfPTable table = new PdfPTable(WIDTHS);
    table.setWidthPercentage(100);
    table.setSpacingBefore(12);
    table.setHeaderRows(1);
    for (String title :
        List.of("Booked", "What", "For", "Gross", "Fee", "VAT on fee", "Tax", "Net", "Balance")) {
      table.addCell(new PdfPCell(new Phrase(title, bold)));
    }
    balance(table, "Opening balance", statement.from(), statement.opening(), moment, bold);
    Money balance = statement.opening();
    for (Statement.Line line : statement.lines()) {
      balance = balance.plus(line.net());
      words(table, moment.format(line.at()), plain);
      words(table, words(line.kind().name()), plain);
      words(table, line.payable() == null ? "" : line.payable().value(), plain);
      for (Money amount :
          List.of(line.gross(), line.fee(), line.feeTax(), line.tax(), line.net(), balance)) {
        amount(table, amount, plain);
      }
    }
    balance(table, "Closing balance", statement.to(), statement.closing(), moment, bold);
    return table;
  }

  private static String words(String constant) {
    String lower = constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    return Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
  }

  private static void balance(
      PdfPTable table,
      String what,
      Instant at,
      Money balance,
      DateTimeFormatter moment,
      Font font) {
    words(table, moment.format(at), font);
    PdfPCell cell = new PdfPCell(new Phrase(what, font));
    cell.setColspan(WIDTHS.length - 2);
    table.addCell(cell);
    amount(table, balance, font);
  }

  private static void words(PdfPTable table, String words, Font font) {
    table.addCell(new PdfPCell(new Phrase(words, font)));
  }

  private static void amount(PdfPTable table, Money amount, Font font) {
    PdfPCell cell = new PdfPCell(new Phrase(amount.getAmount().toPlainString(), font));
    cell.setHorizontalAlignment(Element.ALIGN_RIGHT);
    table.addCell(cell);
  }
}
