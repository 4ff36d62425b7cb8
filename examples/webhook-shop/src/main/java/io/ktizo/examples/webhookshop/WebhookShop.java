package io.ktizo.examples.webhookshop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentsException;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.paying.Inbox;
import io.ktizo.payments.paying.PassingOn;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.joda.money.Money;

/**
 * Sells mugs for a potter: takes the payment, hears from the provider that it came, and pays the
 * potter once the mug was delivered.
 */
public final class WebhookShop implements AutoCloseable {
  /** Whose mugs they are; his account was opened by {@link Paying#onboard}. */
  public static final PayeeId POTTER = new PayeeId("potter");

  private final Paying paying;
  private final Inbox inbox;
  private final PassingOn passingOn;
  private final HttpServer server;

  /** Sells through a provider, on a free port of this machine. */
  public WebhookShop(Gateway gateway, PaymentsStore store, InstantSource clock) throws IOException {
    paying = new Paying(store, gateway, clock, false);
    inbox = new Inbox(store, gateway, paying, clock);
    PayoutTerms terms =
        new PayoutTerms(new PayoutSchedule.Daily(), Duration.ofDays(14), Money.parse("EUR 1.00"));
    passingOn = new PassingOn(store, paying, clock, ZoneOffset.UTC, currency -> terms);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/pay/", exchange -> answer(exchange, pay(order(exchange))));
    server.createContext("/webhook", this::webhook);
    server.createContext("/delivered/", exchange -> answer(exchange, deliver(order(exchange))));
    server.start();
  }

  /** What the browser needs for the provider's payment form. */
  private String pay(PayableId order) {
    Money price = Money.parse("EUR 25.00");
    paying.open(
        new Payable(
            order,
            List.of(
                new Payable.Line(
                    "mug", POTTER, price, Money.parse("EUR 3.99"), Payable.TaxCollector.PAYEE)),
            List.of(
                new Payable.Commission(POTTER, Money.parse("EUR 2.10"), Money.parse("EUR 0.40")))));
    paying.start(order, Gateway.Capture.AT_ONCE);
    return paying.payment(order).orElseThrow()
            instanceof Answer.Done<ProviderObject>(ProviderObject.Payment payment)
        ? String.valueOf(payment.clientSecret())
        : "try again";
  }

  private void webhook(HttpExchange exchange) throws IOException {
    try {
      byte[] body = exchange.getRequestBody().readAllBytes();
      inbox.receive(body, exchange.getRequestHeaders().getFirst("Stripe-Signature"));
      exchange.sendResponseHeaders(200, -1); // it is kept: nothing is lost from here on
    } catch (WebhookRefusedException e) {
      exchange.sendResponseHeaders(400, -1);
    }
    exchange.close();
    inbox.work(100);
  }

  /** The customer has his mug and is content: the potter is paid. */
  private String deliver(PayableId order) {
    passingOn.accepted(order, POTTER);
    passingOn.passOn(100); // a real shop runs these two, and paying.resolve, by a schedule
    return passingOn.payOut().size() + " payout";
  }

  private static PayableId order(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return new PayableId(path.substring(path.lastIndexOf('/') + 1));
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Where it listens. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Opens the potter's account; he goes on at the provider's page. */
  public String takeInPotter() throws PaymentsException {
    paying.onboard(POTTER, "DE");
    return paying.payee(POTTER).orElseThrow().account();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** Takes Stripe's test key and the secret of the webhook endpoint from the environment. */
  public static void main(String[] arguments) throws IOException {
    StripeSettings settings =
        StripeSettings.of(
            System.getenv("STRIPE_KEY"),
            List.of(System.getenv("STRIPE_WEBHOOK_SECRET")),
            URI.create("https://mugs.example/paid"));
    Gateway stripe = new StripeGateway(settings, InstantSource.system());
    WebhookShop shop = new WebhookShop(stripe, new MemoryPayments(), InstantSource.system());
    System.out.println(shop.address() + " for potter " + shop.takeInPotter());
  }
}
