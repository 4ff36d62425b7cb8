package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nobody learns from an answer, or from the time it takes, whether an address has an account.
 *
 * <p>Hashing is cheap here, so that what else differs is not lost in it: a hash that was left out
 * would still be seen in {@code io.ktizo.core.account.EnumerationTest}, which counts them.
 */
class EnumerationTest {
  private static final int SAMPLES = 500;
  private static final double GAP_MILLIS = 5;

  @TempDir static Path data;
  private static TestServer server;
  private static final List<String> KNOWN = new ArrayList<>();
  private static final AtomicInteger STRANGERS = new AtomicInteger();

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    // Each address takes one attempt at a time: many of them, so that no sample waits for another.
    for (int people = 0; people < 20; people++) {
      KNOWN.add(Browser.registered(server).email());
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The three doors at which an address is shown by somebody who is not signed in. */
  enum Door {
    REGISTER(
        "/api/v1/registrations",
        ",\"name\":\"E\",\"password\":\"an unusual long phrase\",\"oldEnough\":true"),
    SIGN_IN("/api/v1/sessions", ",\"password\":\"an unusual wrong phrase\""),
    RESET("/api/v1/password-resets", "");

    private final String path;
    private final String rest;

    Door(String path, String rest) {
      this.path = path;
      this.rest = rest;
    }

    HttpRequest request(String email) {
      return HttpRequest.newBuilder(server.uri(path))
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofString("{\"email\":\"" + email + "\"" + rest + "}"))
          .build();
    }
  }

  private static String known(int sample) {
    return KNOWN.get(sample % KNOWN.size());
  }

  private static String stranger() {
    return "n" + STRANGERS.incrementAndGet() + "@mail.test";
  }

  @ParameterizedTest
  @EnumSource
  void a01_known_and_unknown_addresses_are_answered_alike(Door door) {
    HttpResponse<byte[]> known = server.send(door.request(known(0)));
    HttpResponse<byte[]> unknown = server.send(door.request(stranger()));

    assertThat(unknown.statusCode()).isEqualTo(known.statusCode()).isIn(202, 401);
    assertThat(plain(unknown)).isEqualTo(plain(known));
    assertThat(headers(unknown)).isEqualTo(headers(known));
  }

  private static String plain(HttpResponse<byte[]> answer) {
    return TestServer.text(answer).replaceAll("request:[0-9a-f]{24}", "request:…");
  }

  private static Map<String, List<String>> headers(HttpResponse<byte[]> answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
    headers.remove("date");
    headers.remove("Date");
    headers.replaceAll(
        (name, values) -> name.equalsIgnoreCase("X-Request-Id") ? List.of("…") : values);
    return headers;
  }

  @ParameterizedTest
  @EnumSource
  void a01_the_medians_of_the_times_are_within_5_ms(Door door) {
    double[] known = new double[SAMPLES];
    double[] unknown = new double[SAMPLES];
    for (int sample = 0; sample < SAMPLES; sample++) {
      // One after the other, in turns: what the machine does meanwhile, it does to both.
      boolean first = sample % 2 == 0;
      if (first) {
        known[sample] = millis(door.request(known(sample)));
      }
      unknown[sample] = millis(door.request(stranger()));
      if (!first) {
        known[sample] = millis(door.request(known(sample)));
      }
      if (sample % KNOWN.size() == KNOWN.size() - 1) {
        // The next round is not to meet the pauses of this one.
        server.pass(Duration.ofDays(2));
      }
    }
    Arrays.sort(known);
    Arrays.sort(unknown);
    assertThat(Math.abs(known[SAMPLES / 2] - unknown[SAMPLES / 2]))
        .as("median of known %.2f ms, of unknown %.2f ms", known[SAMPLES / 2], unknown[SAMPLES / 2])
        .isLessThanOrEqualTo(GAP_MILLIS);
  }

  private static double millis(HttpRequest request) {
    long start = System.nanoTime();
    int status = server.send(request).statusCode();
    long end = System.nanoTime();
    assertThat(status).isIn(202, 401);
    return (end - start) / 1e6;
  }
}
