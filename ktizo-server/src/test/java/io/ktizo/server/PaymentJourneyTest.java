package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SessionId;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.store.JdbcAccounts;
import io.ktizo.core.store.JdbcSessions;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.paying.Standing.Status;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.tax.TaxAnswer;
import io.ktizo.payments.tax.TaxQuestion;
import io.ktizo.payments.testkit.StripeSimulator;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.Secret;
import io.ktizo.server.http.ShopStaff;
import io.ktizo.server.http.Web;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A whole life of payables with the server's room of payments: a Shop is taken in, customers pay,
 * money goes back, the Shop is paid and reads its statement. Once with the sandbox, once with a
 * provider that answers like Stripe.
 */
class PaymentJourneyTest {
  private static final PayeeId SHOP = new PayeeId("shop_schichtwerk");
  private static final URI HOME = URI.create("https://market.example/");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-25T12:00:00Z"));
  private final Foundation foundation = Foundation.open(new Foundation.Place.Memory(), now::get);
  private final Secrets secrets = Secrets.passing(foundation.random());
  private final Map<AccountId, ShopRole> team = new HashMap<>();
  private final Map<AccountId, Token> tokens = new HashMap<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private int sessions;
  private @Nullable StripeSimulator stripe;
  private @Nullable Web web;

  @AfterEach
  void close() {
    client.close();
    if (web != null) {
      web.close();
    }
    if (stripe != null) {
      stripe.close();
    }
    foundation.close();
  }

  private final ShopStaff staff =
      new ShopStaff() {
        @Override
        public Collection<ShopRole> roles(PayeeId shop, AccountId account) {
          return shop.equals(SHOP) && team.containsKey(account)
              ? List.of(team.get(account))
              : List.of();
        }

        @Override
        public Optional<AccountId> owner(PayeeId shop) {
          return shop.equals(SHOP)
              ? team.entrySet().stream()
                  .filter(member -> member.getValue() == ShopRole.OWNER)
                  .map(Map.Entry::getKey)
                  .findFirst()
              : Optional.empty();
        }
      };

  private PaymentRoom open(KtizoServer.Money rules) {
    PaymentRoom opened = PaymentRoom.open(foundation, secrets, rules, staff);
    web = PlainWeb.start(foundation, secrets, opened.routes(), now::get);
    return opened;
  }

  private PaymentRoom overSandbox() {
    return open(KtizoServer.Money.forDemo());
  }

  private PaymentRoom overStripe() {
    StripeSimulator simulator = StripeSimulator.start(now::get, "whsec_simulator1");
    stripe = simulator;
    return open(
        new KtizoServer.Money(
            false,
            new Configuration.Payments(
                Configuration.GatewayKind.STRIPE,
                new Secret(StripeSimulator.API_KEY, null, false),
                new Secret("whsec_old_one1 whsec_simulator1", null, false)),
            HOME,
            simulator.base()));
  }

  // ---- people

  private AccountId person(PlatformRole role, @Nullable ShopRole inShop, boolean twoFactors) {
    JdbcAccounts accounts = new JdbcAccounts(foundation.database(), foundation.outbox());
    AccountId id = new AccountId(foundation.ids().next());
    accounts.add(
        new Account(
            id,
            0,
            EmailAddress.parse("p" + tokens.size() + "@mail.test").orElseThrow(),
            null,
            "A Person",
            "$argon2id$unused",
            Account.State.OPEN,
            role,
            now.get(),
            now.get(),
            now.get(),
            null),
        List.of());
    signIn(id, twoFactors);
    if (inShop != null) {
      team.put(id, inShop);
    }
    return id;
  }

  private void signIn(AccountId id, boolean twoFactors) {
    tokens.put(id, new Token("t".repeat(36) + (1_000_000 + sessions++)));
    new JdbcSessions(foundation.database())
        .add(
            new Session(
                new SessionId(foundation.ids().next()),
                id,
                tokens.get(id).hash(),
                now.get(),
                now.get(),
                twoFactors ? Session.Assurance.TWO_FACTORS : Session.Assurance.PASSWORD,
                now.get(),
                "a browser"));
  }

  private HttpResponse<byte[]> send(
      @Nullable AccountId who, String method, String path, @Nullable String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base().resolve(path))
            .header("Sec-Fetch-Site", "same-origin")
            .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    if (who != null) {
      request.header("Cookie", "ktizo-local=" + Objects.requireNonNull(tokens.get(who)).secret());
    }
    return send(request.build());
  }

  private URI base() {
    if (web == null) {
      throw new IllegalStateException("nothing was opened");
    }
    return URI.create("http://127.0.0.1:" + web.port() + "/");
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode ok(int status, HttpResponse<byte[]> answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(status);
    try {
      return JsonMapper.builder().build().readTree(text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String shop(String rest) {
    return "/api/v1/shops/" + SHOP + rest;
  }

  // ---- money

  private static PayableId pay(PaymentRoom room, String id, String means) {
    Payable order =
        new Payable(
            new PayableId(id),
            List.of(
                new Line(
                    "gear",
                    SHOP,
                    Money.parse("EUR 357.00"),
                    Money.parse("EUR 57.00"),
                    TaxCollector.PAYEE)),
            List.of(new Commission(SHOP, Money.parse("EUR 30.00"), Money.parse("EUR 5.70"))));
    room.paying().open(order);
    room.paying().start(order.id(), Capture.LATER);
    room.paying().authorise(order.id(), means);
    assertThat(room.paying().capture(order.id()).state()).isEqualTo(Operation.State.SUCCESS);
    return order.id();
  }

  /** The provider's messages, sent to the endpoint as he sends them. */
  private void listen(PaymentRoom opened) {
    if (stripe != null) {
      stripe.flushEvents(
          (body, signature) ->
              assertThat(
                      send(HttpRequest.newBuilder(base().resolve("/api/v1/webhooks/payments"))
                              .header("Stripe-Signature", signature)
                              .header("Content-Type", "application/json")
                              .POST(BodyPublishers.ofByteArray(body))
                              .build())
                          .statusCode())
                  .isEqualTo(200));
    }
    opened.workInbox();
  }

  @Test
  void a_life_of_payables_with_the_sandbox() {
    PaymentRoom opened = overSandbox();
    assertThat(opened.provider()).isEqualTo("sandbox, no real money");

    life(opened, SandboxCard.APPROVED.token());
  }

  @Test
  void a_life_of_payables_with_a_provider_that_answers_like_stripe() {
    PaymentRoom opened = overStripe();
    assertThat(opened.provider()).isEqualTo("stripe, no real money");

    life(opened, "pm_card_visa");
  }

  private void life(PaymentRoom opened, String means) {
    AccountId owner = person(PlatformRole.CUSTOMER, ShopRole.OWNER, true);
    AccountId finance = person(PlatformRole.CUSTOMER, ShopRole.FINANCE, false);

    // The Shop is taken in: an account takes a second factor.
    String germany = "{\"country\":\"DE\"}";
    assertThat(
            ok(404, send(finance, "POST", shop("/payout-account"), germany)).get("code").asText())
        .isEqualTo("object.not-found");
    assertThat(ok(200, send(owner, "GET", shop("/payout-account"), null)).get("standing").asText())
        .isEqualTo("NONE");
    ok(200, send(owner, "POST", shop("/payout-account"), germany));
    JsonNode page = ok(200, send(owner, "POST", shop("/payout-account/page"), null));
    assertThat(page.get("url").asText()).startsWith("http");
    if (stripe != null) {
      stripe.completeOnboarding(opened.paying().payee(SHOP).orElseThrow().account());
    }
    listen(opened);
    assertThat(
            ok(200, send(finance, "GET", shop("/payout-account"), null)).get("standing").asText())
        .isEqualTo("ACTIVE");

    // Two orders are paid; one of them is refunded in part, for which it takes two.
    PayableId first = pay(opened, "order_1", means);
    pay(opened, "order_2", means);
    String much =
        """
        {"refund": "r1", "currency": "EUR", "lines": [{"line": "gear", "amount": "357.00"}]}
        """;
    String refunds = "/api/v1/payables/order_2/refunds";
    assertThat(ok(202, send(finance, "POST", refunds, much)).get("state").asText())
        .isEqualTo("REQUESTED");
    String approve = "{\"state\":\"APPROVED\"}";
    assertThat(ok(403, send(finance, "PUT", refunds + "/r1", approve)).get("code").asText())
        .isEqualTo("payment.same-person");
    assertThat(opened.paying().standing(new PayableId("order_2")).status()).isEqualTo(Status.PAID);
    ok(200, send(owner, "PUT", refunds + "/r1", approve));
    listen(opened);
    assertThat(opened.paying().standing(new PayableId("order_2")).status())
        .isEqualTo(Status.REFUNDED);
    String little =
        """
        {"refund": "r1", "currency": "EUR", "lines": [{"line": "gear", "amount": "35.70"}]}
        """;
    assertThat(
            ok(200, send(finance, "POST", "/api/v1/payables/order_1/refunds", little))
                .get("state")
                .asText())
        .isEqualTo("APPROVED");

    // Delivered; two weeks later the Shop is paid by the sweeps.
    opened.passingOn().delivered(first, SHOP, now.get());
    now.set(now.get().plus(Duration.ofDays(14)));
    assertThat(opened.passingOn().passOn(10)).isEqualTo(1);
    signIn(finance, false);
    signIn(owner, true);
    JsonNode balance = ok(200, send(finance, "GET", shop("/balances"), null)).get("items").get(0);
    // 357.00 - 35.70 commission and tax, less a tenth of it all.
    assertThat(balance.get("owed").asText()).isEqualTo("289.17");
    assertThat(balance.get("inAccount").asText()).isEqualTo("289.17");
    assertThat(opened.passingOn().payOut()).hasSize(1);
    listen(opened);
    JsonNode payouts = ok(200, send(finance, "GET", shop("/payouts?currency=EUR"), null));
    assertThat(payouts.get("items").get(0).get("state").asText()).isEqualTo("SUCCESS");
    assertThat(
            ok(409, send(owner, "POST", shop("/payouts"), "{\"currency\":\"EUR\"}"))
                .get("code")
                .asText())
        .isEqualTo("payment.nothing-owed");

    // And reads its statement.
    now.set(now.get().plus(Duration.ofDays(1)));
    signIn(finance, false);
    String span = shop("/statement?from=2026-11-25&to=2026-12-10");
    JsonNode statement = ok(200, send(finance, "GET", span, null));
    assertThat(statement.get("lines")).hasSize(5);
    assertThat(statement.get("closing").asText()).isEqualTo("0.00");
    HttpResponse<byte[]> csv = send(finance, "GET", span + "&form=csv", null);
    assertThat(new String(csv.body(), StandardCharsets.UTF_8)).contains("289.17");
    assertThat(csv.headers().firstValue("Content-Disposition").orElse("")).contains("attachment");
    HttpResponse<byte[]> pdf = send(finance, "GET", span + "&form=pdf", null);
    assertThat(new String(pdf.body(), 0, 5, StandardCharsets.ISO_8859_1)).isEqualTo("%PDF-");
    opened.reconcile();
  }

  @Test
  void strangers_learn_nothing_and_staff_must_say_why() {
    PaymentRoom opened = overSandbox();
    AccountId owner = person(PlatformRole.CUSTOMER, ShopRole.OWNER, true);
    AccountId operator = person(PlatformRole.CUSTOMER, ShopRole.OPERATOR, true);
    AccountId stranger = person(PlatformRole.CUSTOMER, null, true);
    AccountId administrator = person(PlatformRole.ADMINISTRATOR, null, true);
    AccountId password = person(PlatformRole.CUSTOMER, ShopRole.OWNER, false);
    pay(opened, "order_1", SandboxCard.APPROVED.token());

    ok(401, send(null, "GET", shop("/balances"), null));
    for (AccountId nobody : List.of(stranger, operator)) {
      ok(404, send(nobody, "GET", shop("/balances"), null));
      ok(404, send(nobody, "POST", shop("/payout-account"), "{\"country\":\"DE\"}"));
    }
    ok(404, send(owner, "GET", "/api/v1/shops/shop_another/balances", null));
    assertThat(
            ok(403, send(password, "POST", shop("/payout-account"), "{\"country\":\"DE\"}"))
                .get("code")
                .asText())
        .isEqualTo("second-factor.required");
    ok(422, send(administrator, "GET", shop("/balances"), null));
    ok(401, send(null, "GET", "/api/v1/refund-requests", null));
    ok(403, send(owner, "GET", "/api/v1/refund-requests", null));
    ok(200, send(administrator, "GET", "/api/v1/refund-requests", null));
    String refund =
        """
        {"refund": "r1", "currency": "EUR", "lines": [{"line": "gear", "amount": "1.00"}]}
        """;
    ok(404, send(stranger, "POST", "/api/v1/payables/order_1/refunds", refund));
    ok(404, send(owner, "POST", "/api/v1/payables/order_9/refunds", refund));
  }

  @Test
  void what_is_wrong_with_a_request_is_told_by_its_place_and_nothing_is_done() {
    PaymentRoom opened = overSandbox();
    AccountId owner = person(PlatformRole.CUSTOMER, ShopRole.OWNER, true);
    pay(opened, "order_1", SandboxCard.APPROVED.token());

    for (List<String> wrong :
        List.of(
            List.of("XXZ", "gear", "1.00"),
            List.of("USD", "gear", "1.00"),
            List.of("EUR", "none", "1.00"),
            List.of("EUR", "gear", "-1.00"),
            List.of("EUR", "gear", "1.001"),
            List.of("EUR", "gear", "0.00"),
            List.of("EUR", "gear", "357.01"),
            List.of("EUR", "gear", "99999999999999999999"))) {
      String body =
          "{\"refund\": \"r1\", \"currency\": \"%s\", \"lines\": [{\"line\": \"%s\", \"amount\": \"%s\"}]}"
              .formatted(wrong.get(0), wrong.get(1), wrong.get(2));
      assertThat(send(owner, "POST", "/api/v1/payables/order_1/refunds", body).statusCode())
          .as(body)
          .isIn(404, 422);
    }
    ok(422, send(owner, "POST", shop("/payout-account"), "{\"country\":\"Germany\"}"));
    ok(
        422,
        send(
            owner,
            "PUT",
            shop("/payout-terms"),
            "{\"currency\":\"EUR\",\"schedule\":\"monthly:31\",\"least\":\"20.00\"}"));
    ok(422, send(owner, "GET", shop("/statement?from=2026-11-25&to=2026-11-24"), null));
    ok(422, send(owner, "GET", shop("/statement?from=yesterday"), null));
    ok(404, send(owner, "GET", shop("/years/2026"), null));
    assertThat(opened.paying().standing(new PayableId("order_1")).status()).isEqualTo(Status.PAID);
  }

  @Test
  void messages_are_kept_before_they_are_acknowledged_and_others_are_refused() {
    PaymentRoom opened = overStripe();
    StripeSimulator simulator = stripe;
    if (simulator == null) {
      throw new IllegalStateException("no simulator");
    }
    byte[] body =
        "{\"id\":\"evt_1\",\"type\":\"some.new_thing\",\"livemode\":false,\"created\":1,\"data\":{\"object\":{}}}"
            .getBytes(StandardCharsets.UTF_8);
    long second = now.get().getEpochSecond();
    String signature = simulator.sign(body, second);
    URI endpoint = base().resolve("/api/v1/webhooks/payments");

    for (int i = 0; i < 2; i++) {
      assertThat(post(endpoint, signature, body)).isEqualTo(200);
    }
    for (String header :
        List.of(
            "", "t=abc", "t", "v1=", "t=" + second + ",v0=" + "a".repeat(64), signature + "0")) {
      assertThat(post(endpoint, header, body)).as(header).isEqualTo(400);
    }
    byte[] other = body.clone();
    other[8] = 'x';
    assertThat(post(endpoint, signature, other)).isEqualTo(400);
    assertThat(post(endpoint, simulator.sign(body, second - 301), body)).isEqualTo(400);
    assertThat(post(endpoint, signature, new byte[3 << 20])).isEqualTo(413);
    // 1 MB is large and welcome.
    byte[] large = java.util.Arrays.copyOf(body, 1 << 20);
    java.util.Arrays.fill(large, body.length, large.length, (byte) ' ');
    assertThat(post(endpoint, simulator.sign(large, second), large)).isEqualTo(200);

    assertThat(
            foundation
                .database()
                .sql("SELECT event FROM webhook_inbox")
                .list(row -> row.text("event")))
        .containsExactly("evt_1");
    opened.workInbox();
    assertThat(
            foundation
                .database()
                .sql("SELECT event FROM webhook_inbox WHERE due_at IS NOT NULL")
                .list(row -> row.text("event")))
        .isEmpty();
  }

  private int post(URI endpoint, String signature, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint).POST(BodyPublishers.ofByteArray(body));
    if (!signature.isEmpty()) {
      request.header("Stripe-Signature", signature);
    }
    return send(request.build()).statusCode();
  }

  @Test
  void books_that_were_begun_with_the_sandbox_are_not_gone_on_with_by_stripe() {
    pay(overSandbox(), "order_1", SandboxCard.APPROVED.token());
    if (web != null) {
      web.close();
    }

    assertThatThrownBy(this::overStripe)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sandbox test")
        .hasMessageContaining("stripe test");
  }

  @Test
  void p01_a_burst_is_kept_and_a_message_that_comes_fifty_times_at_once_is_kept_once()
      throws Exception {
    overStripe();
    StripeSimulator simulator = stripe;
    if (simulator == null) {
      throw new IllegalStateException("no simulator");
    }
    URI endpoint = base().resolve("/api/v1/webhooks/payments");
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      // Half of them are one message, the others each their own.
      String id = i % 2 == 0 ? "evt_same" : "evt_" + i;
      byte[] body =
          ("{\"id\":\""
                  + id
                  + "\",\"type\":\"some.new_thing\",\"livemode\":false,\"created\":1,"
                  + "\"data\":{\"object\":{}}}")
              .getBytes(StandardCharsets.UTF_8);
      String signature = simulator.sign(body, now.get().getEpochSecond());
      calls.add(() -> post(endpoint, signature, body));
    }
    try (ExecutorService senders = Executors.newFixedThreadPool(20)) {
      for (Future<Integer> call : senders.invokeAll(calls)) {
        assertThat(call.get()).isEqualTo(200);
      }
    }

    assertThat(
            foundation
                .database()
                .sql("SELECT event FROM webhook_inbox")
                .list(row -> row.text("event")))
        .hasSize(51)
        .doesNotHaveDuplicates();
  }

  @Test
  void stripe_tax_answers_where_it_is_configured_and_the_table_elsewhere() {
    TaxQuestion question =
        new TaxQuestion(
            new TaxQuestion.Seller("DE", true, true),
            new TaxQuestion.Buyer("FR", false),
            TaxQuestion.Prices.EXCLUSIVE,
            LocalDate.ofInstant(now.get(), ZoneOffset.UTC),
            List.of(
                new TaxQuestion.Item("part", TaxQuestion.Supply.GOODS, Money.parse("EUR 10.00"))));
    StripeSimulator simulator = StripeSimulator.start(now::get, "whsec_simulator1");
    stripe = simulator;
    PaymentRoom asking =
        open(
            new KtizoServer.Money(
                false,
                new Configuration.Payments(
                    Configuration.GatewayKind.STRIPE,
                    new Secret(StripeSimulator.API_KEY, null, false),
                    new Secret("whsec_simulator1", null, false),
                    Configuration.TaxKind.STRIPE,
                    "DE",
                    List.of()),
                HOME,
                simulator.base()));

    // France: 20 %.
    assertThat(asking.tax().calculate(question))
        .isInstanceOfSatisfying(
            TaxAnswer.Taxed.class,
            taxed -> {
              assertThat(taxed.tax()).isEqualTo(Money.parse("EUR 2.00"));
              assertThat(taxed.calculation()).isNotNull();
            });
    assertThat(simulator.count("tax.calculation")).isEqualTo(1);
    assertThat(
            PaymentRoom.open(
                    foundation,
                    secrets,
                    new KtizoServer.Money(
                        false,
                        new Configuration.Payments(
                            Configuration.GatewayKind.STRIPE,
                            new Secret(StripeSimulator.API_KEY, null, false),
                            new Secret("whsec_simulator1", null, false)),
                        HOME,
                        simulator.base()),
                    staff)
                .tax()
                .calculate(question))
        .isInstanceOfSatisfying(
            TaxAnswer.Taxed.class,
            taxed -> {
              assertThat(taxed.tax()).isEqualTo(Money.parse("EUR 2.00"));
              assertThat(taxed.calculation()).isNull();
            });
  }

  @Test
  void played_sales_are_not_written_down_for_a_tax_return() {
    KtizoServer.Money demo = KtizoServer.Money.forDemo();
    KtizoServer.Money mixed =
        new KtizoServer.Money(
            false,
            new Configuration.Payments(
                Configuration.GatewayKind.SANDBOX,
                null,
                null,
                Configuration.TaxKind.STRIPE,
                "DE",
                List.of()),
            demo.publicUrl(),
            demo.stripeApi());

    assertThatThrownBy(() -> PaymentRoom.open(foundation, secrets, mixed, staff))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("payments.tax");
  }

  @Test
  void production_has_no_sandbox() {
    KtizoServer.Money demo = KtizoServer.Money.forDemo();

    assertThatThrownBy(
            () ->
                PaymentRoom.open(
                    foundation,
                    secrets,
                    new KtizoServer.Money(
                        true, demo.payments(), demo.publicUrl(), demo.stripeApi()),
                    staff))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("production");
  }
}
