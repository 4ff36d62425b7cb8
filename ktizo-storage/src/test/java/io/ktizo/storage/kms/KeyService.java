package io.ktizo.storage.kms;

import com.google.crypto.tink.subtle.AesGcmJce;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of AWS KMS as our calls see of it: AWS JSON 1.1, {@code TrentService.Encrypt} and {@code
 * .Decrypt}, ciphertexts that name their key, encryption context as associated data. Failures are
 * answered as the service's API reference lists them.
 */
final class KeyService implements AutoCloseable {
  private static final Pattern TEXT = Pattern.compile("\"(\\w[\\w-]*)\"\\s*:\\s*\"([^\"]*)\"");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, AesGcmJce> keys = new HashMap<>();
  private final Deque<String> failures = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedQueue<String> bodies = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  KeyService(String... ids) throws IOException, GeneralSecurityException {
    Random random = new Random(5);
    for (String id : ids) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      keys.put(id, new AesGcmJce(key));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next requests fail like this: an error's name, or {@code HANG}. */
  void failNext(String... errors) {
    failures.addAll(List.of(errors));
  }

  List<String> bodies() {
    return List.copyOf(bodies);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      bodies.add(body);
      String failure = failures.poll();
      if ("HANG".equals(failure)) {
        hang();
        return;
      }
      if (failure != null) {
        fail(exchange, failure);
        return;
      }
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      switch (String.valueOf(target)) {
        case "TrentService.Encrypt" -> encrypt(exchange, texts(body));
        case "TrentService.Decrypt" -> decrypt(exchange, texts(body));
        default -> fail(exchange, "UnknownOperationException");
      }
    }
  }

  private void hang() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Names are unique in these requests, also within the encryption context. */
  private static Map<String, String> texts(String json) {
    Map<String, String> texts = new HashMap<>();
    for (Matcher text = TEXT.matcher(json); text.find(); ) {
      texts.put(text.group(1), text.group(2));
    }
    return texts;
  }

  private void encrypt(HttpExchange exchange, Map<String, String> request) throws IOException {
    String id = request.getOrDefault("KeyId", "");
    AesGcmJce key = keys.get(id);
    if (key == null) {
      fail(exchange, "NotFoundException");
      return;
    }
    try {
      byte[] sealed = key.encrypt(decoded(request, "Plaintext"), context(request));
      String blob = id + "|" + Base64.getEncoder().encodeToString(sealed);
      send(
          exchange,
          200,
          "{\"CiphertextBlob\":\"%s\",\"KeyId\":\"%s\"}".formatted(base64(blob), id));
    } catch (GeneralSecurityException e) {
      fail(exchange, "KMSInternalException");
    }
  }

  private void decrypt(HttpExchange exchange, Map<String, String> request) throws IOException {
    String blob = new String(decoded(request, "CiphertextBlob"), StandardCharsets.UTF_8);
    Deque<String> parts = new ArrayDeque<>(List.of(blob.split("\\|", 2)));
    String id = parts.removeFirst();
    AesGcmJce key = keys.get(id);
    if (!keys.containsKey(request.getOrDefault("KeyId", ""))) {
      fail(exchange, "NotFoundException");
    } else if (key == null || parts.isEmpty()) {
      fail(exchange, "InvalidCiphertextException");
    } else if (!id.equals(request.get("KeyId"))) {
      fail(exchange, "IncorrectKeyException");
    } else {
      try {
        byte[] plain =
            key.decrypt(Base64.getDecoder().decode(parts.removeFirst()), context(request));
        send(
            exchange,
            200,
            "{\"Plaintext\":\"%s\",\"KeyId\":\"%s\"}"
                .formatted(Base64.getEncoder().encodeToString(plain), id));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        fail(exchange, "InvalidCiphertextException");
      }
    }
  }

  private static byte[] decoded(Map<String, String> request, String name) {
    return Base64.getDecoder().decode(request.getOrDefault(name, ""));
  }

  private static byte[] context(Map<String, String> request) {
    return request.getOrDefault("ktizo-context-sha256", "").getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void fail(HttpExchange exchange, String error) throws IOException {
    int status = error.endsWith("InternalException") ? 500 : 400;
    send(
        exchange,
        status,
        "{\"__type\":\"%s\",\"message\":\"said by the service\"}".formatted(error));
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
