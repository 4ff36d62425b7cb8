package io.ktizo.privacy.erasure;

import io.ktizo.privacy.erasure.Certificate.DataSetPart;
import io.ktizo.privacy.erasure.Certificate.HolderPart;
import io.ktizo.privacy.erasure.Certificate.Level;
import io.ktizo.privacy.erasure.Certificate.Masked;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A certificate as HTML that loads nothing from anywhere. */
final class CertificatePage {
  private final StringBuilder html = new StringBuilder(4096);

  private CertificatePage() {}

  static String of(Certificate certificate) {
    CertificatePage page = new CertificatePage();
    page.write(certificate);
    return page.html.toString();
  }

  private void write(Certificate certificate) {
    html.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>Certificate of erasure</title>
        <style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #999;padding:.3rem .6rem;
        text-align:left;vertical-align:top}code{word-break:break-all}</style></head><body>
        <h1>Certificate of erasure</h1>
        """);
    paragraph(
        switch (certificate.outcome()) {
          case COMPLETE -> "Everything about this person is gone. A search found nothing.";
          case COMPLETE_BUT_KEPT ->
              "Everything about this person is gone but what a law or a duty keeps for a time; it"
                  + " is listed below with its ground.";
          case INCOMPLETE ->
              "This erasure is not complete. What is not done, not verified or still there is"
                  + " listed below.";
        });
    table(
        List.of("", ""),
        List.of(
            List.of("Application", certificate.application()),
            List.of("Kind of person", certificate.kind()),
            List.of("Begun", certificate.begun()),
            List.of("Finished", certificate.finished()),
            List.of("Certificate", certificate.id()),
            List.of("Person, by keyed hash", certificate.subjectHash()),
            List.of("Barred from import", certificate.suppressed() ? "yes" : "no"),
            List.of(
                "Entry in the ledger of erasures",
                certificate.ledgerEntry() == null
                    ? "none: there is no ledger"
                    : certificate.ledgerEntry().toString())));
    heading("How deep it goes");
    List<List<String>> levels = new ArrayList<>();
    for (Level level : certificate.levels()) {
      levels.add(
          List.of(
              level.depth().name().toLowerCase(Locale.ROOT),
              level.reached() ? "reached" : "not reached",
              level.statement()));
    }
    table(List.of("Level", "", "How this is known, or what is missing"), levels);
    heading("Data sets");
    List<List<String>> sets = new ArrayList<>();
    for (DataSetPart part : certificate.dataSets()) {
      sets.add(
          List.of(
              part.dataSet(),
              Long.toString(part.deleted()),
              String.join("; ", part.masked().stream().map(CertificatePage::masked).toList()),
              part.kept() == 0
                  ? "0"
                  : part.kept()
                      + " until "
                      + (part.keptUntil() == null ? "a day that is not known" : part.keptUntil())
                      + ": "
                      + String.join("; ", part.grounds()),
              Long.toString(part.left())));
    }
    table(
        List.of("Data set", "Rows deleted", "Values removed", "Rows kept", "Rows left to others"),
        sets);
    if (!certificate.holders().isEmpty()) {
      heading("Elsewhere");
      List<List<String>> holders = new ArrayList<>();
      for (HolderPart part : certificate.holders()) {
        holders.add(
            List.of(
                part.holder(),
                part.state() + (part.reason() == null ? "" : ": " + part.reason()),
                counts(part.erased()),
                counts(part.kept()),
                part.verified()
                    + (part.remains().isEmpty() ? "" : ": " + String.join("; ", part.remains()))));
      }
      table(List.of("Where", "State", "Erased", "Kept", "Looked again, found"), holders);
    }
    heading("Search for what is left");
    paragraph(
        certificate.residue().searched()
            + " columns of the database and "
            + certificate.residue().files()
            + " files of holders were read through.");
    List<List<String>> places = new ArrayList<>();
    for (Residue.Place place : certificate.residue().places()) {
      places.add(
          List.of(
              place.table() + "." + place.column(),
              place.identifier() + " as " + place.encoding(),
              Long.toString(place.rows()),
              place.explained() != null
                  ? place.explained()
                  : place.unmistakable() ? "not explained" : "may be somebody else's"));
    }
    if (!places.isEmpty()) {
      table(List.of("Where", "What", "Rows", ""), places);
    }
    for (String skipped : certificate.residue().skipped()) {
      paragraph("Not searched: " + skipped);
    }
    Certificate.Signature signature = certificate.signature();
    if (signature != null) {
      heading("Signature");
      html.append("<p>").append(escaped(signature.algorithm())).append(" <code>");
      html.append(escaped(signature.value())).append("</code> under the key <code>");
      html.append(escaped(signature.publicKey())).append("</code></p>\n");
    }
    html.append("</body></html>\n");
  }

  private static String masked(Masked masked) {
    return masked.field()
        + " in "
        + masked.rows()
        + (masked.rows() == 1 ? " row" : " rows")
        + ": "
        + masked.strategy()
        + (masked.anonymous() ? "" : " (pseudonymous only)");
  }

  private static String counts(Map<String, Long> counts) {
    return String.join(
        "; ",
        new java.util.TreeMap<>(counts)
            .entrySet().stream().map(one -> one.getValue() + " " + one.getKey()).toList());
  }

  private void heading(String text) {
    html.append("<h2>").append(escaped(text)).append("</h2>\n");
  }

  private void paragraph(String text) {
    html.append("<p>").append(escaped(text)).append("</p>\n");
  }

  private void table(List<String> head, List<List<String>> rows) {
    html.append("<table>");
    if (head.stream().anyMatch(cell -> !cell.isEmpty())) {
      row("th", head);
    }
    rows.forEach(cells -> row("td", cells));
    html.append("</table>\n");
  }

  private void row(String cell, List<String> texts) {
    html.append("<tr>");
    for (String text : texts) {
      html.append('<').append(cell).append('>').append(escaped(text));
      html.append("</").append(cell).append('>');
    }
    html.append("</tr>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
