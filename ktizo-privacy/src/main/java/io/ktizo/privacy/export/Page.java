package io.ktizo.privacy.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.datamap.Recipient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The page that opens an archive: what is held, why, who got it, how long and where from, in plain
 * words, with the first rows of everything. It stands alone: no script, no outside address, and a
 * policy that forbids the browser to load any.
 */
final class Page {
  /** Rows shown on the page; all of them are in the files. */
  static final int SHOWN = 50;

  /** Characters of a value shown on the page. */
  private static final int LONGEST = 300;

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH);

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--line:#8884;--soft:#8882;--accent:#0b6bcb}
      body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:1rem 1.25rem 4rem}
      h1{font-size:1.7rem;line-height:1.2;margin:1rem 0 .5rem}
      h2{font-size:1.25rem;margin:2.5rem 0 .25rem;padding-top:.75rem;border-top:1px solid var(--line)}
      a{color:var(--accent)}
      table{border-collapse:collapse;font-size:.875rem;margin:.75rem 0}
      .wide{overflow-x:auto}
      th,td{border:1px solid var(--line);padding:.3rem .55rem;text-align:left;vertical-align:top}
      th{background:var(--soft)}
      td{max-width:28rem;overflow-wrap:anywhere;white-space:pre-wrap}
      td.n{color:#888;font-style:italic}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.75rem 0}
      dt{font-weight:600}dd{margin:0}
      summary{cursor:pointer;color:var(--accent)}
      nav li{margin:.1rem 0}
      @media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin:0 0 .5rem}}
      """;

  private final Html html;

  Page(OutputStream out) {
    this.html = new Html(out);
  }

  /**
   * Opens the page.
   *
   * @param sections anchor → title
   */
  void head(
      Scope scope, @Nullable Controller controller, Instant moment, Map<String, String> sections)
      throws IOException {
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        .raw("style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n")
        .raw("<meta name=\"referrer\" content=\"no-referrer\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
        .raw("<title>Your data</title>\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n<h1>Your data</h1>\n<p>");
    if (scope == Scope.ACCESS) {
      html.raw("Everything that ")
          .raw(controller == null ? "we" : "<bdi>" + Html.escaped(controller.name()) + "</bdi>")
          .raw(controller == null ? " hold" : " holds")
          .raw(" about you, as of ");
    } else {
      html.raw("What you gave ")
          .raw(controller == null ? "us" : "<bdi>" + Html.escaped(controller.name()) + "</bdi>")
          .raw(" and what was recorded while you used the service, to take along, as of ");
    }
    html.raw(DAY.format(moment.atOffset(ZoneOffset.UTC)));
    html.raw(".</p>\n<p>This page shows the first ")
        .raw(Integer.toString(SHOWN))
        .raw(" entries of each kind. All of them are in the files beside it: ")
        .raw(
            "<code>.csv</code> opens in a spreadsheet, <code>.json</code> is for programs and for ")
        .raw(
            "moving to another service; <a href=\"export.schema.json\">its format is"
                + " described</a>.")
        .raw("</p>\n");
    if (sections.isEmpty()) {
      html.raw("<p><strong>We found nothing about you.</strong></p>\n");
      return;
    }
    html.raw("<nav aria-label=\"Contents\"><ul>\n");
    for (Map.Entry<String, String> section : sections.entrySet()) {
      html.raw("<li><a href=\"#" + section.getKey() + "\">").text(section.getValue());
      html.raw("</a></li>\n");
    }
    html.raw("</ul></nav>\n");
  }

  /** Opens the part about one kind of thing. */
  void section(String anchor, String title, String description) throws IOException {
    html.raw("<section>\n<h2 id=\"" + anchor + "\">").text(title).raw("</h2>\n");
    if (!description.isBlank()) {
      html.raw("<p>").text(description).raw("</p>\n");
    }
  }

  /**
   * What GDPR Article 15(1) wants said.
   *
   * @param recipients who got it or may get it
   * @param actual whether the recipients really got it
   */
  void context(
      Set<Purpose> purposes,
      Set<Recipient> recipients,
      boolean actual,
      Set<String> retentions,
      Set<String> sources)
      throws IOException {
    html.raw("<dl>\n<dt>Why</dt><dd>");
    if (purposes.isEmpty()) {
      html.raw("says nothing about you by itself");
    }
    String between = "";
    for (Purpose purpose : purposes) {
      html.raw(between).text(purpose.description()).raw(": " + basis(purpose.basis()));
      between = "<br>";
    }
    html.raw("</dd>\n<dt>" + (actual ? "Who got it" : "Who may get it") + "</dt><dd>");
    between = "";
    for (Recipient recipient : recipients) {
      html.raw(between).raw("<bdi>").text(recipient.name()).raw("</bdi>: ");
      html.text(recipient.description()).raw(" (" + Words.role(recipient.role()) + ")");
      between = "<br>";
    }
    html.raw(recipients.isEmpty() ? "nobody outside" : "");
    html.raw("</dd>\n<dt>How long</dt><dd>");
    lines(retentions, "as long as we hold what it belongs to");
    html.raw("</dd>\n<dt>Where from</dt><dd>");
    lines(sources, "the application");
    html.raw("</dd>\n</dl>\n");
  }

  private static String basis(LegalBasis basis) {
    return Html.escaped(Words.basis(basis));
  }

  private void lines(Set<String> lines, String none) throws IOException {
    String between = "";
    for (String line : lines) {
      html.raw(between).text(line);
      between = "<br>";
    }
    html.raw(lines.isEmpty() ? none : "");
  }

  /** What each column means. */
  void columns(List<Field> fields, Map<String, String> retentions) throws IOException {
    html.raw("<details><summary>What each column means</summary>\n<div class=\"wide\"><table>\n");
    html.raw("<tr><th>Column</th><th>What it is</th><th>How long</th><th>Where from</th></tr>\n");
    for (Field field : fields) {
      html.raw("<tr><td>").text(field.name()).raw("</td><td>");
      html.text(Words.category(field.category())).raw("</td><td>");
      html.text(retentions.getOrDefault(field.name(), "")).raw("</td><td>");
      html.text(Words.source(field)).raw("</td></tr>\n");
    }
    html.raw("</table></div></details>\n");
  }

  /** Opens the table of first rows. */
  void table(List<String> heads) throws IOException {
    html.raw("<div class=\"wide\"><table>\n<tr>");
    for (String head : heads) {
      html.raw("<th>").text(head).raw("</th>");
    }
    html.raw("</tr>\n");
  }

  /**
   * One row.
   *
   * @param more texts for columns after the cells
   */
  void row(List<Cell> cells, List<String> more) throws IOException {
    html.raw("<tr>");
    for (Cell cell : cells) {
      switch (cell) {
        case Cell.Nothing n -> html.raw("<td class=\"n\">empty</td>");
        case Cell.Hidden h -> html.raw("<td class=\"n\">about somebody else</td>");
        default -> html.raw("<td>").text(shown(cell)).raw("</td>");
      }
    }
    for (String text : more) {
      html.raw("<td>").text(text).raw("</td>");
    }
    html.raw("</tr>\n");
  }

  /** Closes the table and says where the rest is. */
  void endTable(long rows, List<String> files) throws IOException {
    html.raw("</table></div>\n<p>");
    html.raw(rows == 1 ? "1 entry" : String.format(Locale.ROOT, "%,d entries", rows));
    if (rows > SHOWN) {
      html.raw(", of which the first " + SHOWN + " are shown here");
    }
    html.raw(". All of it: ");
    String between = "";
    for (String file : files) {
      html.raw(between);
      link(file, file);
      between = ", ";
    }
    html.raw("</p>\n</section>\n");
  }

  /** A table row that names a file of the archive. */
  void file(String path, String name, String kind, long size) throws IOException {
    html.raw("<tr><td>");
    link(path, name);
    html.raw("</td><td>").text(kind).raw("</td><td>");
    html.raw(String.format(Locale.ROOT, "%,d bytes", size)).raw("</td></tr>\n");
  }

  /** A link to a file of the archive, and never to anything else. */
  private void link(String path, String text) throws IOException {
    StringBuilder address = new StringBuilder();
    for (String step : path.split("/", -1)) {
      address.append(address.isEmpty() ? "" : "/");
      address.append(URLEncoder.encode(step, StandardCharsets.UTF_8).replace("+", "%20"));
    }
    html.raw("<a href=\"" + Html.escaped(address.toString()) + "\"><bdi>").text(text);
    html.raw("</bdi></a>");
  }

  /** Says what the person may do, and closes the page. */
  void tail(@Nullable Controller controller) throws IOException {
    html.raw("<section>\n<h2>Your rights</h2>\n<p>You may ask for correction (Art. 16 GDPR), ")
        .raw("erasure (Art. 17), restriction (Art. 18), and a copy to take along (Art. 20); you ")
        .raw("may object (Art. 21), withdraw consent at any time, and complain to a data ")
        .raw("protection authority (Art. 77).");
    if (controller != null) {
      html.raw(" Write to <bdi>").text(controller.contact()).raw("</bdi>.");
      html.raw("</p>\n<p>Automated decisions (Art. 22): ").text(controller.automatedDecisions());
      html.raw("</p>\n<p>Transfers outside the European Economic Area (Art. 46): ");
      html.text(controller.transfers());
    }
    html.raw("</p>\n</section>\n</body>\n</html>\n");
  }

  private static String shown(Cell cell) {
    String text =
        switch (cell) {
          case Cell.Nothing n -> "";
          case Cell.Hidden h -> "";
          case Cell.Text one -> one.value();
          case Cell.Whole one -> Long.toString(one.value());
          case Cell.Exact one -> one.value().toPlainString();
          case Cell.Approximate one -> Double.toString(one.value());
          case Cell.Truth one -> one.value() ? "yes" : "no";
          case Cell.Bytes one -> one.length() + " bytes";
          case Cell.Document one -> pretty(one.value());
          case Cell.Many one -> JsonRows.text(one);
          case Cell.LongText one -> one.length() + " characters";
          case Cell.LongBytes one -> one.length() + " bytes";
        };
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + " … (" + text.length() + " characters)";
  }

  private static String pretty(JsonNode document) {
    return document.toPrettyString();
  }

  /** Keeps the order in which things were first named. */
  static <T> Set<T> once(List<T> all) {
    return new LinkedHashSet<>(all);
  }
}
