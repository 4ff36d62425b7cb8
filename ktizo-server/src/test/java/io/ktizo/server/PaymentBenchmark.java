package io.ktizo.server;

import io.ktizo.core.sql.Database;
import io.ktizo.payments.Allocation;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ledger.Bookings;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.Secret;
import io.ktizo.server.http.Web;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * What payments cost: how many of the provider's messages a server keeps, each before it is
 * acknowledged, and what an entry of the journal costs beside a bare INSERT. PostgreSQL runs with
 * {@code fsync} and {@code synchronous_commit} on; the server is a process of its own and is killed
 * while messages are still sent, then what it acknowledged is counted.
 *
 * <p>{@code java -cp … io.ktizo.server.PaymentBenchmark [seconds] [connections]}; numbers and
 * machine: docs/benchmarks/payments.md.
 */
public final class PaymentBenchmark {
  private static final String SECRET = "whsec_benchmark1";
  private static final int ROUNDS = 5;
  private static final int ENTRIES = 200;
  private static final int BATCHES = 4;
  private static final int PER_BATCH = 250;

  private PaymentBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 1 && arguments[0].equals("serve")) {
      serve(arguments[1]);
      return;
    }
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    int connections = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 32;
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .start()) {
      intake(postgres, seconds, connections);
      posting(postgres);
    }
  }

  // ---- the server, in a process of its own

  private static void serve(String url) throws InterruptedException {
    InstantSource clock = InstantSource.system();
    Foundation foundation =
        Foundation.open(new Foundation.Place.Postgres(url, "postgres", "postgres"), clock);
    Secrets secrets = Secrets.passing(foundation.random());
    PaymentRoom room =
        PaymentRoom.open(
            foundation,
            secrets,
            new KtizoServer.Money(
                false,
                new Configuration.Payments(
                    Configuration.GatewayKind.STRIPE,
                    new Secret("sk_test_benchmark", null, false),
                    new Secret(SECRET, null, false)),
                URI.create("https://market.example/"),
                URI.create("http://127.0.0.1:1/")),
            StaffOfShops.in(foundation));
    Web web = PlainWeb.start(foundation, secrets, room.routes(), clock);
    System.out.println("PORT " + web.port());
    new CountDownLatch(1).await();
  }

  // ---- intake

  private static void intake(EmbeddedPostgres postgres, int seconds, int connections)
      throws Exception {
    Process server =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                PaymentBenchmark.class.getName(),
                "serve",
                postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", ""))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.startsWith("PORT ")) {
        line = out.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("the server did not start");
      }
      int port = Integer.parseInt(line.substring(5));
      Sent warm = send(port, connections, 5, null);
      Sent measured = send(port, connections, seconds, null);
      // Killed in the middle: what was acknowledged until then must be there.
      Sent killed = send(port, connections, 5, server);
      Set<String> kept = new HashSet<>();
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT event FROM webhook_inbox")) {
        while (rows.next()) {
          kept.add(rows.getString(1));
        }
      }
      List<String> acknowledged = new ArrayList<>(warm.acknowledged());
      acknowledged.addAll(measured.acknowledged());
      acknowledged.addAll(killed.acknowledged());
      long lost = acknowledged.stream().filter(id -> !kept.contains(id)).count();
      long[] latencies = measured.latencies();
      Arrays.sort(latencies);
      System.out.printf(
          "intake: %d connections, %d s: %.0f messages/s acknowledged, %d refused or failed;"
              + " p50 %.1f ms, p99 %.1f ms, longest %.1f ms%n",
          connections,
          seconds,
          measured.acknowledged().size() / (double) seconds,
          measured.failed(),
          millis(latencies, 0.50),
          millis(latencies, 0.99),
          millis(latencies, 1));
      System.out.printf(
          "durability: %d acknowledged in all, server killed under load, %d of them not kept%n",
          acknowledged.size(), lost);
      if (lost > 0) {
        throw new IllegalStateException("acknowledged messages were lost");
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private static double millis(long[] sortedNanos, double share) {
    if (sortedNanos.length == 0) {
      return Double.NaN;
    }
    int at = (int) Math.min(sortedNanos.length - 1, Math.floor(share * sortedNanos.length));
    return sortedNanos[at] / 1e6;
  }

  private record Sent(List<String> acknowledged, List<Long> nanos, int failed) {
    long[] latencies() {
      return nanos.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private static final AtomicLong NUMBER = new AtomicLong();

  /** Each connection sends its next message when the last was answered. */
  private static Sent send(int port, int connections, int seconds, @Nullable Process toBeKilled)
      throws InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<List<String>> acknowledged = new ArrayList<>();
    List<List<Long>> nanos = new ArrayList<>();
    AtomicInteger failed = new AtomicInteger();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      List<String> mine = new ArrayList<>();
      List<Long> times = new ArrayList<>();
      acknowledged.add(mine);
      nanos.add(times);
      senders.add(Thread.ofVirtual().start(() -> send(port, end, mine, times, failed)));
    }
    if (toBeKilled != null) {
      Thread.sleep(seconds * 1_000L / 2);
      toBeKilled.destroyForcibly();
    }
    for (Thread sender : senders) {
      sender.join();
    }
    return new Sent(
        acknowledged.stream().flatMap(List::stream).toList(),
        nanos.stream().flatMap(List::stream).toList(),
        failed.get());
  }

  private static void send(
      int port, long end, List<String> acknowledged, List<Long> nanos, AtomicInteger failed) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (System.nanoTime() < end) {
        String id = "evt_" + NUMBER.incrementAndGet();
        byte[] request = request(id);
        long began = System.nanoTime();
        out.write(request);
        out.flush();
        if (status(in) == 200) {
          acknowledged.add(id);
          nanos.add(System.nanoTime() - began);
        } else {
          failed.incrementAndGet();
        }
      }
    } catch (IOException e) {
      // The server was killed: what it had not acknowledged is nobody's promise.
      failed.incrementAndGet();
    }
  }

  private static byte[] request(String id) {
    String body =
        """
        {"id": "%s", "object": "event", "api_version": "2026-07-29.dahlia", "created": 1764072000,
         "livemode": false, "pending_webhooks": 1, "type": "payment_intent.succeeded",
         "request": {"id": null, "idempotency_key": "payable/order_17/capture/1"},
         "data": {"object": {"id": "pi_%s", "object": "payment_intent", "amount": 16900,
           "amount_capturable": 0, "amount_received": 16900, "currency": "eur",
           "capture_method": "manual", "status": "succeeded", "latest_charge": "ch_%s",
           "metadata": {"payable": "order_17"}, "description": "%s"}}}
        """
            .formatted(id, id, id, "x".repeat(1_500));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /api/v1/webhooks/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type:"
            + " application/json\r\nStripe-Signature: "
            + signature(bytes)
            + "\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    byte[] request = Arrays.copyOf(headBytes, headBytes.length + bytes.length);
    System.arraycopy(bytes, 0, request, headBytes.length, bytes.length);
    return request;
  }

  private static String signature(byte[] body) {
    try {
      long second = InstantSource.system().instant().getEpochSecond();
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((second + ".").getBytes(StandardCharsets.UTF_8));
      return "t=" + second + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  /** Reads one answer to its end. */
  private static int status(InputStream in) throws IOException {
    int status = Integer.parseInt(line(in).substring(9, 12));
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    in.skipNBytes(length);
    return status;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = in.read()) != '\n') {
      if (c < 0) {
        throw new IOException("the connection ended");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  // ---- posting

  private static void posting(EmbeddedPostgres postgres) throws SQLException {
    Database database = Database.over(postgres.getPostgresDatabase());
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE bare (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
              + " cause VARCHAR(200) NOT NULL UNIQUE, amount BIGINT NOT NULL)");
    }
    JdbcPayments payments = new JdbcPayments(database);
    Bookings bookings = new Bookings(InstantSource.system());
    Allocation allocation = Allocation.of(order());
    for (boolean batched : new boolean[] {false, true}) {
      long[] bare = new long[ROUNDS];
      long[] posted = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        bare[round] = timed(() -> insertBare(database, batched));
        posted[round] = timed(() -> post(payments, bookings, allocation, batched));
      }
      int count = batched ? BATCHES * PER_BATCH : ENTRIES;
      System.out.printf(
          "posting, %s: bare INSERT %.3f ms, entry of 6 postings %.3f ms, ratio %.1f%n",
          batched ? PER_BATCH + " a transaction" : "one a transaction",
          median(bare) / 1e6 / count,
          median(posted) / 1e6 / count,
          median(posted) / (double) median(bare));
    }
  }

  private static Payable order() {
    PayeeId alpha = new PayeeId("shop_alpha");
    PayeeId beta = new PayeeId("shop_beta");
    return new Payable(
        new PayableId("order_1"),
        List.of(
            new Line("a", alpha, eur("119.00"), eur("19.00"), TaxCollector.PAYEE),
            new Line("b", beta, eur("50.00"), eur("7.98"), TaxCollector.PLATFORM)),
        List.of(
            new Commission(alpha, eur("10.00"), eur("1.90")),
            new Commission(beta, eur("3.53"), eur("0.67"))));
  }

  private static Money eur(String amount) {
    return Money.parse("EUR " + amount);
  }

  private static void insertBare(Database database, boolean batched) {
    int transactions = batched ? BATCHES : ENTRIES;
    for (int i = 0; i < transactions; i++) {
      database.inTransaction(
          transaction -> {
            for (int j = 0; j < (batched ? PER_BATCH : 1); j++) {
              transaction
                  .sql("INSERT INTO bare (cause, amount) VALUES (:cause, :amount)")
                  .bind("cause", "capture:cha_" + NUMBER.incrementAndGet())
                  .bind("amount", 16_900L)
                  .update();
            }
            return transaction;
          });
    }
  }

  private static void post(
      JdbcPayments payments, Bookings bookings, Allocation allocation, boolean batched) {
    int transactions = batched ? BATCHES : ENTRIES;
    for (int i = 0; i < transactions; i++) {
      payments.inTransaction(
          tables -> {
            for (int j = 0; j < (batched ? PER_BATCH : 1); j++) {
              String charge = "cha_" + NUMBER.incrementAndGet();
              tables
                  .journal()
                  .append(bookings.captured(new PayableId("order_1"), charge, charge, allocation));
            }
            return tables;
          });
    }
  }

  private static long timed(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return System.nanoTime() - began;
  }

  private static long median(long[] times) {
    return LongStream.of(times).sorted().toArray()[times.length / 2];
  }
}
