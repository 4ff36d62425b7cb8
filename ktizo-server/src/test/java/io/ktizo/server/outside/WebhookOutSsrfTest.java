package io.ktizo.server.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.webhook.AddressGuard;
import io.ktizo.core.webhook.WebhookTransport.Answer;
import io.ktizo.core.webhook.WebhookTransport.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks' messages go where anybody may send something, and nowhere else; cases S01, S03. */
class WebhookOutSsrfTest {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final AddressGuard STRICT = AddressGuard.strict();

  @AutoClose private final Host host = new Host();

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  /** Of the registries of special-purpose addresses (RFC 6890, IANA), and of clouds. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.254",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.254",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.254",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
        "::ffff:0:127.0.0.1"
      })
  void s01_addresses_that_not_everybody_reaches_are_refused(String inside) throws Exception {
    assertThat(STRICT.allows(address(inside))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "169.253.1.1",
        "172.15.1.1",
        "172.32.1.1",
        "192.0.3.1",
        "192.167.1.1",
        "198.17.1.1",
        "198.20.1.1",
        "223.255.255.254",
        "2606:4700:4700::1111",
        "2a00:1450:4001:80b::200e",
        "2001:4860:4860::8888",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8"
      })
  void addresses_of_the_public_net_are_allowed(String outside) throws Exception {
    assertThat(STRICT.allows(address(outside))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://shop.example.org/hook",
        "ftp://shop.example.org/",
        "file:///etc/passwd",
        "gopher://shop.example.org/",
        "https:///hook",
        "//shop.example.org/",
        "shop.example.org",
        "https://user@shop.example.org/",
        "https://user:word@shop.example.org/",
        "https://shop.example.org/#fragment",
        "https://shop.example.org:22/",
        "https://shop.example.org:25/",
        "https://shop.example.org:6379/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.0.0.1./",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[fe80::1%25eth0]/",
        "https://[64:ff9b::7f00:1]/",
        "https://ｌocalhost/",
        "https://exa mple.org/",
        "https://shop.example.org\\@127.0.0.1/",
        "https://-shop.example.org/",
        "https://shop_1.example.org/"
      })
  void s01_addresses_that_show_what_they_are_cannot_even_be_entered(String url) {
    assertThat(STRICT.fault(url)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example.org",
        "https://shop.example.org/hook?key=1&x=%20",
        "https://shop.example.org:8443/hook",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/hook",
        "HTTPS://Shop.Example.ORG/"
      })
  void usual_addresses_can_be_entered(String url) {
    assertThat(STRICT.fault(url)).isEmpty();
  }

  @Test
  void s01_a_name_that_leads_inside_is_refused_without_a_connection() throws Exception {
    for (String inside : List.of("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1")) {
      try (WebhookSender sender = sender(STRICT, name -> List.of(address(inside)))) {
        assertThat(sender.post(URI.create("https://shop.example.org:8443/"), Map.of(), BODY))
            .isEqualTo(new Answer.Failed(Failure.REFUSED_ADDRESS));
      }
    }
    assertThat(host.connections()).isZero();
  }

  /** One good address does not excuse a bad one: which of them is taken would be chance. */
  @Test
  void s01_a_name_with_one_address_inside_is_refused_altogether() throws Exception {
    try (WebhookSender sender =
        sender(STRICT, name -> List.of(address("8.8.8.8"), address("127.0.0.1")))) {
      assertThat(sender.post(URI.create("https://shop.example.org/"), Map.of(), BODY))
          .isEqualTo(new Answer.Failed(Failure.REFUSED_ADDRESS));
    }
  }

  /** DNS rebinding: the second answer leads elsewhere; it is never asked for. */
  @Test
  void s01_the_connection_goes_to_the_address_that_was_checked() throws Exception {
    AtomicInteger lookups = new AtomicInteger();
    host.answers("HTTP/1.1 204 No Content\r\n\r\n");
    AddressGuard first = new AddressGuard(List.of("http"), port -> port >= 1024, true);
    try (WebhookSender sender =
        sender(
            first,
            name -> List.of(address(lookups.getAndIncrement() == 0 ? "127.0.0.1" : "10.0.0.1")))) {
      assertThat(sender.post(host.url("rebinding.example.org"), Map.of("X-A", "b"), BODY))
          .isEqualTo(new Answer.Status(204));
    }
    assertThat(lookups).hasValue(1);
    assertThat(host.requests().getFirst())
        .startsWith("POST /hook HTTP/1.1\r\nHost: rebinding.example.org:")
        .contains("\r\nContent-Length: 2\r\n")
        .contains("\r\nX-A: b\r\n")
        .endsWith("\r\n\r\n{}");
  }

  private static WebhookSender sender(AddressGuard guard, WebhookSender.Resolver resolver) {
    return new WebhookSender(
        guard,
        resolver,
        (SSLSocketFactory) SSLSocketFactory.getDefault(),
        Duration.ofMillis(700),
        4);
  }

  private WebhookSender local() {
    return sender(AddressGuard.local(), name -> List.of(InetAddress.getLoopbackAddress()));
  }

  @Test
  void s01_redirects_are_answers_and_not_followed() throws Exception {
    host.answers("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n");
    try (WebhookSender sender = local()) {
      assertThat(sender.post(host.url("a.example.org"), Map.of(), BODY))
          .isEqualTo(new Answer.Status(302));
    }
    assertThat(host.connections()).isEqualTo(1);
  }

  @Test
  void s03_an_endless_answer_is_cut_off() throws Exception {
    host.answersForEver("X-More: ".getBytes(StandardCharsets.US_ASCII));
    try (WebhookSender sender = local()) {
      long before = System.nanoTime();
      assertThat(sender.post(host.url("a.example.org"), Map.of(), BODY))
          .isIn(new Answer.Failed(Failure.BAD_ANSWER), new Answer.Failed(Failure.TIMED_OUT));
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
    }
  }

  /** A byte now and then keeps every read from timing out; the whole is over all the same. */
  @Test
  void s03_a_slow_answer_is_over_after_the_time_for_everything() throws Exception {
    host.drips();
    try (WebhookSender sender = local()) {
      long before = System.nanoTime();
      assertThat(sender.post(host.url("a.example.org"), Map.of(), BODY))
          .isEqualTo(new Answer.Failed(Failure.TIMED_OUT));
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofMillis(600), Duration.ofSeconds(4));
    }
  }

  @Test
  void s03_a_host_that_says_nothing_and_a_name_server_that_does_not_answer_are_given_up()
      throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (WebhookSender silent = local();
        WebhookSender unresolved =
            sender(
                AddressGuard.local(),
                name -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  return List.of();
                })) {
      assertThat(silent.post(host.url("a.example.org"), Map.of(), BODY))
          .isEqualTo(new Answer.Failed(Failure.TIMED_OUT));
      assertThat(unresolved.post(host.url("a.example.org"), Map.of(), BODY))
          .isEqualTo(new Answer.Failed(Failure.TIMED_OUT));
      never.countDown();
    }
  }

  @Test
  void what_is_no_answer_of_http_is_told_apart() throws Exception {
    for (String answer : List.of("SSH-2.0-OpenSSH\r\n", "HTTP/1.1 999 x\r\n\r\n", "\r\n\r\n")) {
      host.answers(answer);
      try (WebhookSender sender = local()) {
        assertThat(sender.post(host.url("a.example.org"), Map.of(), BODY))
            .isEqualTo(new Answer.Failed(Failure.BAD_ANSWER));
      }
    }
    host.answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    try (WebhookSender sender = local()) {
      assertThat(sender.post(host.url("a.example.org"), Map.of(), BODY))
          .isEqualTo(new Answer.Status(200));
    }
  }

  @Test
  void a_host_without_tls_is_not_trusted_and_nothing_is_sent_in_clear() throws Exception {
    host.answers("HTTP/1.1 200 OK\r\n\r\n");
    try (WebhookSender sender = local()) {
      URI url = URI.create(host.url("a.example.org").toString().replace("http:", "https:"));
      assertThat(sender.post(url, Map.of(), "secret body".getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(new Answer.Failed(Failure.UNTRUSTED));
    }
    assertThat(String.join("", host.requests())).doesNotContain("secret body");
  }

  /** N05 for requests of ours: no value can begin another header. */
  @Test
  void n05_a_line_end_in_a_header_is_refused() throws Exception {
    try (WebhookSender sender = local()) {
      assertThat(sender.post(host.url("a.example.org"), Map.of("X-A", "b\r\nHost: other"), BODY))
          .isEqualTo(new Answer.Failed(Failure.REFUSED_ADDRESS));
    }
    assertThat(host.connections()).isZero();
  }

  /** A host on the loopback address that says what a test wants. */
  private static final class Host implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private volatile byte @Nullable [] answer;
    private volatile byte @Nullable [] endless;
    private volatile boolean dripping;

    Host() {
      try {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      var threads = Executors.newVirtualThreadPerTaskExecutor();
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          connections.incrementAndGet();
          threads.execute(() -> serve(socket));
        } catch (IOException e) {
          // The test is over.
          return;
        }
      }
    }

    private void serve(Socket socket) {
      try (socket) {
        InputStream in = socket.getInputStream();
        byte[] block = new byte[4096];
        int read = in.read(block);
        requests.add(new String(block, 0, Math.max(0, read), StandardCharsets.ISO_8859_1));
        OutputStream out = socket.getOutputStream();
        byte[] whole = answer;
        byte[] forever = endless;
        if (whole != null) {
          out.write(whole);
          out.flush();
        } else if (forever != null) {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write(forever);
          }
        } else if (dripping) {
          byte[] slowly = "HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII);
          for (int i = 0; i < 200; i++) {
            out.write(slowly[Math.min(i, slowly.length - 1)]);
            out.flush();
            TimeUnit.MILLISECONDS.sleep(50);
          }
        } else {
          // Says nothing until the other side goes.
          in.transferTo(OutputStream.nullOutputStream());
        }
      } catch (IOException e) {
        // The other side went; that is what these tests are about.
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void answers(String text) {
      answer = text.getBytes(StandardCharsets.US_ASCII);
    }

    void answersForEver(byte[] bytes) {
      endless = bytes;
    }

    void drips() {
      dripping = true;
    }

    int connections() {
      return connections.get();
    }

    List<String> requests() {
      return List.copyOf(requests);
    }

    URI url(String name) {
      return URI.create("http://" + name + ":" + server.getLocalPort() + "/hook");
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
