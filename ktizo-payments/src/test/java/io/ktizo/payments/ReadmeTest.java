package io.ktizo.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.paying.Inbox;
import io.ktizo.payments.paying.PassingOn;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.Standing;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.sandbox.SandboxGateway;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.payments.store.PaymentsStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/** The sample of the README: that it runs, and that it is this one. */
class ReadmeTest {
  private record Message(String body, String signature) {}

  @Test
  void the_sample_pays_a_shop() {
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));
    AtomicReference<Message> last = new AtomicReference<>();
    SandboxGateway gateway =
        new SandboxGateway(
            SandboxGateway.Mode.TRIAL,
            clock,
            "a secret of the sandbox".getBytes(StandardCharsets.UTF_8),
            (bytes, header) ->
                last.set(new Message(new String(bytes, StandardCharsets.ISO_8859_1), header)));
    PayeeId shop = new PayeeId("shop");
    Payable order =
        new Payable(
            new PayableId("order_17"),
            List.of(
                new Line(
                    "mug", shop, Money.parse("EUR 40"), Money.parse("EUR 0"), TaxCollector.PAYEE)),
            List.of(new Commission(shop, Money.parse("EUR 5"), Money.parse("EUR 0"))));
    PayoutTerms terms =
        new PayoutTerms(new PayoutSchedule.Daily(), Duration.ZERO, Money.parse("EUR 1"));
    List<Portion> portions = List.of(new Portion("mug", Money.parse("EUR 8")));
    String means = SandboxCard.APPROVED.token();
    try (TestDatabase database =
        TestDatabase.create(Dialect.H2).migrated(JdbcPayments.MIGRATIONS)) {
      DataSource dataSource = database.dataSource();
      Paying first = new Paying(new JdbcPayments(database.database()), gateway, clock, false);
      first.onboard(shop, "DE");
      URI here = URI.create("https://market.example/payouts");
      first.onboardingPage(shop, here, here);
      byte[] body = last.get().body().getBytes(StandardCharsets.ISO_8859_1);
      String signature = last.get().signature();

      // sample
      PaymentsStore store = new JdbcPayments(Database.over(dataSource));
      Paying paying = new Paying(store, gateway, clock, false); // true where real money is expected
      Inbox inbox = new Inbox(store, gateway, paying, clock);
      PassingOn passingOn = new PassingOn(store, paying, clock, ZoneOffset.UTC, currency -> terms);

      paying.open(order); // lines, the payees they belong to, commissions
      paying.start(order.id(), Capture.LATER); // the browser goes on with its secret
      paying.authorise(order.id(), means); // or the customer does, in the browser
      paying.capture(order.id()); // the Shops have accepted
      passingOn.delivered(order.id(), shop, clock.instant()); // the time for complaints begins
      paying.refund(order.id(), "r1", portions); // and back from the Shops what was passed on

      inbox.receive(body, signature); // the webhook endpoint: answer 2xx when this returns
      inbox.work(100); // by a schedule: work the inbox,
      paying.resolve(Duration.ofMinutes(3), 100); // find out what is in doubt,
      paying.lookAgain(Duration.ofDays(7), 1_000); // and what no message told,
      passingOn.passOn(100); // pass on what was delivered,
      passingOn.payOut(); // and send balances to banks
      // end

      assertThat(paying.standing(order.id()).status()).isEqualTo(Standing.Status.PARTLY_REFUNDED);
      // 35.00 less a fifth of it.
      assertThat(paying.payouts(shop, order.currency()))
          .extracting(Operation::amount)
          .containsExactly(Money.parse("EUR 28.00"));
    }
  }

  @Test
  void the_readme_shows_the_sample() throws IOException {
    Path root = Path.of(System.getProperty("ktizo.root", ".."));
    Path source = root.resolve("ktizo-payments/src/test/java/io/ktizo/payments/ReadmeTest.java");
    assumeThat(source).as("the sources are not here").exists();
    String test = Files.readString(source);
    String sample =
        test.substring(test.indexOf("// sample\n") + 10, test.indexOf("      // end\n"))
            .stripIndent();

    assertThat(squeezed(Files.readString(root.resolve("ktizo-payments/README.md"))))
        .contains(squeezed(sample).strip());
  }

  /** Line breaks are the formatter's. */
  private static String squeezed(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
