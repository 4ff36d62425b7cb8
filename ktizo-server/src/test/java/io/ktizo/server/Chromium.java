package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real browser with one tab, led by the Chrome DevTools Protocol over the JDK's WebSocket. What
 * pages must never do is written down: {@link #complaints}, {@link #requests}.
 */
final class Chromium implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int PATIENCE_SECONDS = 30;

  /** A folder for pictures of the pages, to be looked at; nothing is drawn without it. */
  private static final @Nullable String PICTURES = System.getProperty("ktizo.screenshots");

  private final Process process;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, String> pending = new ConcurrentHashMap<>();
  private volatile String loader = "";
  private String session = "";

  private Chromium(Process process, URI endpoint) throws IOException {
    this.process = process;
    try {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(endpoint, new Messages())
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    }
  }

  /** Skips the test without a browser, but fails it where one is required. */
  static void require() throws InterruptedException {
    boolean here = isInstalled();
    if (!Boolean.parseBoolean(System.getenv("REQUIRE_BROWSER"))) {
      assumeThat(here).as("chromium is not installed").isTrue();
    }
    assertThat(here).as("chromium is installed").isTrue();
  }

  private static boolean isInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder("chromium", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  /** Starts one with a profile of its own. */
  static Chromium start(Path folder) throws Exception {
    Path profile = Files.createTempDirectory(folder, "chromium");
    Process process =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-GB",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile.resolve("profile"),
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Chromium browser = new Chromium(process, endpoint(process));
      browser.openTab();
      return browser;
    } catch (Exception e) {
      end(process);
      throw new IllegalStateException("chromium could not be led", e);
    }
  }

  /** It says where it listens, and goes on talking, which must be read or it stops. */
  private static URI endpoint(Process process) throws Exception {
    CompletableFuture<URI> found = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (var lines = process.errorReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  if (line.startsWith("DevTools listening on ")) {
                    found.complete(URI.create(line.substring(22)));
                  }
                }
                found.completeExceptionally(new IOException("chromium ended"));
              } catch (IOException e) {
                found.completeExceptionally(e);
              }
            });
    return found.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void openTab() {
    String target =
        send("Target.createTarget", Map.of("url", "about:blank")).get("targetId").textValue();
    session =
        send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .textValue();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", Map.of());
    }
    size(1280, 900);
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        String message = text.toString();
        text.setLength(0);
        try {
          take(MAPPER.readTree(message));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      from.request(1);
      return null;
    }
  }

  private void take(JsonNode message) {
    JsonNode id = message.get("id");
    if (id != null) {
      CompletableFuture<JsonNode> answer = waiting.remove(id.intValue());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    JsonNode told = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown" ->
          complaints.add("script: " + told.at("/exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> {
        if (List.of("error", "assert").contains(told.get("type").textValue())) {
          complaints.add("console: " + told.get("args"));
        }
      }
      case "Log.entryAdded" -> {
        // Answers of 4xx are logged, too; they are the pages' daily bread.
        if (!told.at("/entry/source").asText().equals("network")
            && told.at("/entry/level").asText().equals("error")) {
          complaints.add("log: " + told.at("/entry/text").asText());
        }
      }
      case "Page.javascriptDialogOpening" -> {
        complaints.add("dialog: " + told.path("message").asText());
        // Not waited for: this is the thread on which the answer would come.
        transmit(ids.incrementAndGet(), "Page.handleJavaScriptDialog", Map.of("accept", true));
      }
      case "Network.requestWillBeSent" -> {
        requests.add(told.at("/request/url").asText());
        // A page that is left still begins requests, and nothing is told of their end.
        if (told.path("type").asText().equals("Document")) {
          loader = told.path("loaderId").asText();
        }
        pending.put(told.path("requestId").asText(), told.path("loaderId").asText());
      }
      case "Network.loadingFinished", "Network.loadingFailed" ->
          pending.remove(told.path("requestId").asText());
      default -> {}
    }
  }

  private CompletableFuture<JsonNode> post(String method, Map<String, ?> parameters) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    transmit(id, method, parameters);
    return answer;
  }

  private void transmit(int id, String method, Map<String, ?> parameters) {
    ObjectNode message = MAPPER.createObjectNode().put("id", id).put("method", method);
    message.set("params", MAPPER.valueToTree(parameters));
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    synchronized (this) {
      socket.sendText(message.toString(), true).join();
    }
  }

  private JsonNode send(String method, Map<String, ?> parameters) {
    try {
      JsonNode answer = post(method, parameters).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answer.has("error")) {
        throw new IllegalStateException(method + ": " + answer.get("error"));
      }
      return answer.get("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method, e);
    }
  }

  /** Errors of scripts, violations of the policy, dialogs: all since the last time. */
  List<String> complaints() {
    List<String> all = new ArrayList<>(complaints);
    complaints.clear();
    return all;
  }

  /** Addresses of all requests since the last time. */
  List<String> requests() {
    List<String> all = new ArrayList<>(requests);
    requests.clear();
    return all;
  }

  /** How many cookies it keeps. */
  int cookies() {
    return send("Network.getCookies", Map.of()).get("cookies").size();
  }

  void forgetCookies() {
    send("Network.clearBrowserCookies", Map.of());
  }

  /** Opens an address, and waits until the page's script has run. */
  void open(URI address) {
    send("Page.navigate", Map.of("url", address.toString()));
    String path = address.getPath();
    await("document.readyState === 'complete' && location.pathname === '" + path + "'");
    settle();
  }

  /** To a blank page: another place on the same one would not load it again. */
  void leave() {
    send("Page.navigate", Map.of("url", "about:blank"));
    await("location.href === 'about:blank'");
  }

  void reload() {
    evaluate("window.old = true");
    send("Page.reload", Map.of());
    await("!window.old && document.readyState === 'complete'");
    settle();
  }

  /** Until nothing is under way: twice in a row no answer was waited for. */
  void settle() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    int calm = 0;
    while (calm < 2) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the page never came to rest: " + text("main"));
      }
      try {
        evaluate("new Promise((resolve) => setTimeout(resolve, 60))");
        calm = pending.containsValue(loader) ? 0 : calm + 1;
      } catch (IllegalStateException e) {
        requireLeft(e);
        calm = 0;
      }
    }
  }

  /** Anything but that the page was left while something was asked of it goes on. */
  private static void requireLeft(IllegalStateException failure) {
    if (!String.valueOf(failure.getMessage()).matches("(?s).*(ontext|navigat|frame).*")) {
      throw failure;
    }
  }

  /** What an expression is on the page. */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of(
                "expression",
                expression,
                "awaitPromise",
                true,
                "returnByValue",
                true,
                "userGesture",
                true));
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.get("result").path("value");
  }

  /** Waits until an expression is true; going to another page meanwhile does not matter. */
  void await(String condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    String looking =
        """
        new Promise((resolve) => {
          const end = performance.now() + 2000;
          const look = () => {
            const there = (() => { try { return Boolean(%s); } catch { return false; } })();
            if (there || performance.now() > end) { resolve(there); } else { setTimeout(look, 25); }
          };
          look();
        })\
        """
            .formatted(condition);
    while (System.nanoTime() < end) {
      try {
        if (evaluate(looking).booleanValue()) {
          return;
        }
      } catch (IllegalStateException e) {
        requireLeft(e);
      }
    }
    throw new AssertionError(
        "it never became true: " + condition + "; the page says: " + text("main"));
  }

  /** The text of an element, as it is shown. */
  String text(String selector) {
    return evaluate("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''").asText();
  }

  /** Writes into a field as a person does, in place of what is there. */
  void write(String selector, String text) {
    evaluate(
        "(() => { const field = document.querySelector("
            + quoted(selector)
            + "); field.focus(); field.select?.(); })()");
    if (text.isEmpty()) {
      key("Delete", 46);
    } else {
      send("Input.insertText", Map.of("text", text));
    }
  }

  void choose(String selector, String value) {
    evaluate(
        "(() => { const field = document.querySelector("
            + quoted(selector)
            + "); field.value = "
            + quoted(value)
            + "; field.dispatchEvent(new Event('input', {bubbles: true}));"
            + " field.dispatchEvent(new Event('change', {bubbles: true})); })()");
  }

  void click(String selector) {
    await(
        "document.querySelector("
            + quoted(selector)
            + ") && !document.querySelector("
            + quoted(selector)
            + ").disabled");
    evaluate("document.querySelector(" + quoted(selector) + ").click()");
  }

  /** Presses a key. */
  void key(String name, int code) {
    for (String type : List.of("keyDown", "keyUp")) {
      send(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", name, "code", name, "windowsVirtualKeyCode", code));
    }
  }

  /** An authenticator in the device, whose owner has always just shown his finger. */
  void plugInAuthenticator() {
    send("WebAuthn.enable", Map.of());
    send(
        "WebAuthn.addVirtualAuthenticator",
        Map.of(
            "options",
            Map.of(
                "protocol",
                "ctap2",
                "transport",
                "internal",
                "hasResidentKey",
                true,
                "hasUserVerification",
                true,
                "isUserVerified",
                true,
                "automaticPresenceSimulation",
                true)));
  }

  void size(int width, int height) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** {@code light} or {@code dark}. */
  void scheme(String scheme) {
    send(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Draws the whole page into the folder that was asked for, if one was. */
  void picture(String name) throws IOException {
    if (PICTURES == null) {
      return;
    }
    String png =
        send("Page.captureScreenshot", Map.of("captureBeyondViewport", true))
            .get("data")
            .textValue();
    Files.write(Path.of(PICTURES, name + ".png"), Base64.getDecoder().decode(png));
  }

  static String quoted(String text) {
    return MAPPER.getNodeFactory().textNode(text).toString();
  }

  @Override
  public void close() {
    socket.abort();
    end(process);
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
