package io.ktizo.payments.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.paying.Inbox;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.sandbox.SandboxGateway;
import io.ktizo.payments.store.MemoryPayments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpdf.text.pdf.PdfReader;
import org.openpdf.text.pdf.parser.PdfTextExtractor;

class StatementTest {
  private static final PayeeId ALPHA = new PayeeId("alpha");
  private static final PayeeId BETA = new PayeeId("beta");
  private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");

  private record Message(List<Byte> body, String signature) {}

  private Instant now = JANUARY;
  private final Deque<Message> messages = new ArrayDeque<>();
  private final MemoryPayments store = new MemoryPayments();
  private final SandboxGateway gateway =
      new SandboxGateway(
          SandboxGateway.Mode.TRIAL,
          () -> now,
          "a secret of the sandbox".getBytes(StandardCharsets.UTF_8),
          (body, signature) -> {
            List<Byte> copy = new ArrayList<>();
            for (byte one : body) {
              copy.add(one);
            }
            messages.add(new Message(copy, signature));
          });
  private final Paying paying = new Paying(store, gateway, () -> now, false);
  private final Inbox inbox = new Inbox(store, gateway, paying, () -> now);
  private final Statements statements = new Statements(store, () -> now);

  @BeforeEach
  void open() {
    URI here = URI.create("https://market.example/payouts");
    for (PayeeId shop : List.of(ALPHA, BETA)) {
      paying.onboard(shop, "DE");
      paying.onboardingPage(shop, here, here);
    }
    listen();
  }

  private void listen() {
    while (!messages.isEmpty()) {
      Message message = messages.poll();
      byte[] body = new byte[message.body().size()];
      for (int i = 0; i < body.length; i++) {
        body[i] = message.body().get(i);
      }
      inbox.receive(body, message.signature());
    }
    inbox.work(1_000);
  }

  private PayableId sold(String id, SandboxCard card) {
    Payable order =
        new Payable(
            new PayableId(id),
            List.of(
                new Line("a", ALPHA, eur("119.00"), eur("19.00"), TaxCollector.PAYEE),
                new Line("b", BETA, eur("50.00"), eur("7.98"), TaxCollector.PLATFORM)),
            List.of(
                new Commission(ALPHA, eur("10.00"), eur("1.90")),
                new Commission(BETA, eur("3.53"), eur("0.67"))));
    paying.open(order);
    paying.start(order.id(), Capture.AT_ONCE);
    paying.authorise(order.id(), card.token());
    listen();
    return order.id();
  }

  private static Money eur(String amount) {
    return Money.parse("EUR " + amount);
  }

  /** A sale, its transfer and payout in January; a part refunded in February. */
  private void aWinter() {
    now = JANUARY.plus(Duration.ofDays(3));
    PayableId order = sold("order_1", SandboxCard.APPROVED);
    paying.transfer(order, ALPHA);
    listen();
    now = now.plus(Duration.ofDays(10));
    listen();
    paying.payout(ALPHA, eur("1.00"));
    listen();
    now = Instant.parse("2026-02-10T12:00:00Z");
    paying.refund(order, "r1", List.of(new Portion("a", eur("11.90"))));
    listen();
    now = Instant.parse("2026-03-01T00:00:00Z");
  }

  @Test
  void a_statement_tells_the_parts_of_each_sale_and_adds_up() {
    aWinter();
    Instant february = Instant.parse("2026-02-01T00:00:00Z");

    Statement january = statements.of(ALPHA, CurrencyUnit.EUR, JANUARY, february);
    assertThat(january.opening()).isEqualTo(eur("0.00"));
    assertThat(january.lines())
        .extracting(Statement.Line::kind)
        .containsExactly(JournalEntry.Kind.CAPTURE, JournalEntry.Kind.PAYOUT);
    Statement.Line sale = january.lines().getFirst();
    assertThat(List.of(sale.gross(), sale.fee(), sale.feeTax(), sale.tax(), sale.net()))
        .containsExactly(eur("119.00"), eur("10.00"), eur("1.90"), eur("0.00"), eur("107.10"));
    assertThat(january.closing()).isEqualTo(eur("0.00"));

    Statement next = statements.of(ALPHA, CurrencyUnit.EUR, february, now);
    // A tenth of the line: so is every part of it.
    Statement.Line refund = next.lines().getFirst();
    assertThat(List.of(refund.gross(), refund.fee(), refund.feeTax(), refund.net()))
        .containsExactly(eur("-11.90"), eur("-1.00"), eur("-0.19"), eur("-10.71"));
    assertThat(next.closing()).isEqualTo(eur("-10.71"));
  }

  @Test
  void a_shop_sees_nothing_of_the_other_shop_of_the_same_order() {
    aWinter();

    Statement beta = statements.of(BETA, CurrencyUnit.EUR, JANUARY, now);
    assertThat(beta.lines()).hasSize(1);
    Statement.Line sale = beta.lines().getFirst();
    assertThat(List.of(sale.gross(), sale.fee(), sale.feeTax(), sale.tax(), sale.net()))
        .containsExactly(eur("50.00"), eur("3.53"), eur("0.67"), eur("7.98"), eur("37.82"));
  }

  @Test
  void statements_of_any_spans_follow_each_other_without_a_gap() {
    Random random = new Random(26_11_25);
    List<Instant> cuts = new ArrayList<>(List.of(JANUARY));
    for (int i = 0; i < 60; i++) {
      PayableId order =
          sold(
              "order_" + i,
              switch (random.nextInt(5)) {
                case 0 -> SandboxCard.REFUND_FAILS;
                case 1 -> SandboxCard.DISPUTED;
                default -> SandboxCard.APPROVED;
              });
      now = now.plus(Duration.ofHours(1 + random.nextInt(48)));
      if (random.nextInt(3) == 0 && !paying.standing(order).disputed()) {
        paying.refund(order, "r1", List.of(new Portion("a", eur("7.77"))));
        listen();
      }
      if (random.nextInt(4) == 0 && !paying.standing(order).disputed()) {
        paying.transfer(order, ALPHA);
        listen();
      }
      if (random.nextInt(10) == 0) {
        cuts.add(now);
      }
      now = now.plusSeconds(1);
    }
    cuts.add(now);

    Money carried = eur("0.00");
    int lines = 0;
    for (int i = 1; i < cuts.size(); i++) {
      Statement statement = statements.of(ALPHA, CurrencyUnit.EUR, cuts.get(i - 1), cuts.get(i));
      assertThat(statement.opening()).isEqualTo(carried);
      carried = statement.closing();
      lines += statement.lines().size();
    }
    Statement whole = statements.of(ALPHA, CurrencyUnit.EUR, JANUARY, now);
    assertThat(whole.lines()).hasSize(lines);
    assertThat(whole.closing()).isEqualTo(carried);
    assertThat(lines).isGreaterThan(60);
    for (Statement.Line line : whole.lines()) {
      if (line.payable() != null) {
        assertThat(line.gross().minus(line.fee()).minus(line.feeTax()).minus(line.tax()))
            .isEqualTo(line.net());
      }
    }
  }

  @Test
  void a_span_that_is_not_over_has_no_statement() {
    assertThatThrownBy(() -> statements.of(ALPHA, CurrencyUnit.EUR, JANUARY, now.plusSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> statements.of(ALPHA, CurrencyUnit.EUR, JANUARY, JANUARY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void comma_separated_values_can_be_added_up_by_another_program() throws IOException {
    aWinter();
    StringBuilder csv = new StringBuilder();
    StatementCsv.write(statements.of(ALPHA, CurrencyUnit.EUR, JANUARY, now), csv);

    List<List<String>> rows = rows(csv.toString());
    assertThat(rows.getFirst()).startsWith("booked", "kind", "payable").endsWith("net", "balance");
    assertThat(rows).hasSize(1 + 1 + 3 + 1).allMatch(row -> row.size() == 10);
    Money balance = eur(rows.get(1).getLast());
    for (List<String> row : rows.subList(2, 5)) {
      balance = balance.plus(eur(row.get(8)));
      assertThat(eur(row.getLast())).isEqualTo(balance);
    }
    assertThat(eur(rows.getLast().getLast())).isEqualTo(balance);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1+1",
        "+1",
        "-order",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\nx",
        "  =1",
        "\"=1",
        "' =1",
        "\u0000x",
        "|calc",
        "%x"
      })
  void no_text_is_a_formula(String text) throws IOException {
    StringBuilder csv = new StringBuilder();
    new CsvWriter(csv).row(List.of(text));

    assertThat(rows(csv.toString()).getFirst().getFirst()).isEqualTo("'" + text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"order_1", "a,b", "say \"hi\"", "two\r\nlines", "ü", ""})
  void other_texts_come_back_as_they_were(String text) throws IOException {
    StringBuilder csv = new StringBuilder();
    new CsvWriter(csv).row(List.of(text, "next"));

    assertThat(rows(csv.toString())).containsExactly(List.of(text, "next"));
  }

  /** Reads RFC 4180 as its grammar has it. */
  private static List<List<String>> rows(String csv) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted && c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ',' || c == '\r')) {
        row.add(cell.toString());
        cell.setLength(0);
        if (c == '\r') {
          assertThat(csv.charAt(++i)).isEqualTo('\n');
          rows.add(row);
          row = new ArrayList<>();
        }
      } else {
        cell.append(c);
      }
    }
    assertThat(quoted).isFalse();
    assertThat(row).isEmpty();
    return rows;
  }

  @Test
  void the_pdf_shows_the_same_and_repeats_its_heading() throws IOException {
    aWinter();
    Statement statement = statements.of(ALPHA, CurrencyUnit.EUR, JANUARY, now);
    byte[] pdf = pdf(statement);

    try (PdfReader reader = new PdfReader(pdf)) {
      String text = new PdfTextExtractor(reader).getTextFromPage(1);
      assertThat(text)
          .contains("KTIZO Market", "Statement of alpha in EUR", "Opening balance", "107.10")
          .contains("-10.71", "Closing balance");
    }

    for (int i = 0; i < 80; i++) {
      sold("many_" + i, SandboxCard.APPROVED);
    }
    now = now.plusSeconds(1);
    try (PdfReader reader =
        new PdfReader(pdf(statements.of(ALPHA, CurrencyUnit.EUR, JANUARY, now)))) {
      assertThat(reader.getNumberOfPages()).isGreaterThan(1);
      assertThat(new PdfTextExtractor(reader).getTextFromPage(2)).contains("Balance");
    }
  }

  private static byte[] pdf(Statement statement) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StatementPdf.write(statement, List.of("KTIZO Market", "to Alpha"), ZoneOffset.UTC, out);
    return out.toByteArray();
  }

  @Test
  void a_sellers_year_counts_each_quarter_by_the_directive() throws IOException {
    aWinter();
    now = Instant.parse("2026-03-31T21:30:00Z");
    sold("order_2", SandboxCard.APPROVED);
    now = Instant.parse("2026-03-31T22:30:00Z");
    PayableId undone = sold("order_3", SandboxCard.APPROVED);
    paying.refund(
        undone, "r1", List.of(new Portion("a", eur("119.00")), new Portion("b", eur("50.00"))));
    listen();
    sold("order_4", SandboxCard.APPROVED);
    now = Instant.parse("2027-01-01T00:00:00Z");
    // Half past eleven in Berlin is the first quarter, half past midnight the second.
    SellerYear year = SellerYear.of(statements, ALPHA, Year.of(2026), ZoneId.of("Europe/Berlin"));

    assertThat(year.quarters()).hasSize(4);
    SellerYear.Quarter first = year.quarters().getFirst();
    // 107.10 - 10.71 + 107.10; fees 10.00 - 1.00 + 10.00.
    assertThat(first.consideration()).isEqualTo(eur("203.49"));
    assertThat(first.activities()).isEqualTo(2);
    assertThat(first.fees()).isEqualTo(eur("19.00"));
    assertThat(first.feeTaxes()).isEqualTo(eur("3.61"));
    SellerYear.Quarter second = year.quarters().get(1);
    assertThat(second.consideration()).isEqualTo(eur("107.10"));
    assertThat(second.activities()).isEqualTo(1);
    assertThat(year.activities()).isEqualTo(3);

    StringBuilder csv = new StringBuilder();
    year.writeCsv(csv);
    assertThat(rows(csv.toString()).get(1))
        .containsExactly("alpha", "2026", "1", "EUR", "203.49", "2", "19.00", "3.61", "0.00");
    assertThat(
            SellerYear.of(statements, BETA, Year.of(2026), ZoneOffset.UTC)
                .quarters()
                .getFirst()
                .taxes())
        // Three sales up to midnight UTC and one undone: 7.98 each that is left.
        .isEqualTo(eur("23.94"));
  }
}
