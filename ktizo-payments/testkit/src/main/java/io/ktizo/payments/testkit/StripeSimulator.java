package io.ktizo.payments.testkit;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Stripe Connect in the process, for tests: an HTTP server on the loopback address and a free port.
 *
 * <p>It answers the calls of separate charges and transfers (payment intents, refunds, transfers
 * and reversals, payouts, accounts and links, disputes, balances and balance transactions) and of
 * Stripe Tax (calculations, transactions and reversals; registered in Germany, France, Austria and
 * California), keeps books, replays answers by idempotency key, and signs webhook messages. Test
 * tokens are Stripe's own ({@code pm_card_visa}, {@code pm_card_chargeDeclined}, …). With {@link
 * Chaos} it refuses, loses and garbles; a test flushes messages when it wants them.
 *
 * <p>Funds are available at once and fees are 1.5 % and 25 minor units; currencies are not
 * converted. Safe for use by many threads.
 */
public final class StripeSimulator implements AutoCloseable {
  /** The key that calls must carry. */
  public static final String API_KEY = "sk_test_simulator";

  private static final int SIGNATURE_BYTES = 32;

  /**
   * A call as it came.
   *
   * @param method HTTP method
   * @param path without query
   * @param parameters names of all parameters, brackets included
   * @param idempotencyKey the key, or {@code null}
   * @param account the connected account that it was made for, or {@code null}
   * @param encoded the parameters as they were sent
   */
  public record Call(
      String method,
      String path,
      List<String> parameters,
      @Nullable String idempotencyKey,
      @Nullable String account,
      String encoded) {
    public Call {
      parameters = List.copyOf(parameters);
    }
  }

  /** Takes messages as a webhook endpoint would. */
  @FunctionalInterface
  public interface Endpoint {
    /** A message: the bytes and the header that signs them. */
    void deliver(byte[] body, String signature);
  }

  /** How the whole of Stripe may be out of order. Nothing is done while it lasts. */
  public enum Outage {
    /** It is not. */
    NONE(200),
    /** Every object is in use. */
    CONFLICT(409),
    /** Too many calls. */
    RATE_LIMITED(429),
    /** A fault of Stripe's. */
    FAULT(500),
    /** Not there at the moment. */
    UNAVAILABLE(503),
    /** Answers come byte by byte, several a second, and never end in time. */
    DRIP(200),
    /** No answer comes. */
    SILENCE(0),
    /** Connections are closed without an answer. */
    HANG_UP(0);

    private final int status;

    Outage(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /** An answer and what it was given for. */
  private record Kept(String fingerprint, int status, String body) {}

  private static final Duration DRIP = Duration.ofMillis(150);

  private final Gson gson = new GsonBuilder().serializeNulls().create();
  private final Object lock = new Object();
  private final InstantSource clock;
  private final SimulatedStripe stripe;
  private final SimulatedTax tax;
  private final Map<String, Kept> kept = new HashMap<>();
  private final List<JsonObject> outgoing = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String webhookSecret;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Outage outage = Outage.NONE;
  private Chaos chaos = Chaos.NONE;
  private Random dice = new Random(0);

  private StripeSimulator(InstantSource clock, String webhookSecret) throws IOException {
    this.clock = clock;
    this.webhookSecret = webhookSecret;
    this.stripe = new SimulatedStripe(clock);
    this.tax = new SimulatedTax(stripe, clock);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Starts one with empty books.
   *
   * @param clock dates objects and signatures
   * @param webhookSecret signs messages, for instance {@code whsec_test}
   * @throws UncheckedIOException if no port can be had
   */
  public static StripeSimulator start(InstantSource clock, String webhookSecret) {
    try {
      return new StripeSimulator(clock, webhookSecret);
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the simulator", e);
    }
  }

  /** Where it listens, for the client's API base. */
  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What goes wrong from now on. */
  public void meets(Chaos faults) {
    synchronized (lock) {
      chaos = faults;
      dice = new Random(faults.seed());
    }
  }

  /** What has become of Stripe from now on, for every call. */
  public void suffers(Outage whole) {
    outage = whole;
  }

  /** Every call so far, refused ones included, oldest first. */
  public List<Call> calls() {
    synchronized (lock) {
      return List.copyOf(calls);
    }
  }

  /** How many objects of a kind there are, for instance {@code refund}. */
  public int count(String object) {
    synchronized (lock) {
      return stripe.all(object).size();
    }
  }

  /** Objects of a kind as JSON, oldest first. */
  public List<String> objects(String object) {
    synchronized (lock) {
      return stripe.all(object).stream().map(gson::toJson).toList();
    }
  }

  /**
   * Sends every message that waits, in the order of the faults, and forgets it. Messages whose
   * endpoint throws wait on, as Stripe repeats them.
   *
   * @return how many times the endpoint was called
   */
  public int flushEvents(Endpoint endpoint) {
    List<JsonObject> sending = new ArrayList<>();
    synchronized (lock) {
      for (JsonObject event : outgoing) {
        if (dice.nextDouble() < chaos.loseEvent()) {
          continue;
        }
        sending.add(event);
        if (dice.nextDouble() < chaos.repeatEvent()) {
          sending.add(event);
        }
      }
      outgoing.clear();
      if (chaos.reorderEvents()) {
        Collections.shuffle(sending, dice);
      }
    }
    List<JsonObject> failed = new ArrayList<>();
    RuntimeException first = null;
    for (JsonObject event : sending) {
      byte[] body = gson.toJson(event).getBytes(StandardCharsets.UTF_8);
      try {
        endpoint.deliver(body, sign(body, clock.instant().getEpochSecond()));
      } catch (RuntimeException e) {
        failed.add(event);
        first = first == null ? e : first;
      }
    }
    synchronized (lock) {
      outgoing.addAll(failed);
    }
    if (first != null) {
      throw first;
    }
    return sending.size();
  }

  /** The header that signs a message at this second. */
  public String sign(byte[] body, long epochSecond) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(webhookSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((epochSecond + ".").getBytes(StandardCharsets.UTF_8));
      byte[] signature = mac.doFinal(body);
      if (signature.length != SIGNATURE_BYTES) {
        throw new IllegalStateException("HMAC-SHA256 gives 32 bytes");
      }
      return "t=" + epochSecond + ",v1=" + HexFormat.of().formatHex(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  /** Does what a payee does on Stripe's page. */
  public void completeOnboarding(String account) {
    change(() -> stripe.completeOnboarding(account));
  }

  /** Does what a customer does at his bank. */
  public void completeAction(String paymentIntent) {
    change(() -> stripe.completeAction(paymentIntent));
  }

  /** So much of an account's balance is on its way and cannot be sent yet; zero lets all go. */
  public void holdBack(String account, String currency, long minorUnits) {
    change(() -> stripe.holdBack(account, currency, minorUnits));
  }

  /** A bank sends back a payout that had been paid. */
  public void failPayout(String payout, String account) {
    change(() -> stripe.failPayout(payout, account));
  }

  private void change(Runnable change) {
    synchronized (lock) {
      change.run();
      outgoing.addAll(stripe.drainEvents());
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.close();
  }

  // ---- HTTP

  private void handle(HttpExchange exchange) throws IOException {
    String encoded = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String query = exchange.getRequestURI().getRawQuery();
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    String account = exchange.getRequestHeaders().getFirst("Stripe-Account");
    String parameters = encoded.isEmpty() ? Optional.ofNullable(query).orElse("") : encoded;
    Form form = Form.parse(parameters);
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    Outage whole = outage;
    if (whole != Outage.NONE) {
      synchronized (lock) {
        calls.add(new Call(method, path, form.names(), key, account, parameters));
      }
      suffer(exchange, whole);
      return;
    }
    Fault fault;
    Kept answer;
    synchronized (lock) {
      calls.add(new Call(method, path, form.names(), key, account, parameters));
      fault = fault(method);
      if (fault == Fault.REFUSE) {
        answer = refusal();
      } else if (!("Bearer " + API_KEY)
          .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        answer =
            problem(
                new StripeProblem(
                    401, "invalid_request_error", null, null, null, "Invalid API Key provided"));
      } else {
        answer = once(method, path, account, key, form);
        outgoing.addAll(stripe.drainEvents());
      }
    }
    if (fault == Fault.LOSE) {
      // Closing without an answer is what a broken connection looks like from the other side.
      exchange.close();
      return;
    }
    String body = fault == Fault.GARBLE ? "<html>502 Bad Gateway" : answer.body();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Request-Id", "req_sim");
    exchange.sendResponseHeaders(fault == Fault.GARBLE ? 502 : answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void suffer(HttpExchange exchange, Outage whole) throws IOException {
    byte[] body = "{\"error\": {\"type\": \"api_error\"}}".getBytes(StandardCharsets.UTF_8);
    switch (whole) {
      case NONE -> throw new IllegalStateException("nothing to suffer");
      case CONFLICT, RATE_LIMITED, FAULT, UNAVAILABLE -> {
        exchange.sendResponseHeaders(whole.status(), body.length);
        exchange.getResponseBody().write(body);
      }
      case DRIP -> {
        exchange.sendResponseHeaders(200, body.length);
        for (int i = 0; i < body.length && !waits(DRIP); i++) {
          exchange.getResponseBody().write(body, i, 1);
          exchange.getResponseBody().flush();
        }
      }
      case SILENCE -> {
        while (!waits(DRIP) && outage == Outage.SILENCE) {
          // Nothing is what it does.
        }
      }
      case HANG_UP -> {
        // Closed below, without an answer.
      }
    }
    exchange.close();
  }

  /** Whether the simulator was closed meanwhile. */
  private boolean waits(Duration time) {
    try {
      return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private enum Fault {
    NONE,
    REFUSE,
    LOSE,
    GARBLE
  }

  /** Faults concern calls that change something: these are the ones that must not be repeated. */
  private Fault fault(String method) {
    if (!method.equals("POST")) {
      return Fault.NONE;
    }
    double roll = dice.nextDouble();
    if (roll < chaos.refuseFirst()) {
      return Fault.REFUSE;
    }
    roll -= chaos.refuseFirst();
    if (roll < chaos.loseAnswer()) {
      return Fault.LOSE;
    }
    roll -= chaos.loseAnswer();
    return roll < chaos.garbleAnswer() ? Fault.GARBLE : Fault.NONE;
  }

  private Kept refusal() {
    StripeProblem problem =
        switch (dice.nextInt(3)) {
          case 0 ->
              new StripeProblem(
                  409,
                  "invalid_request_error",
                  "lock_timeout",
                  null,
                  null,
                  "Another request is using this object.");
          case 1 ->
              new StripeProblem(
                  429, "invalid_request_error", "rate_limit", null, null, "Too many requests.");
          default ->
              new StripeProblem(500, "api_error", null, null, null, "An unknown error occurred.");
        };
    return problem(problem);
  }

  private Kept problem(StripeProblem problem) {
    return new Kept("", problem.status(), gson.toJson(problem.body()));
  }

  private Kept once(
      String method, String path, @Nullable String account, @Nullable String key, Form form) {
    if (key == null || !method.equals("POST")) {
      return run(method, path, account, form, "");
    }
    String fingerprint = path + " " + form.fingerprint();
    String name = (account == null ? "" : account) + " " + key;
    Kept before = kept.get(name);
    if (before == null) {
      Kept answer = run(method, path, account, form, fingerprint);
      // What failed before it began may be tried again with the same key.
      if (answer.status() != 400 && answer.status() != 404) {
        kept.put(name, answer);
      }
      return answer;
    }
    return before.fingerprint().equals(fingerprint)
        ? before
        : problem(
            new StripeProblem(
                400,
                "idempotency_error",
                null,
                null,
                null,
                "Keys for idempotent requests can only be used with the same parameters."));
  }

  private Kept run(
      String method, String path, @Nullable String account, Form form, String fingerprint) {
    try {
      return new Kept(fingerprint, 200, gson.toJson(route(method, path, account, form)));
    } catch (StripeProblem problem) {
      return new Kept(fingerprint, problem.status(), gson.toJson(problem.body()));
    }
  }

  private JsonObject route(String method, String path, @Nullable String account, Form form) {
    String[] parts = path.substring(1).split("/", -1);
    String resource = parts.length > 1 ? parts[1] : "";
    String id = parts.length > 2 ? parts[2] : "";
    String verb = parts.length > 3 ? parts[3] : "";
    boolean post = method.equals("POST");
    return switch (resource) {
      case "payment_intents" -> paymentIntents(post, id, verb, form);
      case "charges" -> only(!post, () -> stripe.get("charge", id));
      case "refunds" ->
          post ? only(id.isEmpty(), () -> stripe.createRefund(form)) : stripe.get("refund", id);
      case "transfers" -> transfers(post, id, verb, form);
      case "payouts" ->
          post
              ? only(id.isEmpty(), () -> stripe.createPayout(account, form))
              : stripe.get("payout", id);
      case "disputes" -> post ? stripe.updateDispute(id, form) : stripe.get("dispute", id);
      case "accounts" ->
          method.equals("DELETE")
              ? stripe.deleteAccount(id)
              : post
                  ? only(id.isEmpty(), () -> stripe.createAccount(form))
                  : stripe.get("account", id);
      case "account_links" -> only(post, () -> stripe.createAccountLink(form));
      case "balance" -> only(!post, () -> stripe.balance(account));
      case "tax" -> tax(post, parts, form);
      case "balance_transactions" -> only(!post, () -> balanceTransactions(account, id, form));
      default -> throw unknownPath();
    };
  }

  private JsonObject tax(boolean post, String[] parts, Form form) {
    String what = parts.length > 2 ? parts[2] : "";
    String id = parts.length > 3 ? parts[3] : "";
    boolean lines = parts.length > 4 && parts[4].equals("line_items");
    return switch (what + (post ? " " + id : lines ? " lines" : " one")) {
      case "calculations " -> tax.calculate(form);
      case "calculations lines" -> tax.linesOf("tax.calculation", id, form);
      case "transactions create_from_calculation" -> tax.recordSale(form);
      case "transactions create_reversal" -> tax.reverse(form);
      case "transactions one" -> stripe.get("tax.transaction", id);
      case "transactions lines" -> tax.linesOf("tax.transaction", id, form);
      default -> throw unknownPath();
    };
  }

  private JsonObject paymentIntents(boolean post, String id, String verb, Form form) {
    if (!post) {
      return id.equals("search")
          ? list(
              stripe.searchIntents(form.required("query")).stream()
                  .map(intent -> stripe.expanded(intent, form.list("expand")))
                  .toList(),
              false,
              "search_result",
              "/v1/payment_intents/search")
          : stripe.expanded(stripe.get("payment_intent", id), form.list("expand"));
    }
    JsonObject intent =
        switch (verb) {
          case "confirm" -> stripe.confirmIntent(id, form);
          case "capture" -> stripe.captureIntent(id, form);
          case "cancel" -> stripe.cancelIntent(id);
          case "" -> only(id.isEmpty(), () -> stripe.createIntent(form));
          default -> throw unknownPath();
        };
    return stripe.expanded(intent, form.list("expand"));
  }

  private JsonObject transfers(boolean post, String id, String verb, Form form) {
    if (verb.equals("reversals")) {
      return only(post, () -> stripe.reverseTransfer(id, form));
    }
    return post
        ? only(id.isEmpty(), () -> stripe.createTransfer(form))
        : stripe.get("transfer", id);
  }

  private JsonObject balanceTransactions(@Nullable String account, String id, Form form) {
    if (!id.isEmpty()) {
      return stripe.get("balance_transaction", id);
    }
    long since = form.text("created[gte]").map(Long::parseLong).orElse(0L);
    int limit = form.text("limit").map(Integer::parseInt).orElse(10);
    List<JsonObject> lines =
        stripe.lines(account).stream()
            .filter(line -> line.get("created").getAsLong() >= since)
            .toList();
    String after = form.text("starting_after").orElse(null);
    int from = 0;
    if (after != null) {
      while (from < lines.size() && !SimulatedStripe.id(lines.get(from)).equals(after)) {
        from++;
      }
      from++;
    }
    int to = Math.min(lines.size(), from + limit);
    List<JsonObject> page = from < to ? lines.subList(from, to) : List.of();
    return list(page, to < lines.size(), "list", "/v1/balance_transactions");
  }

  private static JsonObject list(List<JsonObject> objects, boolean more, String kind, String url) {
    JsonArray data = new JsonArray();
    objects.forEach(data::add);
    JsonObject list = new JsonObject();
    list.addProperty("object", kind);
    list.add("data", data);
    list.addProperty("has_more", more);
    list.addProperty("url", url);
    return list;
  }

  private static JsonObject only(boolean allowed, Supplier<JsonObject> call) {
    if (!allowed) {
      throw unknownPath();
    }
    return call.get();
  }

  private static StripeProblem unknownPath() {
    return new StripeProblem(
        404, "invalid_request_error", null, null, null, "Unrecognized request URL");
  }
}
